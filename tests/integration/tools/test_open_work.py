"""``switchboard open``: what has begun and is not finished, with its age and how often it was tried."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from local.platform import Platform
from tests.command import switchboard
from tests.integration.callback.desk import Desk, new_sid
from tests.integration.channel_cleanup.channels import Channels
from tests.integration.outbound_message.customers import SMS, Customer
from tests.integration.survey.talk import Respondent
from tests.support import Caller, eventually

Look = Callable[..., dict[str, Any]]


@pytest.fixture
def look(platform: Platform) -> Look:
    """Return a section of what is open, with its items by number."""

    def run(section: str, *words: str) -> dict[str, Any]:
        port = urlsplit(platform.base_url).port
        options = ("--json", "--show-numbers", "--limit", "10000", "--local", "--port", port)
        done = switchboard("open", section, *options, *words)
        assert done.code == 0, done.err
        found: dict[str, Any] = json.loads(done.out)[section]
        return found

    return run


def item(section: dict[str, Any], who: str) -> dict[str, Any] | None:
    return next((found for found in section["items"] if found["who"] == who), None)


def test_a_survey_is_open_until_its_result_is_written(look: Look, platform: Platform, caller: Caller) -> None:
    person = Respondent(platform, caller)
    person.texts("hello")
    assert platform.wait_until_idle(30)
    platform.advance(100)
    found = item(look("surveys"), person.number)
    assert found is not None
    assert (found["state"], found["attempts"]) == ("welcome_wait", 0)
    assert found["details"] == "default sms en-US"
    assert 100 <= found["ageSeconds"] < 1000
    person.texts("STOP")
    assert platform.wait_until_idle(30)
    assert item(look("surveys"), person.number) is None


def test_a_callback_is_open_until_an_agent_has_it(look: Look, platform: Platform, caller: Caller) -> None:
    desk = Desk(platform, caller)
    number = desk.new_number()
    sid = desk.created(numberToCall=number, attempts="2")
    found = item(look("callbacks"), number)
    assert found is not None
    assert (found["id"], found["state"], found["attempts"]) == (sid, "callback pending", 2)
    desk.finish(sid)
    assert item(look("callbacks"), number) is None


def test_a_callback_that_taskrouter_did_not_take_is_open(
    look: Look, platform: Platform, caller: Caller
) -> None:
    desk = Desk(platform, caller)
    number = desk.new_number()
    recording = {"RecordingSid": "RE" + 32 * "7", "RecordingUrl": desk.recording_url("RE" + 32 * "7")}
    desk.fail(r"POST \S+/Tasks", 503, times=1000)
    assert desk.create(numberToCall=number, **recording).status == 202
    caller.local("DELETE", "/twilio/faults")
    found = item(look("callbacks"), number)
    assert found is not None
    assert found["state"] == "TaskRouter is to be told"


def test_a_voicemail_whose_transcription_taskrouter_lacks_is_listed_once(
    look: Look, platform: Platform, caller: Caller
) -> None:
    desk, recording_sid = Desk(platform, caller), new_sid("RE")
    desk.number = desk.new_number()
    sid = desk.created(RecordingSid=recording_sid, RecordingUrl=desk.recording_url(recording_sid))
    desk.fail(r"POST \S+/Tasks/WT", 503, times=1000)
    desk.transcribed(recording_sid)
    caller.local("DELETE", "/twilio/faults")
    found = [one for one in look("callbacks")["items"] if one["who"] == desk.number]
    assert [(one["id"], one["state"]) for one in found] == [(sid, "TaskRouter is to be told")]
    desk.finish(sid)


def test_a_request_for_a_message_is_open_until_it_is_finished(
    look: Look, platform: Platform, caller: Caller
) -> None:
    customer = Customer(platform, caller)
    caller.local("POST", "/twilio/faults", {"match": "/Messages", "status": 200, "delaySeconds": 6})
    assert customer.post(SMS, messageBody="Hello").status == 503
    assert platform.wait_until_idle(30)
    found = item(look("messages"), customer.number)
    assert found is not None
    assert found["state"] == "half done"
    assert 0 <= found["ageSeconds"] < 600
    platform.advance(180)
    assert platform.wait_until_idle(30)
    assert item(look("messages"), customer.number) is None


def test_a_channel_is_open_once_it_is_due(look: Look, platform: Platform, caller: Caller) -> None:
    channels = Channels(platform, caller)
    sid = channels.conversation()
    channels.finish_task(sid, channels.now() - 200_000)
    found = [one for one in look("channels")["items"] if one["id"] == sid]
    assert [one["state"] for one in found] == ["due"]
    assert found[0]["ageSeconds"] >= 199_000


def test_what_waits_in_a_queue_is_counted(look: Look, platform: Platform) -> None:
    client = platform.aws.client("sqs")
    url = client.get_queue_url(QueueName=platform.resource_name("DeadLetters"))["QueueUrl"]
    client.send_message(QueueUrl=url, MessageBody="{}")
    found = eventually(lambda: look("queues")["items"])
    assert [(one["id"], one["state"]) for one in found] == [
        ("DeadLetters", "1 waiting, 0 under way, 0 delayed")
    ]


def test_numbers_are_masked_and_tables_are_not_scanned(platform: Platform, caller: Caller) -> None:
    person = Respondent(platform, caller)
    person.texts("hello")
    operations: list[str] = []
    platform.aws.on_call(lambda call: operations.append(call.operation))
    done = switchboard("open", "--local", "--port", urlsplit(platform.base_url).port, "--limit", 10_000)
    assert done.code == 0, done.err
    assert person.number not in done.out
    assert f"***{person.number[-4:]}" in done.out
    assert done.out.splitlines()[0].split("\t")[:3] == ["section", "id", "who"]
    assert "Query" in operations
    assert "Scan" not in operations


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("sip:ann.lee@example.com", "sip:***@example.com"),
        ("sip:+14155550199@example.com", "sip:+***0199@example.com"),
        ("client:ann.lee", "client:***"),
        ("ann.lee" + 2993 * "x", "ann.lee" + 56 * "x" + "…"),
    ],
    ids=["sip", "number at sip", "client", "long"],
)
@pytest.mark.parametrize("is_told", [True, False])
def test_callers_with_an_address_are_masked_and_shortened(
    platform: Platform, caller: Caller, address: str, shown: str, is_told: bool
) -> None:
    desk = Desk(platform, caller)
    sid = new_sid("RE")
    if not is_told:
        desk.fail(r"POST \S+/Tasks", 503, times=1000)
    answer = desk.create(numberToCall=address, RecordingSid=sid, RecordingUrl=desk.recording_url(sid))
    assert answer.status == (200 if is_told else 202)
    caller.local("DELETE", "/twilio/faults")
    options = ("--local", "--port", urlsplit(platform.base_url).port, "--limit", 10_000)
    done = switchboard("open", "callbacks", "--json", *options)
    assert done.code == 0, done.err
    found = [one["who"] for one in json.loads(done.out)["callbacks"]["items"]]
    assert shown in found
    assert address not in done.out
    plain = switchboard("open", "callbacks", "--json", "--show-numbers", *options)
    assert address[:100] in plain.out  # of a longer one the table keeps only the beginning


def test_a_section_that_cannot_be_told_leaves_the_others(platform: Platform, caller: Caller) -> None:
    caller.local("POST", "/twilio/faults", {"match": "/Tasks", "status": 403, "times": 5})
    done = switchboard("open", "--json", "--local", "--port", urlsplit(platform.base_url).port)
    caller.local("DELETE", "/twilio/faults")
    assert done.code == 1
    assert done.err.startswith("callbacks cannot be read: Twilio refuses")
    assert "problem" not in json.loads(done.out)["surveys"]


def test_an_unknown_section_is_named() -> None:
    done = switchboard("open", "tickets")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert done.err.startswith("tickets is no section")
