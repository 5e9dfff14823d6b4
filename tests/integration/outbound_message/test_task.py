"""POST /flex-initiate-outbound-sms-task: the conversation, its task, and the message after them."""

import json
import re
from typing import Any

import pytest

from local.template.parameters import FLEX_NUMBER, WORKFLOW_SID, WORKSPACE_SID
from tests.integration.outbound_message.customers import CONVERSATIONS, TASK, Customer
from tests.support import Caller, eventually

LONG_LIVED = {"long_lived": True, "status": "ACTIVE"}
SOURCE, WORKER = "CH" + "5" * 32, "WK" + "b" * 32


def interaction(customer: Customer, sid: str, **more: str) -> tuple[str, str, Any]:
    attributes = {
        "to": customer.number,
        "from": FLEX_NUMBER,
        "direction": "outbound",
        "name": "Ada",
        "customerName": "Ada",
        "customerAddress": customer.number,
        "channelType": "sms",
        **more,
    }
    properties = {
        "workspace_sid": WORKSPACE_SID,
        "workflow_sid": WORKFLOW_SID,
        "task_channel_unique_name": "chat",
        "attributes": attributes,
    }
    channel = {"type": "sms", "initiated_by": "api", "properties": {"media_channel_sid": sid}}
    params = {"Channel": channel, "Routing": {"properties": properties}}
    return ("POST", "flex-api.twilio.com/v1/Interactions", params)


def open_tasks(customer: Customer) -> tuple[str, str, Any]:
    """Return the request for the workspace's open tasks."""
    return next(one for one in customer.requests() if f"{WORKSPACE_SID}/Tasks?" in one[1])


def binding(customer: Customer) -> dict[str, str]:
    return {"MessagingBinding.Address": customer.number, "MessagingBinding.ProxyAddress": FLEX_NUMBER}


def test_a_new_conversation_is_created_and_routed_before_the_message_is_sent(customer: Customer) -> None:
    answer = customer.get_task(
        initialNotificationMessage="Hello Ada", sourceChatChannelSid=SOURCE, targetWorkerSid=WORKER
    )
    sid = answer["conversationSid"]
    requests = customer.requests()
    name = requests[0][2]["UniqueName"]
    assert re.fullmatch("switchboard-[0-9a-f]{32}", name)
    marker = {"idempotencyKey": name.removeprefix("switchboard-")}
    assert requests == [
        ("POST", CONVERSATIONS, {"FriendlyName": "Ada", "UniqueName": name, "Attributes": LONG_LIVED}),
        ("POST", f"{CONVERSATIONS}/{sid}/Participants", binding(customer)),
        interaction(customer, sid, sourceChatChannelSid=SOURCE, targetWorkerSid=WORKER),
        ("POST", f"{CONVERSATIONS}/{sid}/Messages", {"Body": "Hello Ada", "Attributes": marker}),
    ]
    assert customer.inbox() == ["Hello Ada"]
    made = answer["interaction"]
    (participant,) = customer.twilio("GET", f"{CONVERSATIONS}/{sid}/Participants")["participants"]
    assert answer == {
        "success": True,
        "conversationSid": sid,
        "conversation": {"sid": sid, "isNew": True},
        "chatChannel": {"sid": sid},
        "participants": [
            {"sid": participant["sid"], "address": customer.number, "proxyAddress": FLEX_NUMBER}
        ],
        "interactionSid": made["sid"],
        "taskSid": made["taskSid"],
        "task": {"sid": made["taskSid"], "isNew": True},
        "interaction": made,
        "messageSid": answer["message"]["sid"],
        "message": answer["message"],
        "chatMessage": answer["message"],
    }
    assert [made["sid"][:2], made["channelSid"][:2], made["taskSid"][:2]] == ["KD", "UO", "WT"]
    attributes = json.loads(customer.task(made["taskSid"])["attributes"])
    assert (attributes["conversationSid"], attributes["targetWorkerSid"]) == (sid, WORKER)


def test_without_a_message_none_is_sent(customer: Customer) -> None:
    answer = customer.get_task(initialNotificationMessage=" ", sourceChatChannelSid="", targetWorkerSid=None)
    assert "message" not in answer
    assert customer.requests()[2:] == [interaction(customer, answer["conversationSid"])]
    assert customer.inbox() == []


