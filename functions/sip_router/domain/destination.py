"""Destinations of calls: eight types, each with its own rules for what it may hold."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from sip_router.domain.twiml_document import NotTwimlError, whole_document
from switchboard.errors import FieldError
from switchboard.text import xml_text
from switchboard.validation import is_sid

# After one of these fails the caller is still there and can be sent elsewhere.
TYPES_THAT_CALL_BACK: Final = frozenset({"dial-application", "dial-client", "dial-sip", "refer"})

MAX_SAY_CHARACTERS = 4096
MAX_TWIML_BYTES = 63 * 1024
MAX_URL_CHARACTERS = 4000
MAX_SIP_URI_CHARACTERS = 255 + 1024

_NOT_IN_URL = re.compile(r"[^!#-;=?-\[\]_a-z~]")
_BROKEN_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_NOT_IN_CLIENT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# https://datatracker.ietf.org/doc/html/rfc3966#section-3
_TEL_URI = re.compile(
    r"tel:\+?[0-9A-Fa-f*#().\-]*[0-9*#]\)?(?:;[\w\-.!~*'()\[\]/:&+$%=]+)*", re.ASCII | re.IGNORECASE
)
# Scheme and user; host; the rest.
_HOST = re.compile(r"(sips?:(?:[^@]*@)?|https?://(?:[^/?#@]*@)?)([^/:;?#]+)(.*)", re.IGNORECASE | re.DOTALL)
# Letters of which the two standards for international domain names make different names.
_AMBIGUOUS_IN_HOST = frozenset("ßς\u200c\u200d")
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
        As Twilio takes it: without white space around it, an international domain name in its ASCII form.
        None if anything is wrong.
    """
    kind, text = raw.get("type"), raw.get("destination")
    if not isinstance(kind, str) or kind not in TYPES:
        errors.append(FieldError(field=f"{field}.type", message=f"must be one of {', '.join(TYPES)}"))
        return None
    if not isinstance(text, str):
        errors.append(FieldError(field=f"{field}.destination", message="must be a text"))
        return None
    text = text.strip()
    if kind in _TYPES_WITH_HOST and not text.isascii():
        text = _with_ascii_host(text)
    problem = TYPES[kind](text)
    if problem:
        errors.append(FieldError(field=f"{field}.destination", message=problem))
        return None
    return Destination(kind, text)


def _with_ascii_host(text: str) -> str:
    """Return a URI whose host is in ASCII, if it is an international domain name."""
    parts = _HOST.fullmatch(text)
    if parts is None or parts[2].isascii() or not _AMBIGUOUS_IN_HOST.isdisjoint(parts[2]):
        return text
    try:
        return f"{parts[1]}{parts[2].encode('idna').decode()}{parts[3]}"
    except UnicodeError:
        return text


def _check_url(text: str) -> str | None:
    if len(text) > MAX_URL_CHARACTERS:
        return f"must be at most {MAX_URL_CHARACTERS:,} characters"
    try:
        parts = urlsplit(text)
        valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid:
        return "must be an absolute URL that begins with https:// or http://"
    if _NOT_IN_URL.search(text) or _BROKEN_PERCENT.search(text):
        return "has a character that must be percent-encoded in a URL"
    return None


def _check_sip_uri(text: str) -> str | None:
    """Check a SIP URI and the lengths that Twilio takes.

    https://www.twilio.com/docs/voice/twiml/sip, https://www.twilio.com/docs/api/errors/21227
    """
    if len(text) > MAX_SIP_URI_CHARACTERS:
        return f"must be at most {MAX_SIP_URI_CHARACTERS:,} characters"
    match = _SIP_URI.fullmatch(text)
    if match is None or _BROKEN_PERCENT.search(text):
        return "must be a SIP URI such as sip:alice@example.com"
    headers = match["headers"] or ""
    if len(text) - len(headers) >= 255:
        return "must be shorter than 255 characters, headers not counted"
    if len(headers) >= 1024:
        return "must have headers of fewer than 1,024 characters"
    return None


def _check_referral(text: str) -> str | None:
    """Check where a phone is referred to: a SIP URI, or a phone number for the phone's own switch to call.

    Twilio's page names SIP URIs only, but no error for the tel URIs that a Refer-To header may hold.
    """
    if _TEL_URI.fullmatch(text) and len(text) < 255 and not _BROKEN_PERCENT.search(text):
        return None
    problem = _check_sip_uri(text)
    return problem.replace("SIP URI such as", "SIP URI or tel URI such as") if problem else None


def _check_client(text: str) -> str | None:
    """Check a client's identity (https://www.twilio.com/docs/voice/twiml/client).

    Twilio advises against spaces, delimiters and the like, but takes them.
    """
    if not 1 <= len(text) <= 256:
        return "must be a client identity of 1 to 256 characters"
    return "has a control character" if _NOT_IN_CLIENT.search(text) else None


def _check_application(text: str) -> str | None:
    return None if is_sid(text, "AP") else "must be a TwiML application's SID: AP and 32 hexadecimal digits"


def _check_words(text: str) -> str | None:
    """Check what is to be said (https://www.twilio.com/docs/api/errors/13521)."""
    if not 1 <= len(text) <= MAX_SAY_CHARACTERS:
        return f"must be words to say, at most {MAX_SAY_CHARACTERS:,} characters"
    return "has a control character" if xml_text(text) != text else None


def _check_twiml(text: str) -> str | None:
    """Check TwiML (its size: https://www.twilio.com/docs/api/errors/11750)."""
    if not text:
        return "must be TwiML verbs, such as <Hangup/>"
    if len(text.encode("utf-8", "replace")) > MAX_TWIML_BYTES:
        return f"must be at most {MAX_TWIML_BYTES:,} bytes"
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
    "refer": _check_referral,
    "say": _check_words,
    "twiml": _check_twiml,
}

_TYPES_WITH_HOST: Final = frozenset({"webhook", "dial-sip", "play", "refer"})
