"""Requests that no honest caller sends: never a 5xx, and nothing sent that was not asked for."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.integration.outbound_message.customers import SMS, TASK, Customer
from tests.support import FORM, Caller

FIELDS = (
    "fromNumber",
    "toNumber",
    "toName",
    "messageBody",
    "initialNotificationMessage",
    "contentSid",
    "contentVariables",
    "sourceChatChannelSid",
    "targetWorkerSid",
)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(
        ["+12025550102", "whatsapp:", "whatsapp:+1", "+0", "\x00", "\ud800", "CH" * 17, "{}", "null"]
    ),
    st.lists(st.text(max_size=3), max_size=2),
    st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=2),
)


def send(customer: Customer, route: str, body: bytes, kind: str = "application/json") -> Any:
    headers = {"Authorization": f"Bearer {customer.platform.api_key}", "Content-Type": kind}
    return customer.caller.send("POST", route, body, headers)


@settings(max_examples=40)
@given(st.sampled_from([TASK, SMS]), st.dictionaries(st.sampled_from(FIELDS), VALUES, min_size=1))
def test_unusual_values_are_accepted_or_refused_and_never_an_internal_error(
    platform: Any, caller: Caller, route: str, odd: dict[str, Any]
) -> None:
    customer = Customer(platform, caller)
    # Without a name nothing is sent.
    fields = {**customer.fields(messageBody="Hello"), **odd, "toName": ""}
    answer = send(customer, route, json.dumps(fields).encode())
    assert answer.status == 400, answer.text
    assert answer.json()["message"]
    assert customer.inbox() == []


@pytest.mark.parametrize("route", [TASK, SMS])
@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{" + b" " * 262_144 + b"}", "application/json", 413),
        (b"toName=" + b"x" * 262_144, FORM, 413),
        (b"\xff\xfe", "application/json", 400),
        (b"toName=%ff", FORM, 400),
        (b'{"toName": 1', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"<a/>", "text/xml", 415),
        (b'{"toNumber":"+14045550000","toNumber":{}}', "application/json", 400),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(
    customer: Customer, route: str, body: bytes, kind: str, status: int
) -> None:
    answer = send(customer, route, body, kind)
    assert answer.status == status, answer.text
    assert customer.requests() == []


@pytest.mark.parametrize("text", ["\x00", "\ud83d", "😀" * 800, "a\r\nb", "<script>", "{{1}}", "\u202eabc"])
def test_unusual_text_is_delivered_or_refused(customer: Customer, text: str) -> None:
    answer = send(customer, SMS, json.dumps(customer.fields(messageBody=text)).encode())
    assert answer.status in {200, 400}, answer.text
    assert len(customer.inbox()) == (answer.status == 200)


@pytest.mark.parametrize("name", ["\ud83d", "😀" * 128, '"; DROP TABLE', "\x00", "Ada\n\n"])
def test_unusual_names_are_accepted_or_refused(customer: Customer, name: str) -> None:
    answer = send(customer, TASK, json.dumps(customer.fields(toName=name)).encode())
    assert answer.status in {200, 400}, answer.text
    assert len(customer.conversations()) == (answer.status == 200)


@pytest.mark.parametrize("key", ["\x7f", "é", "x" * 256, " ", "#", "request#"])
def test_unusual_idempotency_keys_are_accepted_or_refused(customer: Customer, key: str) -> None:
    headers = {"Idempotency-Key": key.encode("utf-8").decode("latin-1")}
    answer = customer.post(SMS, headers, messageBody="Hello")
    assert answer.status == (400 if len(key) > 255 else 200), answer.text
    assert len(customer.inbox()) == (answer.status == 200)


def test_a_get_request_sends_no_message(customer: Customer, caller: Caller) -> None:
    assert caller.key_get(f"{SMS}?toName=Ada").status in {404, 405}
    assert customer.requests() == []
