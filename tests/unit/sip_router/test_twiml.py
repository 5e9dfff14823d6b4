"""Destinations as TwiML: what each type becomes, and that nothing breaks out of its place."""

from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip_router.domain.destination import Destination, DestinationType
from sip_router.domain.twiml import APOLOGY, fallback_action, render
from sip_router.domain.twiml_document import HEADER
from switchboard.inputs.errors import InputError
from switchboard.inputs.model import parse
from tests.data.route_tables import DESTINATIONS, TWIML

# Words of an attack on the document, among any others.
HOSTILE = st.lists(
    st.one_of(
        st.sampled_from(
            ["</Say>", "</Response>", "<Hangup/>", "&", "]]>", "<!--", "<![CDATA[", '"', "'", "<", ">"]
        ),
        st.text(max_size=8),
    ),
    min_size=1,
    max_size=6,
).map("".join)


def to(kind: str, text: str) -> Destination:
    return parse(Destination, {"type": kind, "destination": text})


@pytest.mark.parametrize("kind", DestinationType)
def test_every_type_becomes_its_verb(kind: DestinationType) -> None:
    assert render(to(kind, DESTINATIONS[kind])) == f"{HEADER}<Response>{TWIML[kind]}</Response>"


@pytest.mark.parametrize("kind", DestinationType)
@given(text=HOSTILE)
def test_no_accepted_destination_changes_the_document_around_it(kind: DestinationType, text: str) -> None:
    try:
        destination = to(kind, text)
    except InputError:
        return

    root = ET.fromstring(render(destination))

    assert root.tag == "Response"
    if kind != "twiml":
        assert [element.tag for element in root.iter()] == [
            element.tag for element in ET.fromstring(render(to(kind, DESTINATIONS[kind]))).iter()
        ]
        assert list(root.iter())[-1].text == destination.destination.replace("\r\n", "\n").replace("\r", "\n")


@given(HOSTILE)
def test_words_are_said_as_they_are(text: str) -> None:
    try:
        words = to("say", text)
    except InputError:
        return

    said = ET.fromstring(render(words)).findtext("Say")

    assert said == words.destination.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize("kind", ["dial-application", "dial-client", "dial-sip", "refer"])
@given(text=HOSTILE)
def test_the_url_of_the_action_carries_the_fallback_unchanged(kind: str, text: str) -> None:
    fallback = Destination.model_construct(type=DestinationType.SAY, destination=text)
    action = fallback_action("/base/inbound-sip-router/fallback", fallback)

    verb = ET.fromstring(render(to(kind, DESTINATIONS[kind]), action))[0]

    assert list(verb.attrib) == ["action"]
    parts = urlsplit(verb.attrib["action"])
    assert parts.path == "/base/inbound-sip-router/fallback"
    assert parse_qsl(parts.query, keep_blank_values=True) == [("destination", text), ("type", "say")]


def test_a_whole_document_stays_as_it_was_written() -> None:
    written = '<?xml version="1.0" encoding="utf-8"?>\n<Response>\n  <Hangup />\n</Response>'

    assert render(to("twiml", written)) == f"{HEADER}<Response>\n  <Hangup />\n</Response>"


def test_the_apology_is_twiml() -> None:
    assert [element.tag for element in ET.fromstring(render(APOLOGY))] == ["Say", "Hangup"]
