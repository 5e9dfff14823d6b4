"""TwiML that an administrator writes: verbs alone, or a whole document."""

import functools
import re
from typing import Final
from xml.parsers import expat

HEADER: Final = '<?xml version="1.0" encoding="UTF-8"?>'

_DECLARATION = re.compile(r"\s*<\?xml\s[^>]*\?>\s*")
_SPACE = re.compile(r"\s*")
_ROOT = re.compile(r"<Response[\s/>]")


class NotTwimlError(ValueError):
    """A text is not TwiML; the message tells its author why."""


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
            f"is not well-formed XML in line {error.lineno}, column {column}: {reason}"
        ) from None
