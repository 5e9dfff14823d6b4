"""What a request left half done: looked up before anything is sent again, finished, or undone."""

from collections.abc import Callable
from typing import Any

import pytest

from local.http_messages import HttpResponse
from local.platform import Platform
from local.twilio.request_log import fault_matches
from tests.integration.outbound_message.customers import CONVERSATIONS, SMS, TASK, Customer
from tests.support import Caller, eventually

pytestmark = pytest.mark.slow

PassTime = Callable[[float], None]
TEXT = {"messageBody": "Hello", "initialNotificationMessage": "Hello"}
FUNCTION = "OutboundFinishRequests"


def finish(caller: Caller) -> None:
    """Let the scheduled function run, as it does every minute."""
    caller.local("POST", f"/schedules/{FUNCTION}")


def lose(caller: Caller, match: str) -> None:
    """Let Twilio carry out the next such request, and answer too late."""
    caller.local("POST", "/twilio/faults", {"match": match, "status": 200, "delaySeconds": 6})


def lose_for_good(caller: Caller, match: str, request: Callable[[], HttpResponse]) -> None:
    """Make a request whose answer from Twilio is lost, and wait until Twilio has carried it out."""
    lose(caller, match)
    assert request().status == 503
    assert caller._platform.wait_until_idle(30)


@pytest.fixture
def kill(
    platform: Platform, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str, Callable[[], Any]], Any]:
    """Let nothing that a request does after a lost answer be stored, as if its process were killed."""

    def run(match: str, request: Callable[[], Any]) -> Any:
        apply = platform.stand_in.faults.applied

        def break_table(twilio_request: str) -> Any:
            if fault_matches(match, twilio_request):
                platform.aws.faults.add({"match": "dynamodb", "status": 500, "times": 100})
            return apply(twilio_request)

        lose(caller, match)
        monkeypatch.setattr(platform.stand_in.faults, "applied", break_table)
        answer = request()
        monkeypatch.undo()
        caller.local("DELETE", "/aws/faults")
        return answer

    return run


@pytest.mark.parametrize("route", [SMS, TASK])
@pytest.mark.parametrize("seconds", [11 * 60, 20 * 3600])
def test_a_key_holds_for_a_day_where_twilio_did_not_confirm_the_message(
    customer: Customer, caller: Caller, pass_time: PassTime, route: str, seconds: float
) -> None:
    key = {"Idempotency-Key": f"order {customer.number}"}
    lose_for_good(caller, "/Messages", lambda: customer.post(route, key, **TEXT))
    pass_time(seconds)
    answer = customer.post(route, key, **TEXT)
    assert (answer.status, customer.inbox()) == (200, ["Hello"]), answer.text
    assert answer.json()["messageSid"]
    assert customer.post(route, key, **TEXT).text == answer.text


def test_a_message_that_was_sent_is_found_in_a_conversation_that_is_closed_since(
    customer: Customer, caller: Caller, pass_time: PassTime
) -> None:
    key = {"Idempotency-Key": f"order {customer.number}"}
    lose(caller, "/Messages")
    assert customer.post(SMS, key, **TEXT).status == 503
    (sid,) = customer.conversations()
    eventually(customer.inbox)
    customer.twilio("POST", f"{CONVERSATIONS}/{sid}", State="closed")
    pass_time(60)
    answer = customer.post(SMS, key, **TEXT)
    assert (answer.status, answer.json()["conversationSid"]) == (200, sid)
    assert customer.inbox() == ["Hello"]


def test_a_message_that_was_sent_is_found_below_a_hundred_later_ones(
    customer: Customer, caller: Caller, pass_time: PassTime
) -> None:
    key = {"Idempotency-Key": f"order {customer.number}"}
    lose(caller, "/Messages")
    assert customer.post(SMS, key, **TEXT).status == 503
    (sid,) = customer.conversations()
    eventually(customer.inbox)
    for number in range(100):
        customer.twilio("POST", f"{CONVERSATIONS}/{sid}/Messages", Author="agent", Body=f"{number}")
    pass_time(60)
    assert customer.post(SMS, key, **TEXT).status == 200
    assert customer.inbox().count("Hello") == 1


