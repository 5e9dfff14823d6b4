"""Where a call can go: eight types of destination, each with its own rules for what it may hold."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from switchboard.errors import FieldError
from switchboard.validation import is_sid

# Only these can fail while the caller is still there to be sent elsewhere.
TYPES_THAT_CALL_BACK: Final = frozenset({"dial-application", "dial-client", "dial-sip", "refer"})

MAX_SAY_CHARACTERS = 4096
MAX_TWIML_BYTES = 63 * 1024
MAX_URL_CHARACTERS = 4000

# What no XML 1.0 document can hold, not even escaped.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_URL = re.compile(r"[^!#-;=?-\[\]_a-z~]")
_BROKEN_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
# Control, space, delimiting and "unwise" characters of https://www.ietf.org/rfc/rfc2396.txt, section 2.4.3,
# and what XML cannot hold.
_NOT_IN_CLIENT = re.compile(r"[\x00-\x20\x7f-\x9f<>#%\"{}|\\^\[\]`\ud800-\udfff\ufffe\uffff]")
_SIP_URI = re.compile(
    r"""sips?:
    (?:[\w\-.!~*'()&=+$,;?/%]+ (?: :[\w\-.!~*'()&=+$,%]* )? @)?       # user, password
    (?:[A-Za-z0-9](?:[\w\-.]*[A-Za-z0-9])?\.? | \[[0-9A-Fa-f:.]+\])   # host
    (?: :[0-9]{1,5} )?
    (?: ;[\w\-.!~*'()\[\]/:&+$%=]* )*                                 # parameters
    (?P<headers> \? [\w\-.!~*'()\[\]/?:+$%=&,;]* )?""",
    re.VERBOSE | re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a call is sent.

    Attributes
    ----------
    type : str
        One of `TYPES`.
    destination : str
        A URL, a SIP URI, a client identity, an application SID, words to say or TwiML, by type.
    """

    type: str
    destination: str

    @property
    def calls_back(self) -> bool:
        """Whether Twilio reports how it went, so that something else can be tried."""
        return self.type in TYPES_THAT_CALL_BACK


def read_destination(raw: Mapping[str, Any], field: str, errors: list[FieldError]) -> Destination | None:
    """Return the destination that ``type`` and ``destination`` of a mapping describe.

    Parameters
    ----------
    raw : Mapping[str, Any]
        A route, or a part of one.
    field : str
        Where it stands, such as ``data.routes[3]``; put before the names of wrong fields.
    errors : list[FieldError]
        Gets what is wrong.

    Returns
    -------
    Destination or None
        None if anything is wrong.
    """
    kind, text = raw.get("type"), raw.get("destination")
    if not isinstance(kind, str) or kind not in TYPES:
        errors.append(FieldError(field=f"{field}.type", message=f"must be one of {', '.join(TYPES)}"))
        return None
    problem = TYPES[kind](text.strip()) if isinstance(text, str) else "must be a text"
    if problem:
        errors.append(FieldError(field=f"{field}.destination", message=problem))
        return None
    return Destination(kind, str(text).strip())


def _check_url(text: str) -> str | None:
    try:
        parts = urlsplit(text)
        valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid:
        return "must be an absolute URL that begins with https:// or http://"
    if _NOT_IN_URL.search(text) or _BROKEN_PERCENT.search(text):
        return "has a character that must be percent-encoded in a URL"
    if len(text) > MAX_URL_CHARACTERS:
        return f"is longer than {MAX_URL_CHARACTERS} characters"
    return None


def _check_sip_uri(text: str) -> str | None:
    """Check a SIP URI and the lengths that Twilio takes.

    https://www.twilio.com/docs/voice/twiml/sip, https://www.twilio.com/docs/api/errors/21227
    """
    match = _SIP_URI.fullmatch(text)
    if match is None or _BROKEN_PERCENT.search(text):
        return "must be a SIP URI such as sip:alice@example.com"
    headers = match["headers"] or ""
    if len(text) - len(headers) >= 255:
        return "must be shorter than 255 characters, headers not counted"
    if len(headers) >= 1024:
        return "must have headers of fewer than 1,024 characters"
    return None


def _check_client(text: str) -> str | None:
    """Check a client's identity (https://www.twilio.com/docs/voice/twiml/client, error 31105)."""
    if not 1 <= len(text) <= 256:
        return "must be a client identity of 1 to 256 characters"
    if _NOT_IN_CLIENT.search(text):
        return 'must be a client identity, without spaces and without < > # % " { } | \\ ^ [ ] `'
    return None


def _check_application(text: str) -> str | None:
    return None if is_sid(text, "AP") else "must be a TwiML application's SID: AP and 32 hexadecimal digits"


def _check_words(text: str) -> str | None:
    """Check what is to be said (https://www.twilio.com/docs/api/errors/13521)."""
    if not 1 <= len(text) <= MAX_SAY_CHARACTERS:
        return f"must be words to say, at most {MAX_SAY_CHARACTERS:,} characters"
    return "has a control character" if _NOT_XML.search(text) else None


def _check_twiml(text: str) -> str | None:
    """Check TwiML (its size: https://www.twilio.com/docs/api/errors/11750)."""
    if not text:
        return "must be TwiML verbs, such as <Hangup/>"
    if len(text.encode("utf-8", "replace")) > MAX_TWIML_BYTES:
        return f"must be at most {MAX_TWIML_BYTES:,} bytes"

    from sip_router.domain.fragment import NotTwimlError, whole_document

    try:
        whole_document(text)
    except NotTwimlError as error:
        return str(error)
    return None


TYPES: Final[Mapping[str, Callable[[str], str | None]]] = {
    "webhook": _check_url,
    "dial-application": _check_application,
    "dial-client": _check_client,
    "dial-sip": _check_sip_uri,
    "play": _check_url,
    "refer": _check_sip_uri,
    "say": _check_words,
    "twiml": _check_twiml,
}
