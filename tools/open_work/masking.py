"""People as ``switchboard open`` shows them: numbers and names masked, long addresses shortened."""

import re
from typing import Final

from switchboard.log import mask

_LONGEST: Final = 64
_ADDRESS: Final = re.compile(r"(?P<scheme>[A-Za-z]+:)(?P<user>[^@]*)(?P<host>@.*)?", re.DOTALL)

_WITHHELD: Final = frozenset(
    {
        *("anonymous", "blocked", "private", "restricted", "unavailable", "unknown"),
        *("266696687", "2562533", "7378742833", "86282452253", "8656696"),
    }
)


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


def is_withheld(address: str) -> bool:
    """Tell whether a number stands for one that the caller has withheld.

    Twilio's words, and the same on a phone's keys: https://help.twilio.com/articles/223179988

    Example
    -------
        >>> [is_withheld(address) for address in ("anonymous", "+266696687", "+15555550123")]
        [True, True, False]
    """
    known = address.strip().removeprefix("+").lower()
    return known in _WITHHELD or known.removeprefix("1") in _WITHHELD
