"""The address a call is for, from every shape that a To header can have."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sip_router.domain.address import user_part


@pytest.mark.parametrize(
    ("to", "address"),
    [
        ("sip:4321@example.sip.twilio.com", "4321"),
        ("sips:4321@example.com", "4321"),
        ("SIP:4321@example.com", "4321"),
        ("4321", "4321"),
        ("+4930123456", "+4930123456"),
        ("4321@example.com", "4321"),
        ("sip:4321", "4321"),
        ("sip:+4930123456@example.com;transport=tls?X-A=b", "+4930123456"),
        ("sip:+4930123456;npdi;phone-context=+49@example.com", "+4930123456"),
        ("sip:alice:secret@example.com:5061", "alice"),
        ("sip:%2B4930123456@example.com", "+4930123456"),
        ("sip:j%C3%BCrgen@example.com", "jürgen"),
        ("sip:100%@example.com", "100%"),
        ("sip:%ff@example.com", "\N{REPLACEMENT CHARACTER}"),
        ('"Front <desk>" <sip:4321@example.com>;tag=a6c85cf', "4321"),
        ("<sip:4321@example.com", "4321"),
        ("tel:+4930123456;ext=7", "+4930123456"),
        ("  sip:4321@example.com  ", "4321"),
        ("sip:Alice@example.com", "Alice"),
        ("*97", "*97"),
        ("", ""),
        ("sip:", ""),
        ("sip:@example.com", ""),
        ("sip:ann%40corp.example@example.com", "ann@corp.example"),
        ("sip:ann@corp.example@example.com;transport=tls", "ann@corp.example"),
        ("sip:ann@example.com?Subject=a@b", "ann"),
    ],
)
def test_an_address_is_the_user_part(to: str, address: str) -> None:
    assert user_part(to) == address


@given(st.text(max_size=60))
@example("sip:" * 9 + "<>@")
def test_any_text_gives_some_address(text: str) -> None:
    for to in (text, f"sip:{text}", f"sips:{text}@example.com", f'"{text}" <sip:{text}>'):
        assert isinstance(user_part(to), str)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
def test_a_percent_encoded_user_part_is_found_as_it_was(user: str) -> None:
    encoded = "".join(f"%{byte:02X}" for byte in user.encode())

    assert user_part(f"sip:{encoded}@example.com;user=phone") == user.strip()
