"""URIs that a call can be sent to: http and https URLs, SIP URIs, tel URIs.

Each reader takes a text without white space around it, returns it as Twilio takes it, with an international
domain name in its ASCII form, and raises ValueError ("must be …") for any other text.
"""

import re
from typing import Final
from urllib.parse import urlsplit

MAX_URL_CHARACTERS: Final = 4000
MAX_SIP_URI_CHARACTERS: Final = 255 + 1024

_NOT_IN_URL: Final = re.compile(r"[^!#-;=?-\[\]_a-z~]")
_BROKEN_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
# https://datatracker.ietf.org/doc/html/rfc3966#section-3
_TEL_URI: Final = re.compile(
    r"tel:\+?[0-9A-Fa-f*#().\-]*[0-9*#]\)?(?:;[\w\-.!~*'()\[\]/:&+$%=]+)*", re.ASCII | re.IGNORECASE
)
_SIP_URI: Final = re.compile(
    r"""sips?:
    (?:[\w\-.!~*'()&=+$,;?/%]+ (?: :[\w\-.!~*'()&=+$,%]* )? @)?       # user, password
    (?:[A-Za-z0-9](?:[\w\-.]*[A-Za-z0-9])?\.? | \[[0-9A-Fa-f:.]+\])   # host
    (?: :[0-9]{1,5} )?
    (?: ;[\w\-.!~*'()\[\]/:&+$%=]* )*                                 # parameters
    (?P<headers> \? [\w\-.!~*'()\[\]/?:+$%=&,;]* )?""",
    re.VERBOSE | re.ASCII | re.IGNORECASE,
)
# Scheme and user; host; the rest.
_HOST: Final = re.compile(
    r"(sips?:(?:[^@]*@)?|https?://(?:[^/?#@]*@)?)([^/:;?#]+)(.*)", re.IGNORECASE | re.DOTALL
)
# Letters of which the two standards for international domain names make different names.
_AMBIGUOUS_IN_HOST: Final = frozenset("ßς\u200c\u200d")


def read_url(text: str) -> str:
    """Return an absolute http or https URL."""
    text = _with_ascii_host(text)
    _check_length(text, MAX_URL_CHARACTERS)
    try:
        parts = urlsplit(text)
        is_absolute = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_absolute = False
    if not is_absolute:
        raise ValueError("must be an absolute URL that begins with https:// or http://")
    if _NOT_IN_URL.search(text) or _BROKEN_PERCENT.search(text):
        raise ValueError("has a character that must be percent-encoded in a URL")
    return text


def read_sip_uri(text: str) -> str:
    """Return a SIP URI of a length that Twilio takes.

    https://www.twilio.com/docs/voice/twiml/sip, https://www.twilio.com/docs/api/errors/21227
    """
    return _read_sip_uri(text, "must be a SIP URI such as sip:alice@example.com")


def read_referral(text: str) -> str:
    """Return where a phone is referred to: a SIP URI, or a phone number for the phone's own switch to call.

    Twilio's page names SIP URIs only, but no error for the tel URIs that a Refer-To header may hold.
    """
    if _TEL_URI.fullmatch(text) and len(text) < 255 and not _BROKEN_PERCENT.search(text):
        return text
    return _read_sip_uri(text, "must be a SIP URI or tel URI such as sip:alice@example.com")


def _read_sip_uri(text: str, message: str) -> str:
    text = _with_ascii_host(text)
    _check_length(text, MAX_SIP_URI_CHARACTERS)
    match = _SIP_URI.fullmatch(text)
    if match is None or _BROKEN_PERCENT.search(text):
        raise ValueError(message)
    headers = match["headers"] or ""
    if len(text) - len(headers) >= 255:
        raise ValueError("must be shorter than 255 characters, headers not counted")
    if len(headers) >= 1024:
        raise ValueError("must have headers of fewer than 1024 characters")
    return text


def _check_length(text: str, characters: int) -> None:
    if len(text) > characters:
        raise ValueError(f"must have at most {characters} characters")


def _with_ascii_host(text: str) -> str:
    parts = None if text.isascii() else _HOST.fullmatch(text)
    if parts is None or parts[2].isascii() or not _AMBIGUOUS_IN_HOST.isdisjoint(parts[2]):
        return text
    try:
        return f"{parts[1]}{parts[2].encode('idna').decode()}{parts[3]}"
    except UnicodeError:
        return text
