"""Reading TwiML: XML without its dangerous parts, as elements with attributes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit
from xml.parsers import expat

if TYPE_CHECKING:
    from local.http_messages import HttpResponse

LARGEST_DOCUMENT = 64 * 1024
"""Bytes; Twilio refuses a larger answer with error 11750."""

_DEEPEST = 50
_TWIML_TYPES = frozenset({"text/xml", "application/xml", "text/html"})


class BadTwiml(Exception):
    """A document that cannot be carried out.

    Parameters
    ----------
    code
        The error that Twilio's debugger would show, such as 12100.
    message
        What is wrong with it.
    """

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


@dataclass
class Element:
    """An XML element.

    Parameters
    ----------
    name
        Its tag.
    attributes
        In the order they were written.
    parts
        Text and elements inside, in order.
    """

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    parts: list[str | Element] = field(default_factory=list)

    @property
    def children(self) -> list[Element]:
        """The elements directly inside."""
        return [part for part in self.parts if isinstance(part, Element)]

    @property
    def own_text(self) -> str:
        """The text directly inside, stripped."""
        return "".join(part for part in self.parts if isinstance(part, str)).strip()

    @property
    def text(self) -> str:
        """All the text inside, that of elements included, with runs of white space made one space."""
        return " ".join(self._all_text().split())

    def _all_text(self) -> str:
        return "".join(part if isinstance(part, str) else part._all_text() for part in self.parts)  # noqa: SLF001

    def get(self, name: str, default: str = "") -> str:
        """Return an attribute's value."""
        return self.attributes.get(name, default)


def parse(document: bytes | str) -> Element:
    """Read a TwiML document and return its root, ``<Response>``.

    Document types and entity declarations are refused, so no document can grow or reach a file.

    Raises
    ------
    BadTwiml
        Too large (11750), not XML or without ``<Response>`` (12100).
    """
    data = document.encode() if isinstance(document, str) else document
    if len(data) > LARGEST_DOCUMENT:
        raise BadTwiml(11750, "TwiML response body too large: more than 64 kB")
    builder = _Builder()
    try:
        builder.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise BadTwiml(12100, f"Document parse failure: {error}") from error
    except (ValueError, LookupError) as error:  # an unknown encoding
        raise BadTwiml(12100, f"Document parse failure: {error}") from error
    root = builder.root
    if root is None or root.name != "Response":
        raise BadTwiml(12100, "Document parse failure: the root element must be <Response>")
    return root


def document_of(answer: HttpResponse) -> Element:
    """Read the TwiML in a webhook's answer; an empty body is an empty document.

    Raises
    ------
    BadTwiml
        As `parse`, or a content type that is neither XML nor text (12300).
    """
    media_type = answer.header("content-type").partition(";")[0].strip().lower()
    if not answer.body.strip():
        return Element("Response")
    if media_type in _TWIML_TYPES:
        return parse(answer.body)
    if media_type == "text/plain":
        return Element("Response", {}, [Element("#text", {}, [answer.text])])
    if media_type.startswith("audio/"):
        return Element("Response", {}, [Element("#audio")])
    raise BadTwiml(12300, f"Invalid Content-Type: {media_type or 'none'}")


def resolve(base: str, reference: str) -> str:
    """Return an absolute URL for a reference in a document that came from ``base``.

    Raises
    ------
    BadTwiml
        No URL, or a relative one where there is nothing to start from (11100).
    """
    try:
        url = urljoin(base, reference.strip())
        usable = urlsplit(url).scheme in {"http", "https"} and bool(urlsplit(url).hostname)
    except ValueError:
        usable = False
    if not usable:
        raise BadTwiml(11100, f"Invalid URL format: {reference!r}")
    return url


def method_of(verb: Element, attribute: str = "method") -> str:
    """Return GET or POST, POST unless the verb says otherwise.

    Raises
    ------
    BadTwiml
        Another method (12200).
    """
    method = verb.get(attribute, "POST").upper()
    if method not in {"GET", "POST"}:
        raise BadTwiml(12200, f"Schema validation: {attribute}={verb.get(attribute)!r} in <{verb.name}>")
    return method


class _Builder:
    """Builds elements while expat reads."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self._open: list[Element] = []
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.ordered_attributes = False
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        parser.ExternalEntityRefHandler = self._refuse
        self.parser = parser

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= _DEEPEST:
            raise BadTwiml(12100, f"Document parse failure: more than {_DEEPEST} elements inside each other")
        element = Element(name, attributes)
        if self._open:
            self._open[-1].parts.append(element)
        else:
            self.root = element
        self._open.append(element)

    def _end(self, _name: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        if self._open:
            self._open[-1].parts.append(text)

    def _refuse(self, *_: object) -> int:
        raise BadTwiml(12100, "Document parse failure: a document type is not allowed")