@pytest.mark.parametrize("seconds", [25, 65, 300, 3600])
@pytest.mark.parametrize("route", [SMS, TASK])
def test_a_request_without_a_key_that_died_while_sending_sends_one_message(
    customer: Customer, caller: Caller, pass_time: PassTime, kill: Any, route: str, seconds: float
) -> None:
    assert kill("/Messages", lambda: customer.post(route, **TEXT)).status == 503
    assert eventually(customer.inbox) == ["Hello"]
    pass_time(seconds)
    if seconds > 120:
        finish(caller)
    answer = customer.post(route, **TEXT)
    while answer.status == 503:
        answer = customer.post(route, **TEXT)
    assert (answer.status, customer.inbox()) == (200, ["Hello"]), answer.text
    # From this answer on the same content is the same request for a minute only.
    pass_time(61)
    assert customer.post(route, **TEXT).status == 200
    assert customer.inbox() == ["Hello", "Hello"]


@pytest.mark.parametrize("route", [SMS, TASK])
@pytest.mark.parametrize("step", ["POST .*/v1/Conversations$", "/Participants", "POST .*/v1/Interactions$"])
def test_a_conversation_that_no_caller_asks_for_again_is_removed(
    customer: Customer, caller: Caller, pass_time: PassTime, route: str, step: str
) -> None:
    if route == SMS:
        step = step.replace("v1/Interactions$", "Webhooks")
    lose_for_good(caller, step, lambda: customer.post(route, **TEXT))
    pass_time(180)
    finish(caller)
    assert customer.conversations() == []
    assert customer.tasks() == []
    assert customer.inbox() == []
    answer = customer.post(route, **TEXT)
    assert (answer.status, answer.json()["conversation"]["isNew"]) == (200, True), answer.text
    assert customer.inbox() == ["Hello"]


def test_a_message_that_no_caller_asks_for_again_is_finished(
    customer: Customer, caller: Caller, pass_time: PassTime
) -> None:
    lose_for_good(caller, "/Messages", lambda: customer.post(TASK, **TEXT))
    pass_time(180)
    finish(caller)
    (sid,) = customer.conversations()
    assert len(customer.tasks()) == 1
    before = len(customer.requests())
    answer = customer.post(TASK, **TEXT).json()
    assert (answer["conversationSid"], answer["taskSid"]) == (sid, customer.tasks()[0])
    assert [one[0] for one in customer.requests()[before:] if "/Messages" in one[1]] == []


def test_a_task_that_no_caller_asks_for_again_is_finished_where_no_message_follows_it(
    customer: Customer, caller: Caller, pass_time: PassTime
) -> None:
    lose_for_good(caller, "POST .*/v1/Interactions$", lambda: customer.post(TASK))
    pass_time(180)
    finish(caller)
    assert len(customer.tasks()) == len(customer.conversations()) == 1
    assert customer.post(TASK).json()["taskSid"] == customer.tasks()[0]


def test_a_half_done_conversation_that_another_request_uses_stays(
    customer: Customer, caller: Caller, pass_time: PassTime
) -> None:
    lose_for_good(caller, "/Participants", lambda: customer.post(SMS, **TEXT))
    other = customer.get_message("Goodbye")
    pass_time(180)
    finish(caller)
    assert customer.conversations() == [other["conversationSid"]]
    assert customer.inbox() == ["Goodbye"]


def test_a_half_done_conversation_in_which_the_customer_writes_gets_a_task(
    customer: Customer, caller: Caller, pass_time: PassTime
) -> None:
    lose_for_good(caller, "/Participants", lambda: customer.post(TASK))
    assert eventually(customer.conversations)
    customer.writes("Who is this?")
    pass_time(180)
    finish(caller)
    finish(caller)
    assert len(customer.conversations()) == len(customer.tasks()) == 1


@pytest.mark.parametrize("is_new", [True, False])
@pytest.mark.parametrize(
    "then", [{"status": 200, "times": 3, "delaySeconds": 8}, {"status": 500, "times": 12}]
)
@pytest.mark.parametrize("passed", range(4, 12))
def test_what_an_undone_try_stored_counts_for_nothing(
    customer: Customer,
    caller: Caller,
    pass_time: PassTime,
    passed: int,
    then: dict[str, Any],
    is_new: bool,
) -> None:
    if not is_new:
        customer.existing()
    # One call is stored, but answered too late for each of its three tries; the calls after it fail.
    late = {"status": 200, "times": 3, "delaySeconds": 8}
    for fault in ({"status": 200, "times": passed}, late, then):
        caller.local("POST", "/aws/faults", {"match": "dynamodb", **fault})
    first = customer.post(TASK, **TEXT)
    caller.local("DELETE", "/aws/faults")  # which also ends the delays
    pass_time(31)
    answer = customer.post(TASK, **TEXT)
    while answer.status == 503:
        pass_time(10)
        answer = customer.post(TASK, **TEXT)
    assert answer.status == 200, (first.text, answer.text)
    assert customer.tasks() == [answer.json()["taskSid"]]
    assert customer.conversations() == [answer.json()["conversationSid"]]
    assert customer.inbox() == ["Hello"]
    row = eventually(lambda: channel(customer, answer.json()["conversationSid"]))
    assert row, "the clean-up does not know the conversation"


