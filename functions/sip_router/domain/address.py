"""The address of a call, as a SIP To header holds it."""

import re
from urllib.parse import unquote

_SCHEME = re.compile(r"(?:sips?|tel):", re.IGNORECASE)
# Where a user part ends that is not followed by "@": a port or password, parameters, headers.
_REST = re.compile(r"[:;?]")
_PLAIN = re.compile(r"[\w+*.\-~!'()&=$,/]*")
# Those of RFC 3966, and the spaces and dashes that people and word processors write.
_SEPARATORS = re.compile("[-.() \u00a0\u2000-\u200a\u202f\u205f\u3000\u2010-\u2015\u2212]")
_NUMBER = re.compile(r"\+?[*#]*[0-9][0-9*#]*")


def user_part(to: str) -> str:
    """Return the user part of a SIP address, as routes name it.

    Taken off are a display name and angle brackets, the scheme, the password, the host, parameters and
    headers (https://datatracker.ietf.org/doc/html/rfc3261#section-19.1); percent-encoding is undone. The
    case is kept: user parts are case-sensitive. No text raises an error.

    Parameters
    ----------
    to : str
        A URI as Twilio sends it (``sip:4321@example.sip.twilio.com``), a header's value, or a bare address.

    Returns
    -------
    str
        The address; empty where there is none. A URI without a user gives its host, as a dialled
        ``sip:4321`` means 4321.

    Example
    -------
        >>> user_part("sips:%2B4930123;npdi:secret@example.com;user=phone")
        '+4930123'
    """
    return readings(to)[-1]


def readings(to: str) -> tuple[str, ...]:
    """Return the addresses that a text may mean, the literal one first, the user part last.

    A URI means its user part. A text without a scheme may also be a user part itself, of which a URI would
    have to escape ``@ ; : ?``.

    Example
    -------
        >>> readings("sip:ann%40corp.example@example.sip.twilio.com")
        ('ann@corp.example',)
        >>> readings("ann@corp.example")
        ('ann@corp.example', 'ann')
    """
    if _PLAIN.fullmatch(to):
        return (to,)
    literal, _, user = _parse(to)
    return tuple(dict.fromkeys((literal, user))) if literal and user else (user,)


def exact_readings(to: str) -> tuple[str, ...]:
    """Return the addresses that a text may mean where a route is written exactly so.

    Such a route may even have the password or the parameters of a user part.

    Example
    -------
        >>> exact_readings("sip:4321;npdi@example.sip.twilio.com")
        ('4321;npdi', '4321')
    """
    if _PLAIN.fullmatch(to):
        return (to,)
    literal, user_info, user = _parse(to)
    return tuple(dict.fromkeys(text for text in (literal, user_info, user) if text)) or ("",)


def telephone_number(address: str) -> str | None:
    """Return a telephone number without visual separators; None for a name.

    https://datatracker.ietf.org/doc/html/rfc3966#section-5.1.1

    Example
    -------
        >>> telephone_number("+1 (202) 555-0199"), telephone_number("a.b")
        ('+12025550199', None)
    """
    number = _SEPARATORS.sub("", address)
    return number if _NUMBER.fullmatch(number) else None


def without_separators(address: str) -> str:
    """Return a telephone number without visual separators, a name as it is."""
    return (telephone_number(address) or address) if _SEPARATORS.search(address) else address


def mask_address(address: str) -> str:
    """Return an address for the log: the last two digits of an extension or number, nothing of a name.

    Example
    -------
        >>> mask_address("4321"), mask_address("ann.lee")
        ('***21', '***')
    """
    ending = address[-2:]
    return f"***{ending}" if len(address) >= 4 and ending.isascii() and ending.isdigit() else "***"


def _without_display_name(header: str) -> str:
    """Return the text in the last pair of angle brackets; the whole header if there is none."""
    _, opened, uri = header.rpartition("<")
    return uri.partition(">")[0].strip() if opened else header


def _parse(to: str) -> tuple[str | None, str, str]:
    """Return the whole text if it has no scheme, all before the host, and the user part."""
    uri = _without_display_name(to.strip())
    scheme = _SCHEME.match(uri)
    rest = uri[scheme.end() :] if scheme else uri
    user_info = _user_info(rest)
    user = _REST.split(user_info, maxsplit=1)[0]
    return None if scheme else _decode(rest), _decode(user_info), _decode(user)


def _user_info(rest: str) -> str:
    """Return what is before the host. No host has ``@``, so a user part may, where its escape was undone."""
    user, _, behind = rest.partition("@")
    more, at, _ = _REST.split(behind, maxsplit=1)[0].rpartition("@")
    return f"{user}@{more}" if at else user


def _decode(text: str) -> str:
    return unquote(text, errors="replace").strip()
