"""HTTP requests and responses as they travel between the gateway, the application and the Twilio stand-in."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class HttpRequest:
    """One HTTP request, nothing decoded.

    Parameters
    ----------
    method
        Upper case.
    path
        As sent: percent-encoded, without the query string.
    query
        As sent: percent-encoded, without the question mark; empty where there is none.
    headers
        Name and value pairs in the order they came; a name may repeat.
    body
        The bytes of the body; empty where there is none.
    source_ip
        The caller's address.
    protocol
        ``HTTP/1.1`` or ``HTTP/1.0``.
    """

    method: str
    path: str
    query: str = ""
    headers: Headers = ()
    body: bytes = b""
    source_ip: str = "127.0.0.1"
    protocol: str = "HTTP/1.1"

    def header(self, name: str, default: str = "") -> str:
        """Return the first header of this name, whatever its case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), default)


@dataclass(frozen=True)
class HttpResponse:
    """One HTTP response: status, headers (a name may repeat) and the bytes of its body."""

    status: int
    headers: Headers = ()
    body: bytes = b""

    def header(self, name: str, default: str = "") -> str:
        """Return the first header of this name, whatever its case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), default)

    @property
    def text(self) -> str:
        """The body as UTF-8 text; bytes that are not UTF-8 become replacement characters."""
        return self.body.decode("utf-8", errors="replace")

    def json(self) -> Any:
        """Return the body parsed as JSON; ValueError where it is not JSON."""
        return json.loads(self.body)


class LocalError(Exception):
    """A request to ``/_local`` that fails, with a status and a message for the caller."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class NoAnswerError(Exception):
    """A fault closes the connection without an answer."""


def parse_json(body: bytes) -> Any:
    r"""Parse a body as strict JSON, without Python's extensions.

    Raises
    ------
    ValueError
        For what is not JSON, for numbers without a value (NaN, 1e999), for halves of characters (a lone
        ``"\ud83d"``), which no UTF-8 answer and no file could hold, and for a thousand brackets in a row.
    """
    try:
        value = json.loads(body)
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


def to_json(value: Any) -> bytes:
    """Return a value as JSON, with lone surrogates escaped."""
    return json.dumps(value, ensure_ascii=False, default=str).encode(errors="backslashreplace")


def json_response(body: Any, status: int = 200) -> HttpResponse:
    """Build a JSON response."""
    return HttpResponse(status, (("content-type", "application/json"),), to_json(body))


def as_headers(pairs: Mapping[str, str] | Iterable[tuple[str, str]]) -> Headers:
    """Return header pairs from a mapping or an iterable of pairs."""
    items = pairs.items() if isinstance(pairs, Mapping) else pairs
    return tuple((str(name), str(value)) for name, value in items)
