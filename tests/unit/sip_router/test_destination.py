"""What each type of destination may hold."""

from typing import Any

import pytest

from sip_router.domain.destination import Destination, DestinationType
from switchboard.inputs.errors import InputError
from switchboard.inputs.model import parse
from tests.data.route_tables import APPLICATION_SID, DESTINATIONS


def problem(kind: Any, text: Any) -> tuple[str, str] | None:
    try:
        parse(Destination, {"type": kind, "destination": text})
    except InputError as error:
        return error.errors[0]["field"], error.errors[0]["message"]
    return None


@pytest.mark.parametrize(("kind", "text"), DESTINATIONS.items())
def test_every_type_takes_its_own_kind_of_destination(kind: str, text: str) -> None:
    found = parse(Destination, {"type": kind, "destination": f" {text}\n"})

    assert (found.type, found.destination) == (kind, text)


def test_there_are_the_eight_types_of_the_contract_and_no_others() -> None:
    assert set(DestinationType) == set(DESTINATIONS)
    for kind in ("dial-number", ["say"], 7):
        assert problem(kind, "x") == ("type", f"must be one of: {', '.join(DestinationType)}")
    assert problem(None, "x") == ("type", "is missing")


@pytest.mark.parametrize("kind", DestinationType)
@pytest.mark.parametrize("text", ["", "   ", None, 7, {"a": 1}])
def test_no_type_accepts_an_empty_destination(kind: str, text: Any) -> None:
    assert problem(kind, text)


@pytest.mark.parametrize(
    "text",
    [
        "http://example.com",
        "https://user:pass@example.com:8443/a%20b/?x=1&y[]=2#rc=2&rp=all",
        "https://192.0.2.7/a",
        "https://[2001:db8::1]/a",
    ],
)
def test_an_absolute_url_is_accepted(text: str) -> None:
    assert problem("webhook", text) is None
    assert problem("play", text) is None


@pytest.mark.parametrize(
    "text",
    [
        "/relative",
        "example.com/a",
        "ftp://example.com/a",
        "javascript:alert(1)",
        "https://",
        "https:///a",
        "https://example.com/a b",
        "https://example.com/\n",
        "https://example.com/a\r\nX-Injected: 1",
        'https://example.com/"><Hangup/>',
        "https://example.com/ü",
        "https://example.com/%zz",
        "https://example.com:99999/",
        "https://[::1/",
        "https://example.com/" + "a" * 4000,
    ],
)
def test_a_url_that_is_not_absolute_or_not_encoded_is_refused(text: str) -> None:
    if text.strip() == text:
        assert problem("webhook", text)
        assert problem("play", text)
    else:
        assert problem("webhook", text) is None  # white space around it is left off


@pytest.mark.parametrize(
    "text",
    [
        "sip:alice@example.com",
        "sips:alice:secret@example.com:5061",
        "sip:example.com",
        "sip:+4930123456@192.0.2.7;transport=tcp;edge=dublin",
        "sip:alice@[2001:db8::1]:5060",
        "sip:al%20ice@example.com?X-A=1&User-to-User=00%3Bencoding%3Dhex",
    ],
)
def test_a_sip_uri_is_accepted(text: str) -> None:
    assert problem("dial-sip", text) is None
    assert problem("refer", text) is None


@pytest.mark.parametrize(
    "text",
    [
        "alice@example.com",
        "sip:",
        "sip:@example.com",
        "sip:alice@",
        "sip:alice@exa mple.com",
        "sip:alice@example.com</Sip><Sip>sip:b@example.com",
        "sip:ali%zz@example.com",
        "sip:jürgen@example.com",
        "sip:alice@example.com\nsip:b@example.com",
        "sip:" + "a" * 240 + "@example.com",
        "sip:alice@example.com?X-A=" + "1" * 1024,
    ],
)
def test_other_texts_than_a_sip_uri_are_refused(text: str) -> None:
    assert problem("dial-sip", text)
    assert problem("refer", text)


@pytest.mark.parametrize("text", ["tel:+4930123456", "tel:112;phone-context=+49", "TEL:+1-(202)-555-0100"])
def test_a_phone_can_be_referred_to_a_number_but_twilio_dials_sip_uris_only(text: str) -> None:
    assert problem("refer", text) is None
    assert problem("dial-sip", text)


@pytest.mark.parametrize(
    "text", ["tel:", "tel:+", "tel:alice", "tel:+49 30", "tel:1;a=%zz", "tel:" + "1" * 300]
)
def test_other_texts_than_a_tel_uri_are_refused(text: str) -> None:
    assert problem("refer", text)


