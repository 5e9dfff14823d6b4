"""The flows of config-files/studio are played from end to end: a phone calls, the application is asked."""

import json
from typing import Any

import pytest

from local.platform import Platform
from local.template.parameters import FLEX_SIP_DOMAIN, STUDIO_FLOW_NUMBERS, WORKFLOW_SID
from tests.integration.callback.desk import Desk
from tests.support import Caller, eventually
from tools.phone.client import PhoneClient

Call = dict[str, Any]


@pytest.fixture
def phone(platform: Platform) -> PhoneClient:
    return PhoneClient(platform.base_url)


@pytest.fixture
def desk(platform: Platform, caller: Caller) -> Desk:
    return Desk(platform, caller)


def said(call: Call) -> str:
    return " ".join(entry["text"] for entry in call["transcript"] if entry["kind"] == "say")


def path_of(caller: Caller, call: Call) -> dict[str, Any]:
    """Return the record of a call's path once it is complete."""

    def recorded() -> dict[str, Any]:
        answer = caller.key_get(f"/ivr-paths/{call['sid']}")
        record: dict[str, Any] = answer.json() if answer.status == 200 else {}
        return record if record.get("status") == "recorded" else {}

    return eventually(recorded)


def widgets_of(record: dict[str, Any]) -> list[tuple[str, str]]:
    return [(step["widget"], step["event"]) for step in record["steps"]]


def queued_task(platform: Platform, call: Call) -> dict[str, Any]:
    """Return the attributes of the task that a call waits for."""
    (task,) = (one for one in platform.stand_in.taskrouter.tasks() if call["sid"] in one.attributes)
    assert task.workflow_sid == WORKFLOW_SID
    found: dict[str, Any] = json.loads(task.attributes)
    return found


def test_the_path_through_the_menu_is_recorded(desk: Desk, caller: Caller, phone: PhoneClient) -> None:
    call = phone.call(desk.number, STUDIO_FLOW_NUMBERS["menu"])
    hours = phone.do(call["sid"], "press", digits="1")
    assert said(hours).startswith("We are open from nine to five")
    phone.do(call["sid"], "hangup")
    record = path_of(caller, call)
    assert widgets_of(record) == [
        ("Trigger", "incomingCall"),
        ("link_execution", "success"),
        ("menu", "keypress"),
        ("pressed", "match"),
        ("hours", "audioComplete"),
        ("menu", "hangup"),
    ]
    assert (record["callStatus"], record["endedAt"], record["endedReason"]) == ("completed", "menu", "hungUp")


@pytest.mark.parametrize(
    ("deed", "fields"), [("press", {"digits": "2"}), ("say", {"text": "Please call me back"})]
)
def test_the_menu_promises_a_callback_by_key_and_by_word(
    desk: Desk, caller: Caller, phone: PhoneClient, deed: str, fields: dict[str, str]
) -> None:
    call = phone.call(desk.number, STUDIO_FLOW_NUMBERS["menu"])
    call = phone.do(call["sid"], deed, **fields)
    assert call["finished"]
    assert said(call) == "We will call you back at this number. Goodbye."
    (task,) = desk.tasks()
    assert (
        json.loads(task.attributes)["flow_execution_sid"]
        == path_of(caller, call)["executions"][0]["executionSid"]
    )


def test_the_menu_queues_a_call_for_an_agent(platform: Platform, desk: Desk, phone: PhoneClient) -> None:
    call = phone.call(desk.number, STUDIO_FLOW_NUMBERS["menu"])
    call = phone.do(call["sid"], "press", digits="3")
    assert queued_task(platform, call)["name"] == desk.number


def test_a_caller_who_presses_one_in_the_callback_flow_gets_one_task(desk: Desk, phone: PhoneClient) -> None:
    for _ in range(2):
        call = phone.call(desk.number, STUDIO_FLOW_NUMBERS["callback"])
        call = phone.do(call["sid"], "press", digits="1")
        assert call["finished"]
        assert said(call) == "Thank you. We will call you back as soon as an agent is free. Goodbye."
    (task,) = desk.tasks()
    attributes = json.loads(task.attributes)
    assert (attributes["taskType"], attributes["callBackData"]["numberToCallFrom"]) == (
        "callback",
        STUDIO_FLOW_NUMBERS["callback"],
    )


def test_a_withheld_number_is_not_promised_a_callback(phone: PhoneClient) -> None:
    call = phone.call("anonymous", STUDIO_FLOW_NUMBERS["callback"])
    call = phone.do(call["sid"], "press", digits="1")
    assert said(call) == "We are sorry, we cannot call this number back. Goodbye."


@pytest.mark.parametrize("ending", [("press", {"digits": "*"}), ("hangup", {})])
def test_a_voicemail_is_a_task_with_its_recording_and_later_its_transcription(
    platform: Platform, desk: Desk, phone: PhoneClient, ending: tuple[str, dict[str, str]]
) -> None:
    call = phone.call(desk.number, STUDIO_FLOW_NUMBERS["voicemail"])
    phone.do(call["sid"], "say", text="Please call me about my order.")
    phone.do(call["sid"], ending[0], **ending[1])
    assert platform.wait_until_idle(30)
    (task,) = desk.tasks()
    attributes = json.loads(task.attributes)
    data = attributes["callBackData"]
    recording = next(one for one in platform.stand_in.recordings.all() if one.call_sid == call["sid"])
    assert attributes["taskType"] == "voicemail"
    assert (data["RecordingSid"], data["RecordingUrl"]) == (recording.sid, desk.recording_url(recording.sid))
    assert data["TranscriptionText"] == "Please call me about my order."
    assert data["numberToCallFrom"] == STUDIO_FLOW_NUMBERS["voicemail"]


def test_silence_after_the_tone_leaves_no_task(desk: Desk, phone: PhoneClient) -> None:
    call = phone.call(desk.number, STUDIO_FLOW_NUMBERS["voicemail"])
    call = phone.do(call["sid"], "silence")
    assert said(call) == "We did not hear a message. Goodbye."
    assert desk.tasks() == []


@pytest.mark.parametrize(
    ("sender", "to", "caller_number", "called_number"),
    [
        ("sip:+12025550142@pbx.example.com", "sip:+12025550199@{}", "+12025550142", "+12025550199"),
        ("sip:+12025550142@192.0.2.10:5060;transport=tls", "sip:4321@{}", "+12025550142", "4321"),
        ("sip:+12025550142;phone-context=x@pbx.example.com", "sips:4321@{}", "+12025550142", "4321"),
    ],
)
def test_the_task_of_a_sip_call_shows_telephone_numbers(
    platform: Platform, phone: PhoneClient, sender: str, to: str, caller_number: str, called_number: str
) -> None:
    call = phone.call(sender, to.format(FLEX_SIP_DOMAIN))
    attributes = queued_task(platform, call)
    assert attributes["name"] == caller_number
    assert attributes["customers"] == {"phone": caller_number}
    assert attributes["conversations"] == {"external_contact": called_number}
    assert attributes["from"] == sender
