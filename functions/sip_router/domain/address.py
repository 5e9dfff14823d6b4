"""The address of a call, as a SIP To header holds it."""

import re
from urllib.parse import unquote

_SCHEME = re.compile(r"(?:sips?|tel):", re.IGNORECASE)
# Where a user part ends that is not followed by "@": a port or password, parameters, headers.
_REST = re.compile(r"[:;?]")
_PLAIN = re.compile(r"[\w+*.\-~!'()&=$,/]*")


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
    if _PLAIN.fullmatch(to):
        return to
    uri = _without_display_name(to.strip())
    scheme = _SCHEME.match(uri)
    if scheme:
        uri = uri[scheme.end() :]
    user = _REST.split(uri.partition("@")[0], maxsplit=1)[0]
    return unquote(user, errors="replace").strip()


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