@pytest.mark.parametrize(
    ("kind", "text", "taken"),
    [
        (
            "dial-sip",
            "sip:alice@bücher.example;transport=tls",
            "sip:alice@xn--bcher-kva.example;transport=tls",
        ),
        ("refer", "sips:a:b@BÜCHER.example:5061?X-A=1", "sips:a:b@xn--bcher-kva.example:5061?X-A=1"),
        ("webhook", "https://u@例え.テスト/a?b=1", "https://u@xn--r8jz45g.xn--zckzah/a?b=1"),
        ("play", "https://bücher.example", "https://xn--bcher-kva.example"),
    ],
)
def test_an_international_domain_name_becomes_its_ascii_form(kind: str, text: str, taken: str) -> None:
    assert parse(Destination, {"type": kind, "destination": text}).destination == taken


@pytest.mark.parametrize(
    "text", ["sip:a@straße.example", "https://" + "ü" * 64 + ".example/", "sip:a@ü..example"]
)
def test_an_ambiguous_or_invalid_domain_name_is_refused(text: str) -> None:
    assert problem("dial-sip" if text.startswith("sip") else "webhook", text)


@pytest.mark.parametrize(
    "text", ["alice", "alice@example.com", "agent-7.front", "Alice Smith", "50% <Müller>", "x" * 256]
)
def test_a_client_identity_is_accepted(text: str) -> None:
    assert problem("dial-client", text) is None


@pytest.mark.parametrize("text", ["a\tb", "a\x00b", "a\x7fb", "a\uffff", "a\ufffe", "a\ud800", "x" * 257])
def test_control_characters_and_long_texts_are_refused_as_a_client_identity(text: str) -> None:
    assert problem("dial-client", text)


@pytest.mark.parametrize("text", ["AP123", APPLICATION_SID.replace("AP", "AC"), APPLICATION_SID + "0"])
def test_other_sids_than_an_applications_are_refused(text: str) -> None:
    assert problem("dial-application", text)


def test_words_to_say_have_at_most_4096_characters_and_no_control_characters() -> None:
    assert problem("say", "a" * 4096) is None
    assert problem("say", "a" * 4097)
    assert problem("say", "a\x00b")
    assert problem("say", "a\x0bb")


@pytest.mark.parametrize(
    "text",
    [
        "<Hangup/>",
        "<Say>a</Say> <Pause/>\n<Hangup/>",
        "<Response><Say>a</Say></Response>",
        '<?xml version="1.0" encoding="UTF-8"?>\n<!-- closed --><Response>\n<Hangup/></Response>',
        "<Say><![CDATA[a < b]]></Say>",
        "<!-- nothing -->",
        '<Response xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:a="b"><Hangup/></Response>',
    ],
)
def test_verbs_and_whole_documents_are_accepted(text: str) -> None:
    assert problem("twiml", text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Hello",
        "<Say>Hello",
        "<Say>Hello</say>",
        "<Say>a & b</Say>",
        "</Response><Response>",
        "</Response><!--",
        "<Say>a</Say></Response><Script/><Response>",
        "<Response/><Response/>",
        "<Response><Response><Hangup/></Response></Response>",
        "<Say>a</Say><Response/>",
        "<a:Say>a</a:Say>",
        '<Say a:voice="alice">a</Say>',
        "<![CDATA[",
        "<!DOCTYPE Response><Response/>",
        '<!DOCTYPE r [<!ENTITY a "aaaa">]><Response><Say>&a;</Say></Response>',
        "<Say>&unknown;</Say>",
        "<Say>\x00</Say>",
        "<Say>a</Say>" * 6000,
    ],
)
def test_text_that_is_not_well_formed_twiml_is_refused(text: str) -> None:
    assert problem("twiml", text)


def test_a_fault_in_twiml_is_reported_with_its_line_and_column() -> None:
    assert problem("twiml", "<Say>a</Sy>") == (
        "destination",
        "is not well-formed XML in line 1, column 9: mismatched tag",
    )


def test_comments_before_a_document_cost_no_more_than_their_length() -> None:
    comments = "<!-- -->" * 5000

    assert problem("twiml", f"{comments}<Response><Hangup/></Response>") is None
    assert problem("twiml", f"{comments}<Hangup/>") is None
    assert problem("twiml", f"{comments}<Say>")
    assert problem("twiml", "<!--" * 5000)
