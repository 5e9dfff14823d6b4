"""A status callback is read without values that could not be stored or shown."""

import pytest

from ivr_path.requests.call_status import CallStatusCallback
from switchboard.inputs.model import read

CALL_SID = "CA" + "1" * 32


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("31", 31),
        ("0", 0),
        ("999999999", 999_999_999),
        ("9" * 60, None),
        ("٣١", None),
        ("²", None),
        ("-1", None),
        ("", None),
    ],
)
def test_a_duration_is_read_if_it_has_at_most_nine_ascii_digits(text: str, seconds: int | None) -> None:
    assert read(CallStatusCallback, {"CallSid": CALL_SID, "CallDuration": text}).call_duration == seconds


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("+12025550142", "+12025550142"),
        ("sip:someone@example.com", "sip:someone@example.com"),
        ("client:Zoë", "client:Zoë"),
        ("+" + "1" * 200_000, None),
        ("+1202\x00555", None),
        ("a\nb", None),
    ],
)
def test_an_address_is_read_if_it_is_short_and_has_no_control_characters(
    text: str, address: str | None
) -> None:
    call = read(CallStatusCallback, {"CallSid": CALL_SID, "From": text, "To": text}).to_call()
    assert (call.from_, call.to) == (address, address)
