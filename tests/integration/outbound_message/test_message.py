"""POST /flex-initiate-outbound-sms: a message without a task, whose replies go to a Studio flow."""

from concurrent.futures import ThreadPoolExecutor

from local.http_messages import HttpResponse
from local.template.parameters import OUTBOUND_FLOW_SID
from tests.integration.outbound_message.customers import CONVERSATIONS, SMS, Customer
from tests.support import Caller

FLOW = {"Target": "studio", "Configuration.FlowSid": OUTBOUND_FLOW_SID}


def test_the_flow_is_attached_before_the_message_is_sent(customer: Customer) -> None:
    answer = customer.get_message("Your table is ready")
    sid = answer["conversationSid"]
    requests = customer.requests()
    marker = requests[0][2]["UniqueName"].removeprefix("switchboard-")
    content = {"Body": "Your table is ready", "Attributes": {"idempotencyKey": marker}}
    assert requests[2:] == [
        ("POST", f"{CONVERSATIONS}/{sid}/Webhooks", FLOW),
        ("POST", f"{CONVERSATIONS}/{sid}/Messages", content),
    ]
    assert answer == {
        "success": True,
        "conversationSid": sid,
        "conversation": {"sid": sid, "isNew": True},
        "chatChannel": {"sid": sid},
        "participants": answer["participants"],
        "messageSid": answer["message"]["sid"],
        "message": answer["message"],
        "chatMessage": answer["message"],
    }
    assert customer.inbox() == ["Your table is ready"]


def test_the_flow_is_attached_to_a_conversation_once(customer: Customer) -> None:
    sids = {customer.get_message(body)["conversationSid"] for body in ("One", "Two", "Three")}
    assert len(sids) == 1
    assert [one["target"] for one in customer.webhooks(sids.pop())] == ["studio"]
    assert customer.inbox() == ["One", "Two", "Three"]


def test_a_flow_that_another_system_added_stays_the_only_one(customer: Customer) -> None:
    sid = customer.existing()
    customer.twilio("POST", f"{CONVERSATIONS}/{sid}/Webhooks", **FLOW)
    customer.get_message()
    assert len(customer.webhooks(sid)) == 1


def test_concurrent_messages_share_one_conversation_and_one_flow(customer: Customer) -> None:
    def post(number: int) -> HttpResponse:
        while (answer := customer.post(SMS, messageBody=f"Message {number}")).status == 503:
            pass  # A busy machine may not get to all of them in time.
        return answer

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(post, range(6)))
    assert {answer.status for answer in answers} == {200}, [answer.text for answer in answers]
    sids = {answer.json()["conversationSid"] for answer in answers}
    assert customer.conversations() == list(sids)
    assert len(customer.webhooks(*sids)) == 1
    assert sorted(customer.inbox()) == [f"Message {n}" for n in range(6)]


def test_a_request_without_a_message_is_refused(customer: Customer) -> None:
    for body in (None, "", "  "):
        answer = customer.post(SMS, messageBody=body)
        assert answer.status == 400
        assert answer.json()["errors"] == [{"field": "messageBody", "message": "is missing"}]


def test_a_short_code_sends_too(customer: Customer) -> None:
    customer.sender = "12345"
    answer = customer.get_message("Your code is 7")
    assert answer["participants"][0]["proxyAddress"] == "12345"
    assert customer.inbox() == ["Your code is 7"]


def test_a_sender_that_twilio_refuses_is_told_with_its_code(customer: Customer, caller: Caller) -> None:
    customer.sender = "12345"
    caller.local("POST", "/twilio/faults", {"match": "/Participants", "status": 400, "code": 50408})
    answer = customer.post(SMS, messageBody="Hello")
    assert (answer.status, answer.json()["errors"][0]["field"]) == (400, "fromNumber")
    assert "50408" in answer.json()["message"]
