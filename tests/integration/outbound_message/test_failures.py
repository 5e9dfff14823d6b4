"""What Twilio refuses is said with its code, and nothing half-done stays."""

from typing import Any

import pytest

from tests.integration.outbound_message.customers import CONVERSATIONS, SMS, TASK, Customer
from tests.support import Caller

pytestmark = pytest.mark.slow

INVALID = "+15005550001"


def open_tasks(customer: Customer) -> list[Any]:
    workspace = customer.caller.local("GET", "/health")["workspaceSid"]
    path = f"taskrouter.twilio.com/v1/Workspaces/{workspace}/Tasks?AssignmentStatus=pending&PageSize=1000"
    tasks = customer.twilio("GET", path)["tasks"]
    return [one for one in tasks if customer.number in one["attributes"]]


@pytest.mark.parametrize("route", [SMS, TASK])
def test_an_opted_out_customer_gets_nothing(customer: Customer, route: str) -> None:
    customer.writes("STOP")
    answer = customer.post(route, messageBody="Hello", initialNotificationMessage="Hello")
    assert answer.status == 409
    assert "21610" in answer.json()["message"]
    assert customer.inbox() == []
    assert open_tasks(customer) == []


def test_a_conversation_created_for_an_opted_out_customer_is_removed(
    customer: Customer, caller: Caller
) -> None:
    caller.local("POST", "/twilio/faults", {"match": "/Messages", "status": 400, "code": 21610})
    answer = customer.post(TASK, initialNotificationMessage="Hello")
    assert answer.status == 409
    sid = customer.requests()[1][1].split("/")[3]
    kinds = [(method, url.split("/")[2]) for method, url, _ in customer.requests()[2:]]
    assert kinds == [
        ("POST", "Interactions"),
        ("POST", "Conversations"),
        ("POST", "Interactions"),
        ("DELETE", "Conversations"),
    ]
    assert customer.conversation(sid) is None
    assert open_tasks(customer) == []
    assert customer.get_task(initialNotificationMessage="Hello")["conversation"]["isNew"]


def test_an_existing_conversation_is_kept_when_the_customer_has_opted_out(
    customer: Customer, caller: Caller
) -> None:
    sid = customer.existing(crm="4711")
    caller.local("POST", "/twilio/faults", {"match": "/Messages", "status": 400, "code": 21610})
    assert customer.post(TASK, initialNotificationMessage="Hello").status == 409
    assert customer.conversation(sid)["state"] == "active"
    assert customer.conversations() == [sid]
    assert open_tasks(customer) == []
    ends = [params for _, url, params in customer.requests() if "/Channels/" in url]
    assert ends == [{"Status": "inactive", "Routing": {"status": "closed"}}]


@pytest.mark.parametrize("route", [SMS, TASK])
def test_an_invalid_number_is_named_with_twilios_code(customer: Customer, route: str) -> None:
    customer.number = INVALID
    answer = customer.post(route, messageBody="Hello", initialNotificationMessage="Hello")
    assert answer.status == 400
    error = answer.json()["errors"][0]
    assert error["field"] == "toNumber"
    assert "50407" in error["message"]
    assert customer.conversations() == []
    last = customer.requests()[-2:]
    assert [method for method, _, _ in last[:1]] == ["DELETE"] or last[-1][0] == "GET"


@pytest.mark.parametrize(
    ("match", "code", "status", "field"),
    [
        ("/Messages", 21211, 400, "toNumber"),
        ("/Messages", 21614, 400, "toNumber"),
        ("/Messages", 21606, 400, "fromNumber"),
        ("/Messages", 21617, 400, "messageBody"),
        ("/Messages", 20003, 502, None),
        ("/Webhooks", 20001, 502, None),
        ("/Participants", 50407, 400, "toNumber"),
        ("POST .*/v1/Conversations$", 20001, 502, None),
    ],
)
def test_a_refused_step_is_followed_by_a_roll_back_of_the_earlier_ones(
    customer: Customer, caller: Caller, match: str, code: int, status: int, field: str | None
) -> None:
    caller.local("POST", "/twilio/faults", {"match": match, "status": 400, "code": code})
    answer = customer.post(SMS, messageBody="Hello")
    assert answer.status == status, answer.text
    assert str(code) in answer.json()["message"]
    assert [error["field"] for error in answer.json().get("errors", [])] == ([field] if field else [])
    assert customer.conversations() == []
    assert customer.get_message("Hello")["conversation"]["isNew"]
    assert customer.inbox() == ["Hello"]