def test_an_open_conversation_of_the_two_numbers_is_used_again(customer: Customer) -> None:
    sid = customer.existing(crm="4711", status="PARKED")
    answer = customer.get_task()
    assert answer["conversation"] == {"sid": sid, "isNew": False}
    requests = customer.requests()
    spare = requests[1][1].split("/")[3]
    assert requests[1:] == [
        ("POST", f"{CONVERSATIONS}/{spare}/Participants", binding(customer)),
        ("DELETE", f"{CONVERSATIONS}/{spare}", {}),
        ("GET", f"{CONVERSATIONS}/{sid}", {}),
        ("POST", f"{CONVERSATIONS}/{sid}", {"Attributes": {"crm": "4711", **LONG_LIVED}}),
        open_tasks(customer),
        interaction(customer, sid),
        ("GET", f"{CONVERSATIONS}/{sid}/Webhooks", {}),
    ]
    assert customer.conversation(sid)["attributes"] == {"crm": "4711", **LONG_LIVED}
    assert customer.conversations() == [sid]


def test_attributes_that_are_already_right_are_not_written(customer: Customer) -> None:
    sid = customer.existing(**LONG_LIVED)
    customer.get_task()
    assert ("POST", f"{CONVERSATIONS}/{sid}") not in [request[:2] for request in customer.requests()]


def test_a_closed_conversation_is_not_used_again(customer: Customer) -> None:
    sid = customer.existing()
    customer.twilio("POST", f"{CONVERSATIONS}/{sid}", State="closed")
    answer = customer.get_task(initialNotificationMessage="Hello")
    assert answer["conversation"]["isNew"]
    assert customer.conversations() == [answer["conversationSid"]]


def test_a_customers_reply_arrives_in_the_same_conversation(customer: Customer) -> None:
    sid = customer.get_task(initialNotificationMessage="Hello")["conversationSid"]
    customer.writes("Who is this?")
    messages = customer.twilio("GET", f"{CONVERSATIONS}/{sid}/Messages")["messages"]
    assert [(one["author"], one["body"]) for one in messages] == [
        ("system", "Hello"),
        (customer.number, "Who is this?"),
    ]


def test_agents_flows_and_systems_can_use_json_or_a_form(customer: Customer, caller: Caller) -> None:
    fields = customer.fields(initialNotificationMessage="Hello")
    assert caller.flex_post(TASK, fields).status == 200
    assert caller.signed_json(TASK, fields).status == 200
    assert caller.signed_post(TASK, fields).status == 200
    assert caller.key_post(TASK, fields).status == 200
    assert len(customer.inbox()) == 3  # Twilio's JSON and form are one request to it


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"X-Twilio-Signature": "wrong"}])
def test_a_request_without_authentication_is_refused(
    customer: Customer, caller: Caller, headers: dict[str, str]
) -> None:
    body = json.dumps(customer.fields(Token="wrong")).encode()
    answer = caller.send("POST", TASK, body, {"Content-Type": "application/json", **headers})
    assert answer.status == 403
    assert customer.conversations() == []


def test_the_conversation_is_announced_to_the_clean_up(customer: Customer) -> None:
    sid = customer.get_task()["conversationSid"]
    client = customer.platform.aws.client("dynamodb")
    table = next(
        name for name in client.list_tables()["TableNames"] if "-Channels" in name or name == "Channels"
    )

    def row() -> Any:
        return client.get_item(TableName=table, Key={"conversationSid": {"S": sid}}).get("Item")

    assert eventually(row)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"fromNumber": None}, ["fromNumber"]),
        ({"fromNumber": "", "toName": " ", "toNumber": "5550123"}, ["fromNumber", "toNumber", "toName"]),
        ({"toNumber": FLEX_NUMBER}, ["toNumber"]),
        ({"toName": "x" * 257}, ["toName"]),
        ({"toName": {"first": "Ada"}}, ["toName"]),
        ({"toNumber": 12025550142}, ["toNumber"]),
        ({"toNumber": "whatsapp:4711"}, ["toNumber"]),
        ({"initialNotificationMessage": "x" * 1601}, ["initialNotificationMessage"]),
        ({"initialNotificationMessage": ["x"]}, ["initialNotificationMessage"]),
        ({"sourceChatChannelSid": "CH1"}, ["sourceChatChannelSid"]),
        ({"targetWorkerSid": SOURCE}, ["targetWorkerSid"]),
        ({"contentSid": "HX1"}, ["contentSid"]),
        ({"contentVariables": "{}"}, ["contentVariables"]),
        ({"contentSid": "HX" + "1" * 32, "contentVariables": "[]"}, ["contentVariables"]),
    ],
)
def test_an_invalid_field_is_named(customer: Customer, changes: dict[str, Any], fields: list[str]) -> None:
    answer = customer.post(TASK, **changes)
    assert answer.status == 400, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == fields
    assert customer.requests() == []


@pytest.mark.parametrize("body", [b"[]", b"null", b'"text"', b"7", b"{", b""])
def test_a_json_body_that_is_not_an_object_is_refused(
    customer: Customer, caller: Caller, body: bytes
) -> None:
    headers = {"Authorization": f"Bearer {customer.platform.api_key}", "Content-Type": "application/json"}
    assert caller.send("POST", TASK, body, headers).status == 400
