"""A customer's message in a conversation that was started here and has no open task creates one, once."""

import itertools
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from local.log_lines import Terminal
from local.platform import Platform
from local.template.document import Names
from tests.integration.outbound_message.customers import CONVERSATIONS, Customer
from tests.support import Caller, eventually, sets_off

PassTime = Callable[[float], None]
DAY = 86_400
FUNCTION, FINISH = "OutboundRouteReplies", "OutboundFinishRequests"
_numbers = itertools.count(1)


def message_event(customer: Customer, sid: str, **changes: Any) -> dict[str, Any]:
    """Return the event of the customer's message, as Event Streams tells it."""
    now = customer.caller.local("GET", "/clock")["epochSeconds"]
    moment = datetime.fromtimestamp(now, tz=UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    number = next(_numbers)
    data = {
        "AccountSid": customer.platform.account_sid,
        "ConversationSid": sid,
        "MessageSid": f"IM{number:032x}",
        "Author": customer.number,
        "Index": number,
        "MessageBody": "Hello?",
        "DateCreated": moment,
    }
    return {
        "specversion": "1.0",
        "type": "com.twilio.conversations.message.added",
        "id": f"EZ{number:032x}",
        "time": moment,
        "data": {**data, **changes},
    }


def tell(customer: Customer, *events: dict[str, Any], times: int | None = None) -> None:
    """Send events as Twilio does, and wait until they have been processed."""
    with sets_off(customer.platform, FUNCTION, len(events) if times is None else times):
        assert customer.caller.signed_json("/eventstream", list(events)).status == 204


def parked(customer: Customer, status: str = "completed", **fields: str) -> dict[str, Any]:
    """Start a conversation with a task, let the task end, and return the answer."""
    answer = customer.get_task(**fields)
    customer.end_task(answer["taskSid"], status)
    return answer


@pytest.mark.parametrize("status", ["completed", "canceled"])
def test_a_reply_after_the_task_has_ended_creates_one_on_the_same_conversation(
    customer: Customer, pass_time: PassTime, status: str
) -> None:
    first = parked(customer, status, initialNotificationMessage="Hello Ada")
    pass_time(DAY)
    customer.writes("I can come at five")
    tell(customer, message_event(customer, first["conversationSid"]))
    (task,) = customer.tasks()
    attributes = json.loads(customer.task(task)["attributes"])
    assert attributes["conversationSid"] == first["conversationSid"]
    assert attributes["flexInteractionSid"].startswith("KD")
    assert attributes["flexInteractionSid"] != first["interactionSid"]
    expected = {
        "from": customer.number,
        "to": customer.sender,
        "direction": "inbound",
        "name": "Ada",
        "customerName": "Ada",
        "customerAddress": customer.number,
        "channelType": "sms",
    }
    assert {name: attributes[name] for name in expected} == expected
    assert customer.conversations() == [first["conversationSid"]]


def test_events_that_come_again_and_in_any_order_create_one_task(customer: Customer) -> None:
    sid = parked(customer)["conversationSid"]
    older, newer = (message_event(customer, sid) for _ in range(2))
    tell(customer, newer, older, newer)
    tell(customer, older, newer)
    assert len(customer.tasks()) == 1


def test_an_event_that_comes_again_after_the_new_task_has_ended_creates_none(customer: Customer) -> None:
    sid = parked(customer)["conversationSid"]
    event = message_event(customer, sid)
    tell(customer, event)
    (task,) = customer.tasks()
    customer.end_task(task)
    tell(customer, event, event)
    assert customer.tasks() == []
    tell(customer, message_event(customer, sid))
    assert len(customer.tasks()) == 1


def test_an_event_of_the_time_of_the_task_that_comes_after_its_end_creates_none(customer: Customer) -> None:
    answer = customer.get_task()
    customer.change_task(answer["taskSid"], "assigned")
    event = message_event(customer, answer["conversationSid"])
    tell(customer, event)
    customer.change_task(answer["taskSid"], "wrapping")
    customer.change_task(answer["taskSid"], "completed")
    tell(customer, event)
    assert customer.tasks() == []


@pytest.mark.slow
def test_ten_messages_at_once_create_one_task(customer: Customer) -> None:
    sid = parked(customer)["conversationSid"]
    events = [message_event(customer, sid) for _ in range(10)]
    with sets_off(customer.platform, FUNCTION, 10), ThreadPoolExecutor(5) as pool:
        list(pool.map(lambda event: customer.caller.signed_json("/eventstream", [event]), events))
    for _ in range(3):
        customer.caller.local("POST", f"/schedules/{FINISH}")
    assert len(customer.tasks()) == 1


@pytest.mark.parametrize("status", ["pending", "assigned"])
def test_a_reply_while_the_task_is_open_creates_none(customer: Customer, status: str) -> None:
    answer = customer.get_task()
    if status == "assigned":
        customer.change_task(answer["taskSid"], "assigned")
    tell(customer, message_event(customer, answer["conversationSid"]))
    tell(customer, message_event(customer, answer["conversationSid"]))
    assert customer.tasks() == [answer["taskSid"]]


def test_a_reply_while_the_agent_wraps_up_creates_a_task_once_that_has_ended(
    customer: Customer, pass_time: PassTime
) -> None:
    answer = customer.get_task()
    for status in ("assigned", "wrapping"):
        customer.change_task(answer["taskSid"], status)
    tell(customer, message_event(customer, answer["conversationSid"]))
    pass_time(120)
    assert customer.tasks() == [answer["taskSid"]]
    customer.change_task(answer["taskSid"], "completed")
    pass_time(600)
    customer.caller.local("POST", f"/schedules/{FINISH}")
    (task,) = customer.tasks()
    assert task != answer["taskSid"]


def test_a_studio_flow_keeps_the_replies(customer: Customer) -> None:
    sid = customer.get_message("Your table is ready")["conversationSid"]
    tell(customer, message_event(customer, sid))
    assert customer.tasks() == []


def test_a_studio_flow_of_another_system_keeps_the_replies(customer: Customer) -> None:
    sid = parked(customer)["conversationSid"]
    flow = {"Target": "studio", "Configuration.FlowSid": "FW" + "7" * 32}
    customer.twilio("POST", f"{CONVERSATIONS}/{sid}/Webhooks", **flow)
    tell(customer, message_event(customer, sid))
    assert customer.tasks() == []


def test_a_message_in_a_conversation_that_was_not_started_here_creates_no_task(customer: Customer) -> None:
    sid = customer.existing(long_lived=True)
    tell(customer, message_event(customer, sid))
    assert customer.tasks() == []


@pytest.mark.parametrize("author", ["agent", "system", "+12025550199"])
def test_a_message_of_another_author_creates_no_task(customer: Customer, author: str) -> None:
    sid = parked(customer)["conversationSid"]
    tell(customer, message_event(customer, sid, Author=author), times=1 if author.startswith("+") else 0)
    assert customer.tasks() == []


@pytest.mark.parametrize(
    "changes",
    [{"ConversationSid": "CH1"}, {"ConversationSid": None}, {"DateCreated": "yesterday", "MessageSid": 7}],
)
def test_an_event_that_cannot_be_read_does_no_harm(customer: Customer, changes: dict[str, Any]) -> None:
    sid = parked(customer)["conversationSid"]
    tell(customer, message_event(customer, sid, **changes))
    tell(customer, message_event(customer, sid))
    assert len(customer.tasks()) == 1
    assert {one["outcome"] for one in customer.caller.invocations(FUNCTION)} == {"success"}


def test_a_reply_on_whatsapp_creates_a_task_too(on_whatsapp: Customer) -> None:
    sid = parked(on_whatsapp)["conversationSid"]
    tell(on_whatsapp, message_event(on_whatsapp, sid))
    (task,) = on_whatsapp.tasks()
    attributes = json.loads(on_whatsapp.task(task)["attributes"])
    assert (attributes["channelType"], attributes["from"]) == ("whatsapp", on_whatsapp.number)


def test_a_closed_conversation_gets_no_task(customer: Customer) -> None:
    sid = parked(customer)["conversationSid"]
    customer.twilio("POST", f"{CONVERSATIONS}/{sid}", State="closed")
    tell(customer, message_event(customer, sid))
    assert customer.tasks() == []


def test_a_conversation_that_is_deleted_gets_no_task(customer: Customer) -> None:
    sid = parked(customer)["conversationSid"]
    customer.twilio("DELETE", f"{CONVERSATIONS}/{sid}")
    tell(customer, message_event(customer, sid))
    assert customer.tasks() == []
    assert {one["outcome"] for one in customer.caller.invocations(FUNCTION)} == {"success"}


@pytest.mark.parametrize(
    ("match", "status"),
    [("GET .*/Tasks", 503), ("GET .*/Webhooks", 500), ("/v1/Interactions", 429), ("/v1/Interactions", 500)],
)
def test_a_reply_that_twilio_cannot_route_now_gets_its_task_later(
    customer: Customer, caller: Caller, pass_time: PassTime, match: str, status: int
) -> None:
    sid = parked(customer)["conversationSid"]
    caller.local("POST", "/twilio/faults", {"match": match, "status": status, "times": 50})
    tell(customer, message_event(customer, sid))
    caller.local("DELETE", "/twilio/faults")
    assert customer.tasks() == []
    pass_time(120)
    caller.local("POST", f"/schedules/{FINISH}")
    assert len(customer.tasks()) == 1
    pass_time(600)
    assert len(customer.tasks()) == 1


def test_a_task_that_twilio_did_not_confirm_is_not_created_again(
    customer: Customer, caller: Caller, pass_time: PassTime
) -> None:
    sid = parked(customer)["conversationSid"]
    late = {"match": "POST .*/v1/Interactions$", "status": 200, "delaySeconds": 6}
    caller.local("POST", "/twilio/faults", late)
    tell(customer, message_event(customer, sid))
    assert len(eventually(customer.tasks)) == 1
    pass_time(120)
    caller.local("POST", f"/schedules/{FINISH}")
    assert len(customer.tasks()) == 1


def test_a_request_and_a_reply_at_once_create_one_task(customer: Customer) -> None:
    sid = parked(customer)["conversationSid"]
    with ThreadPoolExecutor(2) as pool:
        told = pool.submit(tell, customer, message_event(customer, sid))
        answer = customer.get_task(initialNotificationMessage="Still there?")
        told.result()
    assert customer.tasks() == [answer["taskSid"]]


@pytest.fixture(scope="module")
def without_flow() -> Iterator[Platform]:
    """A platform on which no flow takes the replies."""
    names = Names(stack="switchboard-without-flow", account_id="666666666666")
    parameters = {"OutboundFlowSid": ""}
    with Platform(0, names=names, parameters=parameters, watch=False, terminal=Terminal(quiet=True)) as made:
        yield made


@pytest.mark.slow
def test_without_a_flow_a_message_without_a_task_gets_one_for_its_reply(without_flow: Platform) -> None:
    customer = Customer(without_flow, Caller(without_flow))
    sid = customer.get_message("Your table is ready")["conversationSid"]
    assert customer.webhooks(sid) == []
    tell(customer, message_event(customer, sid))
    assert len(customer.tasks()) == 1