@pytest.mark.parametrize("route", [SMS, TASK])
@pytest.mark.parametrize("passed", range(2, 12))
def test_a_request_that_can_store_nothing_from_some_step_on_leaves_nothing_unknown(
    customer: Customer, caller: Caller, pass_time: PassTime, route: str, passed: int
) -> None:
    for fault in ({"status": 200, "times": passed}, {"status": 500, "times": 200}):
        caller.local("POST", "/aws/faults", {"match": "dynamodb", **fault})
    first = customer.post(route, **TEXT)
    caller.local("DELETE", "/aws/faults")
    for _ in range(2):
        pass_time(200)
        finish(caller)
    sent = customer.inbox()
    assert len(customer.conversations()) == len(sent) <= 1, first.text
    assert len(customer.tasks()) == (len(sent) if route == TASK else 0)
    for sid in customer.conversations():
        assert eventually(lambda sid=sid: channel(customer, sid))  # type: ignore[misc]
    answer = customer.post(route, **TEXT)
    assert answer.status == 200, answer.text
    # An answer that a caller has had already holds for a minute only.
    assert customer.inbox() == (["Hello", "Hello"] if first.status == 200 else ["Hello"])


def channel(customer: Customer, sid: str) -> Any:
    """Return what the clean-up knows of a conversation."""
    environment = customer.platform.application.functions["ChannelCleanupTrackEvents"].environment
    client = customer.platform.aws.client("dynamodb")
    found = client.get_item(TableName=environment["CHANNELS_TABLE"], Key={"conversationSid": {"S": sid}})
    return found.get("Item")


@pytest.mark.parametrize("route", [SMS, TASK])
@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 200, "delaySeconds": 4}])
def test_a_message_is_sent_while_the_bus_is_down_and_published_later(
    customer: Customer, caller: Caller, pass_time: PassTime, route: str, fault: dict[str, Any]
) -> None:
    caller.local("POST", "/aws/faults", {"match": "events.PutEvents", "times": 100, **fault})
    answer = customer.post(route, **TEXT)
    assert (answer.status, customer.inbox()) == (200, ["Hello"]), answer.text
    sid = answer.json()["conversationSid"]
    if fault["status"] == 500:
        finish(caller)
        assert channel(customer, sid) is None
    caller.local("DELETE", "/aws/faults")
    pass_time(90)
    finish(caller)
    assert eventually(lambda: channel(customer, sid))["lastEvent"]["S"] == "conversation.started"
    assert customer.post(route, **TEXT).status == 200


@pytest.mark.parametrize("route", [SMS, TASK])
@pytest.mark.parametrize(
    ("step", "code"),
    [
        ("/Participants", 50377),
        ("/Participants", 50416),
        ("POST .*/v1/Conversations/CH[0-9a-f]+$", 50377),
        ("POST .*/Messages", 50377),
    ],
)
@pytest.mark.parametrize("is_new", [True, False])
def test_a_conversation_that_closes_during_the_request_gives_way_to_another(
    customer: Customer, caller: Caller, route: str, step: str, code: int, is_new: bool
) -> None:
    if not is_new:
        customer.existing()
    status = 409 if code == 50416 else 403
    caller.local("POST", "/twilio/faults", {"match": step, "status": status, "code": code})
    answer = customer.post(route, **TEXT)
    assert answer.status == 200, answer.text
    assert customer.inbox() == ["Hello"]
    assert customer.conversations() == [answer.json()["conversationSid"]]
    assert customer.tasks() == ([answer.json()["taskSid"]] if route == TASK else [])


def test_a_closed_conversation_that_keeps_its_unique_name_gives_way_to_another(
    customer: Customer, caller: Caller
) -> None:
    key = {"Idempotency-Key": f"order {customer.number}"}
    lose(caller, "/Participants")
    assert customer.post(SMS, key, **TEXT).status == 503
    (sid,) = eventually(customer.conversations)
    customer.twilio("POST", f"{CONVERSATIONS}/{sid}", State="closed")
    answer = customer.post(SMS, key, **TEXT)
    assert (answer.status, customer.inbox()) == (200, ["Hello"]), answer.text
    assert answer.json()["conversationSid"] != sid
