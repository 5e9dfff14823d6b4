"""The same request sends one message: concurrently, repeated, and if Twilio does not confirm the first."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.integration.outbound_message.customers import SMS, TASK, Customer
from tests.support import Caller, header_names

PassTime = Callable[[float], None]


@pytest.mark.parametrize("route", [SMS, TASK])
def test_twenty_concurrent_requests_send_one_message(customer: Customer, route: str) -> None:
    text = {"messageBody": "Hello", "initialNotificationMessage": "Hello"}
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: customer.post(route, **text), range(20)))
    assert {answer.status for answer in answers} == {200}, {answer.text for answer in answers}
    assert len({answer.text for answer in answers}) == 1
    assert customer.inbox() == ["Hello"]
    assert len(customer.conversations()) == 1


def test_the_same_content_is_sent_again_after_a_minute(customer: Customer, pass_time: PassTime) -> None:
    first = customer.get_message("Hello")
    assert customer.get_message("Hello") == first
    pass_time(61)
    assert customer.get_message("Hello")["messageSid"] != first["messageSid"]
    assert customer.inbox() == ["Hello", "Hello"]


def test_an_idempotency_key_applies_for_a_day(customer: Customer, pass_time: PassTime) -> None:
    key = {"Idempotency-Key": f"job {customer.number}"}
    first = customer.post(SMS, key, messageBody="Hello")
    pass_time(80_000)
    assert customer.post(SMS, key, messageBody="Hello").text == first.text
    assert customer.post(SMS, key, messageBody="Goodbye").status == 409
    other = {"Idempotency-Key": f"other job {customer.number}"}
    assert customer.post(SMS, other, messageBody="Hello").json()["messageSid"] != first.json()["messageSid"]
    assert customer.inbox() == ["Hello", "Hello"]


def test_a_webhook_that_twilio_repeats_sends_one_message(
    customer: Customer, caller: Caller, pass_time: PassTime
) -> None:
    token = {"I-Twilio-Idempotency-Token": f"token {customer.number}"}
    fields = customer.fields(messageBody="Hello")
    assert caller.signed_post(SMS, fields, token).status == 200
    pass_time(120)
    assert caller.signed_post(SMS, fields, token).status == 200
    assert customer.inbox() == ["Hello"]


def test_an_idempotency_key_that_is_too_long_is_refused(customer: Customer) -> None:
    answer = customer.post(SMS, {"Idempotency-Key": "x" * 256}, messageBody="Hello")
    assert (answer.status, answer.json()["errors"][0]["field"]) == (400, "Idempotency-Key")


@pytest.mark.parametrize("route", [SMS, TASK])
def test_a_message_that_twilio_confirms_late_is_not_sent_again(
    customer: Customer, caller: Caller, route: str
) -> None:
    text = {"messageBody": "Hello", "initialNotificationMessage": "Hello"}
    # Twilio takes longer than we wait, and sends the message in the end.
    caller.local("POST", "/twilio/faults", {"match": "/Messages", "status": 200, "delaySeconds": 6})
    first = customer.post(route, **text)
    assert (first.status, "retry-after" in header_names(first.headers)) == (503, True), first.text
    again = customer.post(route, **text)
    assert again.status in {200, 503}
    while again.status == 503:
        again = customer.post(route, **text)
    assert customer.inbox() == ["Hello"]
    assert again.json()["messageSid"]
    assert len(customer.conversations()) == 1


def test_a_message_that_twilio_lost_is_sent_by_the_next_request(
    customer: Customer, caller: Caller, pass_time: PassTime
) -> None:
    caller.local("POST", "/twilio/faults", {"match": "/Messages", "status": 500})
    assert customer.post(TASK, initialNotificationMessage="Hello").status == 503
    # It may still be on its way, so the next request waits.
    assert customer.post(TASK, initialNotificationMessage="Hello").status == 503
    assert customer.inbox() == []
    pass_time(31)
    answer = customer.get_task(initialNotificationMessage="Hello")
    assert customer.inbox() == ["Hello"]
    assert len([one for one in customer.requests() if one[1].endswith("/Interactions")]) == 1
    assert customer.task(answer["taskSid"])["assignment_status"] == "pending"


def test_a_task_that_twilio_did_not_confirm_is_found_again(customer: Customer, caller: Caller) -> None:
    caller.local("POST", "/twilio/faults", {"match": "/v1/Interactions", "status": 200, "delaySeconds": 6})
    first = customer.post(TASK, initialNotificationMessage="Hello")
    assert first.status == 503, first.text
    again = customer.post(TASK, initialNotificationMessage="Hello")
    while again.status == 503:
        again = customer.post(TASK, initialNotificationMessage="Hello")
    assert again.json()["taskSid"]
    assert len([one for one in customer.requests() if one[1].endswith("/Interactions")]) == 1
    assert customer.inbox() == ["Hello"]


@pytest.mark.parametrize("what", ["/v1/Conversations$", "/Participants"])
def test_a_conversation_that_twilio_did_not_confirm_is_used(
    customer: Customer, caller: Caller, what: str
) -> None:
    caller.local("POST", "/twilio/faults", {"match": what, "status": 200, "delaySeconds": 6})
    assert customer.post(SMS, messageBody="Hello").status == 503
    answer = customer.post(SMS, messageBody="Hello")
    while answer.status == 503:
        answer = customer.post(SMS, messageBody="Hello")
    assert customer.conversations() == [answer.json()["conversationSid"]]
    assert customer.inbox() == ["Hello"]


@pytest.mark.parametrize("status", [429, 503])
def test_a_short_refusal_is_retried(customer: Customer, caller: Caller, status: int) -> None:
    caller.local(
        "POST", "/twilio/faults", {"match": "conversations.twilio.com", "status": status, "times": 3}
    )
    customer.get_message("Hello")
    assert customer.inbox() == ["Hello"]
