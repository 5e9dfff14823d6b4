"""Destinations as TwiML documents (https://www.twilio.com/docs/voice/twiml)."""

import functools
import re
from typing import Final
from urllib.parse import urlencode
from xml.parsers import expat

from sip_router.domain.decision import Decision
from sip_router.domain.destination import Destination

HEADER: Final = '<?xml version="1.0" encoding="UTF-8"?>'

# %s: attributes of the verb that reports its outcome; %s: the destination.
_DOCUMENTS: Final = {
    "webhook": "<Redirect%s>%s</Redirect>",
    "dial-application": "<Dial%s><Application><ApplicationSid>%s</ApplicationSid></Application></Dial>",
    "dial-client": "<Dial%s><Client>%s</Client></Dial>",
    "dial-sip": "<Dial%s><Sip>%s</Sip></Dial>",
    "play": "<Play%s>%s</Play>",
    "refer": "<Refer%s><Sip>%s</Sip></Refer>",
    "say": "<Say%s>%s</Say>",
}

APOLOGY: Final = Destination(
    "twiml",
    "<Say>We are sorry. Your call cannot be connected right now. Please try again later.</Say><Hangup/>",
)

_DECLARATION = re.compile(r"\s*<\?xml\s[^>]*\?>\s*")
_SPACE = re.compile(r"\s*")
_ROOT = re.compile(r"<Response[\s/>]")


class NotTwimlError(ValueError):
    """A text is not TwiML; the message tells its author why."""


def twiml_for(decision: Decision, fallback_path: str) -> str:
    """Return the TwiML document of a decision.

    Parameters
    ----------
    decision : Decision
        If it has a fallback, Twilio is told to request it when the destination fails.
    fallback_path : str
        The path of the webhook that answers with a fallback.
    """
    if decision.fallback is None:
        return render(decision.destination)
    return render(decision.destination, fallback_action(fallback_path, decision.fallback))


def fallback_action(path: str, fallback: Destination) -> str:
    """Return the URL that carries a fallback.

    The fallback travels in the URL, which Twilio signs, and is not read from the route table again: a call
    ends with the route table that it began with, whatever is published while it rings. The parameters are in
    alphabetical order, because Twilio has been seen to sort them after signing
    (https://github.com/twilio/twilio-php/issues/790).
    """
    return f"{path}?{urlencode({'destination': fallback.destination, 'type': fallback.type})}"


def render(destination: Destination, action: str | None = None) -> str:
    """Return the TwiML document that sends a call to a destination.

    Parameters
    ----------
    destination : Destination
        As `read_destination` returned it.
    action : str, optional
        The URL that Twilio requests after a dial or a referral.

    Raises
    ------
    NotTwimlError
        A destination of type twiml that is not TwiML.
    """
    if destination.type == "twiml":
        return whole_document(destination.destination)
    attributes = ' action="{}"'.format(_escape(action).replace('"', "&quot;")) if action else ""
    verb = _DOCUMENTS[destination.type] % (attributes, _escape(destination.destination))
    return f"{HEADER}<Response>{verb}</Response>"


def _escape(text: str) -> str:
    # The standard library's xml.sax.saxutils does the same, and imports an HTTP client to do it.
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@functools.lru_cache(maxsize=64)
def whole_document(text: str) -> str:
    """Return the TwiML document that an administrator's text stands for, proven to be well-formed.

    The text stays as it was written; verbs alone are put into ``<Response>``. The whole is parsed, so no text
    can end that element early and add to the document behind it. A document that many calls get is parsed
    once.

    Parameters
    ----------
    text : str
        Verbs (``<Say>Hello</Say><Hangup/>``) or a document whose root is ``<Response>``.

    Raises
    ------
    NotTwimlError
        XML that is not well-formed, text outside of verbs, or a document type (which no TwiML needs, and
        which could make a small text large).
    """
    body = _DECLARATION.sub("", text, count=1) if _DECLARATION.match(text) else text
    is_whole = _ROOT.match(body, _end_of_comments(body)) is not None
    document = HEADER + (body if is_whole else f"<Response>{body}</Response>")
    _parse(document, 0 if is_whole else len("<Response>"))
    return document


def _end_of_comments(text: str) -> int:
    """Return the index behind the white space and comments that a text begins with."""
    place = 0
    while True:
        place = _SPACE.match(text, place).end()  # type: ignore[union-attr]  # it matches nothing, too
        if not text.startswith("<!--", place):
            return place
        end = text.find("-->", place + 4)
        if end < 0:
            return place
        place = end + 3


def _parse(document: str, offset: int) -> None:
    depth = 0

    def start(name: str, _attributes: dict[str, str]) -> None:
        nonlocal depth
        if depth and name == "Response":
            raise NotTwimlError("has a <Response> inside of <Response>")
        depth += 1

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def characters(text: str) -> None:
        if depth == 1 and text.strip():
            raise NotTwimlError("has text outside of a verb: words to be said belong in <Say>")

    def document_type(*_declaration: object) -> None:
        raise NotTwimlError("must not declare a document type")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = document_type
    try:
        is_last = True
        parser.Parse(document.encode("utf-8", "surrogatepass"), is_last)
    except expat.ExpatError as error:
        column = max(1, error.offset - len(HEADER) - offset + 1) if error.lineno == 1 else error.offset + 1
        reason = expat.ErrorString(error.code)
        raise NotTwimlError(
            f"is not well-formed XML: {reason} in line {error.lineno}, column {column}"
        ) from None
