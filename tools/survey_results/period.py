"""Times that an operator writes: a date, a date and time, or how long ago."""

import re
from typing import Final

from switchboard.inputs.moments import MomentMsForm, PeriodEndForm

_AGO: Final = re.compile(r"([0-9]{1,4})([dhm])")
_MS: Final = {"d": 86_400_000, "h": 3_600_000, "m": 60_000}


def parse_moment(text: str, now: int, *, ends: bool = False) -> int:
    """Return the time at which a period begins or ends, in milliseconds since the epoch.

    Parameters
    ----------
    text : str
        ISO 8601, such as ``2026-03-01`` or ``2026-03-01T09:00:00Z``; or ``7d``, ``12h``, ``30m`` ago.
    ends : bool
        Whether it is the end of a period: a date counts whole then.

    Raises
    ------
    ValueError
        What it must be.
    """
    if ago := _AGO.fullmatch(text.strip()):
        return now - int(ago[1]) * _MS[ago[2]]
    try:
        return (PeriodEndForm() if ends else MomentMsForm()).read(text)
    except ValueError as error:
        raise ValueError(f"{error}, or 7d, 12h, 30m ago") from None
