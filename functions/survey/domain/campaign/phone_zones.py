"""The time zones of a phone number, by its first digits.

``phone_zones.txt`` is the table of libphonenumber (https://github.com/google/libphonenumber, Apache License
2.0), one line for each beginning of numbers. The dependencies layer has phonenumberslite, which leaves this
table out along with 20 MB of places and carriers.
"""

import functools
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LONGEST_PREFIX: Final = 9

_FILE: Final = Path(__file__).with_suffix(".txt")


def zones_of(number: str) -> tuple[str, ...]:
    """Return the time zones in which a number in E.164 form may be; empty if its country is unknown."""
    digits = number.removeprefix("+")
    table = _table()
    for length in range(min(LONGEST_PREFIX, len(digits)), 0, -1):
        if (zones := table.get(digits[:length])) is not None:
            return zones
    return ()


def is_zone(name: str) -> bool:
    """Tell whether a text names a time zone of the IANA database."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


@functools.cache
def _table() -> dict[str, tuple[str, ...]]:
    lines = _FILE.read_text(encoding="ascii").splitlines()
    entries = (line.split("|") for line in lines if not line.startswith("#"))
    return {prefix: tuple(zones.split("&")) for prefix, zones in entries}