def test_a_refused_task_is_followed_by_the_removal_of_the_conversation(
    customer: Customer, caller: Caller
) -> None:
    caller.local("POST", "/twilio/faults", {"match": "/v1/Interactions", "status": 400})
    assert customer.post(TASK, initialNotificationMessage="Hello").status == 502
    assert customer.conversations() == []
    assert customer.inbox() == []


@pytest.mark.parametrize("service", ["dynamodb.PutItem", "dynamodb.UpdateItem"])
def test_nothing_is_sent_while_aws_is_down(customer: Customer, caller: Caller, service: str) -> None:
    caller.local("POST", "/aws/faults", {"match": service, "status": 500, "times": 50})
    assert customer.post(TASK, initialNotificationMessage="Hello").status == 503
    caller.local("DELETE", "/aws/faults")
    assert customer.conversations() == []
    assert customer.inbox() == []
    customer.get_task(initialNotificationMessage="Hello")
    assert customer.inbox() == ["Hello"]


def test_while_twilio_fails_the_caller_gets_503_and_can_try_again(customer: Customer, caller: Caller) -> None:
    caller.local("POST", "/twilio/faults", {"match": "conversations", "status": 503, "times": 50})
    answer = customer.post(SMS, messageBody="Hello")
    assert answer.status == 503
    caller.local("DELETE", "/twilio/faults")
    customer.get_message("Hello")
    assert customer.inbox() == ["Hello"]


@pytest.mark.parametrize("status", [429, 500, 503])
@pytest.mark.parametrize("route", [SMS, TASK])
@pytest.mark.parametrize("step", ["POST .*/v1/Conversations$", "/Participants", "/v1/Conversations/CH"])
def test_a_throttled_step_is_reported_and_the_request_can_be_repeated(
    customer: Customer, caller: Caller, step: str, route: str, status: int
) -> None:
    caller.local("POST", "/twilio/faults", {"match": step, "status": status, "times": 50})
    answer = customer.post(route, messageBody="Hello", initialNotificationMessage="Hello")
    caller.local("DELETE", "/twilio/faults")
    assert answer.status == 503, answer.text
    assert int(dict(answer.headers)["retry-after"]) > 0
    assert customer.post(route, messageBody="Hello", initialNotificationMessage="Hello").status == 200
    assert len(customer.conversations()) == 1
    assert customer.inbox() == ["Hello"]


def test_a_conversation_that_is_closed_meanwhile_is_replaced_by_a_new_one(customer: Customer) -> None:
    first = customer.get_message("Hello")["conversationSid"]
    customer.twilio("POST", f"{CONVERSATIONS}/{first}", State="closed")
    second = customer.get_message("Goodbye")
    assert second["conversation"]["isNew"]
    assert second["conversationSid"] != first


@pytest.mark.parametrize(
    ("match", "status", "answered"),
    [("GET .*/Webhooks", 503, 503), ("GET .*/Webhooks", 403, 502), ("GET .*/Webhooks", 429, 503)],
)
def test_a_refused_list_of_conversations_is_reported(
    customer: Customer, caller: Caller, match: str, status: int, answered: int
) -> None:
    sid = customer.existing()
    caller.local("POST", "/twilio/faults", {"match": match, "status": status, "times": 9})
    answer = customer.post(SMS, messageBody="Hello")
    assert answer.status == answered, answer.text
    assert customer.inbox() == []
    assert customer.conversation(sid)["state"] == "active"
