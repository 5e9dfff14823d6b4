"""Destinations as TwiML: what each type becomes, and that nothing breaks out of its place."""

from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip_router.domain.destination import TYPES, Destination, read_destination
from sip_router.domain.twiml import APOLOGY, fallback_action, render
from sip_router.domain.twiml_document import HEADER
from tests.data.route_tables import DESTINATIONS, TWIML

# Words that somebody who wanted to break out would use, among anything else.
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


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_becomes_its_verb(kind: str) -> None:
    assert render(Destination(kind, DESTINATIONS[kind])) == f"{HEADER}<Response>{TWIML[kind]}</Response>"


@pytest.mark.parametrize("kind", TYPES)
@given(text=HOSTILE)
def test_whatever_is_accepted_stays_in_its_place(kind: str, text: str) -> None:
    destination = read_destination({"type": kind, "destination": text}, "here", [])
    if destination is None:
        return

    root = ET.fromstring(render(destination))

    assert root.tag == "Response"
    if kind != "twiml":
        assert [element.tag for element in root.iter()] == [
            element.tag for element in ET.fromstring(render(Destination(kind, DESTINATIONS[kind]))).iter()
        ]
        assert list(root.iter())[-1].text == destination.destination.replace("\r\n", "\n").replace("\r", "\n")


@given(HOSTILE)
def test_words_are_said_as_they_are(text: str) -> None:
    words = read_destination({"type": "say", "destination": text}, "here", [])
    if words:
        said = ET.fromstring(render(words)).findtext("Say")

        assert said == words.destination.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize("kind", ["dial-application", "dial-client", "dial-sip", "refer"])
@given(text=HOSTILE)
def test_a_fallback_travels_in_the_action_unharmed(kind: str, text: str) -> None:
    fallback = Destination("say", text)
    action = fallback_action("/base/inbound-sip-router/fallback", fallback)

    verb = ET.fromstring(render(Destination(kind, DESTINATIONS[kind]), action))[0]

    assert list(verb.attrib) == ["action"]
    parts = urlsplit(verb.attrib["action"])
    assert parts.path == "/base/inbound-sip-router/fallback"
    assert parse_qsl(parts.query, keep_blank_values=True) == [("destination", text), ("type", "say")]


def test_a_whole_document_stays_as_it_was_written() -> None:
    written = '<?xml version="1.0" encoding="utf-8"?>\n<Response>\n  <Hangup />\n</Response>\n'

    assert render(Destination("twiml", written)) == f"{HEADER}<Response>\n  <Hangup />\n</Response>\n"


def test_the_apology_is_twiml() -> None:
    assert [element.tag for element in ET.fromstring(render(APOLOGY))] == ["Say", "Hangup"]
