"""What Twilio's refusals mean to the caller."""

import pytest

from outbound_message.domain.message import OutboundMessage
from outbound_message.failures import refusal
from switchboard.twilio.outcome import Refused

SMS = OutboundMessage("+12025550102", "+14045550142", "Ada", body="Hello")
TASK = OutboundMessage("+12025550102", "+14045550142", "Ada", body="Hello", with_task=True)
TEMPLATE = OutboundMessage("+12025550102", "+14045550142", "Ada", content_sid="HX" + "1" * 32)


@pytest.mark.parametrize(
    ("message", "code", "field"),
    [
        (SMS, 21606, "fromNumber"),
        (SMS, 50407, "toNumber"),
        (SMS, 21211, "toNumber"),
        (SMS, 21617, "messageBody"),
        (TASK, 21617, "initialNotificationMessage"),
        (TEMPLATE, 21655, "contentSid"),
    ],
)
def test_a_refusal_names_the_field_that_it_is_about(message: OutboundMessage, code: int, field: str) -> None:
    error = refusal(Refused(400, code, "No"), message)
    assert (error.status, [one["field"] for one in error.errors]) == (400, [field])
    assert error.message == f"{field}: is refused by Twilio ({code}: No)"


@pytest.mark.parametrize(
    ("status", "code", "answered"),
    [(400, 21610, 409), (429, 20429, 503), (500, None, 503), (401, 20003, 502)],
)
def test_another_refusal_says_whether_the_same_request_may_succeed_later(
    status: int, code: int | None, answered: int
) -> None:
    error = refusal(Refused(status, code, "No"), SMS)
    assert (error.status, error.retry_after is not None) == (answered, answered == 503)
