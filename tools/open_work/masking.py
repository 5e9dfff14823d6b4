"""People as ``switchboard open`` shows them: numbers and names masked, long addresses shortened."""

import re
from typing import Final

from switchboard.log import mask

_LONGEST: Final = 64
_ADDRESS: Final = re.compile(r"(?P<scheme>[A-Za-z]+:)(?P<user>[^@]*)(?P<host>@.*)?", re.DOTALL)


def mask_person(address: str) -> str:
    """Return a number or an address without what tells whose it is, at most 64 characters long.

    Example
    -------
        >>> [mask_person(address) for address in ("+15555550123", "sip:ann@example.com", "client:ann")]
        ['+***0123', 'sip:***@example.com', 'client:***']
    """
    shown = str(mask(address))
    found = _ADDRESS.fullmatch(address)
    if found:
        user = str(mask(found["user"]))
        shown = f"{found['scheme']}{'***' if user == found['user'] else user}{mask(found['host'] or '')}"
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"
