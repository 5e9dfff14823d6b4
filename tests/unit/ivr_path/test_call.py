"""What is read of a status callback: nothing that could not be kept or shown."""

import pytest

from ivr_path.domain.call import Call


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
def test_a_duration_is_nine_ascii_digits_at_most(text: str, seconds: int | None) -> None:
    assert Call.from_callback({"CallDuration": text}).duration == seconds


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
def test_an_address_is_short_and_printable(text: str, address: str | None) -> None:
    call = Call.from_callback({"From": text, "To": text})
    assert (call.from_, call.to) == (address, address)
