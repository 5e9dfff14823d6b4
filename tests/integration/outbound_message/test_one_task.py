"""One task for a conversation at a time, and a flow for the replies only where no task is open."""

import json

import pytest

from local.template.parameters import OUTBOUND_FLOW_SID, WORKFLOW_SID, WORKSPACE_SID
from tests.integration.outbound_message.customers import CONVERSATIONS, SMS, TASK, Customer
from tests.support import Caller

OTHER_FLOW = "FW" + "7" * 32


def agents_conversation(customer: Customer) -> tuple[str, str]:
    """Let another system have a task in a conversation with the customer; return both SIDs."""
    sid = customer.existing()
    task = customer.twilio(
        "POST",
        f"taskrouter.twilio.com/v1/Workspaces/{WORKSPACE_SID}/Tasks",
        WorkflowSid=WORKFLOW_SID,
        TaskChannel="chat",
        Attributes=json.dumps({"conversationSid": sid, "customerAddress": customer.number}),
    )
    return sid, task["sid"]


@pytest.mark.parametrize("status", ["pending", "assigned", "wrapping"])
def test_a_second_request_puts_its_message_into_the_first_ones_task(customer: Customer, status: str) -> None:
    first = customer.get_task(initialNotificationMessage="One")
    for state in {"assigned": ("assigned",), "wrapping": ("assigned", "wrapping")}.get(status, ()):
        customer.change_task(first["taskSid"], state)
    second = customer.get_task(initialNotificationMessage="Two")
    for field in ("taskSid", "interactionSid", "conversationSid"):
        assert second[field] == first[field]
    assert (first["task"]["isNew"], second["task"]["isNew"]) == (True, False)
    assert customer.tasks() == [first["taskSid"]]
    assert customer.inbox() == ["One", "Two"]


def test_a_request_with_other_fields_and_by_another_caller_uses_the_open_task(
    customer: Customer, caller: Caller
) -> None:
    first = customer.get_task()
    fields = customer.fields(toName="Grace", targetWorkerSid="WK" + "b" * 32)
    assert caller.flex_post(TASK, fields).json()["taskSid"] == first["taskSid"]
    assert customer.tasks() == [first["taskSid"]]


def test_a_task_that_another_system_opened_is_used(customer: Customer) -> None:
    sid, task = agents_conversation(customer)
    answer = customer.get_task(initialNotificationMessage="Hello")
    assert (answer["conversationSid"], answer["taskSid"]) == (sid, task)
    assert customer.tasks() == [task]


@pytest.mark.parametrize("status", ["canceled", "completed"])
def test_a_request_after_the_end_of_the_task_creates_another(customer: Customer, status: str) -> None:
    first = customer.get_task(initialNotificationMessage="One")
    customer.end_task(first["taskSid"], status)
    second = customer.get_task(initialNotificationMessage="Two")
    assert second["conversationSid"] == first["conversationSid"]
    assert customer.tasks() == [second["taskSid"]]
    assert second["taskSid"] != first["taskSid"]


def test_a_refused_message_does_not_end_the_task_that_was_open_before(
    customer: Customer, caller: Caller
) -> None:
    first = customer.get_task()
    caller.local("POST", "/twilio/faults", {"match": "/Messages", "status": 400, "code": 21610})
    assert customer.post(TASK, initialNotificationMessage="Hello").status == 409
    assert customer.tasks() == [first["taskSid"]]
    assert customer.conversations() == [first["conversationSid"]]


@pytest.mark.parametrize("is_assigned", [False, True])
def test_a_message_without_a_task_leaves_the_replies_to_the_agent(
    customer: Customer, is_assigned: bool
) -> None:
    first = customer.get_task()
    if is_assigned:
        customer.change_task(first["taskSid"], "assigned")
    assert customer.get_message("Your table is ready")["conversationSid"] == first["conversationSid"]
    assert customer.flows(first["conversationSid"]) == []
    assert customer.inbox() == ["Your table is ready"]


def test_a_message_into_another_systems_task_leaves_the_replies_to_its_agent(customer: Customer) -> None:
    sid, _ = agents_conversation(customer)
    customer.get_message()
    assert customer.flows(sid) == []


def test_a_message_after_the_end_of_the_task_sends_the_replies_to_the_flow(customer: Customer) -> None:
    first = customer.get_task()
    customer.end_task(first["taskSid"])
    customer.get_message()
    assert customer.flows(first["conversationSid"]) == [OUTBOUND_FLOW_SID]


def test_a_task_takes_the_replies_from_the_flow_and_from_no_other_one(customer: Customer) -> None:
    sid = customer.get_message("One")["conversationSid"]
    other = {"Target": "studio", "Configuration.FlowSid": OTHER_FLOW}
    customer.twilio("POST", f"{CONVERSATIONS}/{sid}/Webhooks", **other)
    customer.get_task(initialNotificationMessage="Two")
    assert customer.flows(sid) == [OTHER_FLOW]


def test_a_refused_task_leaves_the_replies_to_the_flow(customer: Customer, caller: Caller) -> None:
    sid = customer.get_message("One")["conversationSid"]
    caller.local("POST", "/twilio/faults", {"match": "/v1/Interactions", "status": 400})
    assert customer.post(TASK, initialNotificationMessage="Two").status == 502
    assert customer.flows(sid) == [OUTBOUND_FLOW_SID]


@pytest.mark.slow
def test_nothing_is_sent_where_it_is_unknown_whether_a_task_is_open(
    customer: Customer, caller: Caller
) -> None:
    customer.get_task()
    caller.local("POST", "/twilio/faults", {"match": "GET .*/Tasks", "status": 503, "times": 50})
    assert customer.post(SMS, messageBody="Hello").status == 503
    assert customer.post(TASK, initialNotificationMessage="Hello").status == 503
    assert customer.inbox() == []
