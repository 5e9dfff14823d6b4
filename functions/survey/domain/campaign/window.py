"""The hours in which a number may be contacted, in its own time."""

import functools
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Self
from zoneinfo import ZoneInfo

Zones = tuple[str, ...]

QUARTER_MS: Final = 900_000
"""Time zones differ by quarters of an hour."""

_FORM: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])")
_SEARCHED: Final = 2 * 24 * 4


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the day: minutes since midnight at which it opens and closes."""

    opens: int
    closes: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the window that a text such as ``09:00-20:00`` states; ValueError for another text."""
        found = _FORM.fullmatch(text)
        if found is None:
            raise ValueError("must be a part of the day, such as 09:00-20:00")
        opens, closes = (int(found[at]) * 60 + int(found[at + 1]) for at in (1, 3))
        if not opens + 60 <= closes <= 1440:
            raise ValueError("must close an hour or more after it opens, and not after 24:00")
        return cls(opens, closes)

    def __str__(self) -> str:
        times = (f"{minute // 60:02}:{minute % 60:02}" for minute in (self.opens, self.closes))
        return "-".join(times)

    def next_open(self, zones: Zones, at: int) -> int:
        """Return the first time from `at` on, in ms, at which the window is open; `at` itself if it is.

        Where a number may be in several time zones, the window must be open in all of them; if it never is,
        in the middle one.
        """
        zones = zones or ("UTC",)
        if self.is_open(zones, at):
            return at
        quarter = at // QUARTER_MS + 1
        found = _search(self, zones, quarter)
        if found is not None:
            return found * QUARTER_MS
        middle = (_middle(zones, quarter),)
        if self.is_open(middle, at):
            return at
        return (_search(self, middle, quarter) or quarter) * QUARTER_MS

    def is_open(self, zones: Zones, at: int) -> bool:
        """Tell whether the window is open in all of some time zones at a time in ms."""
        return all(self.opens <= _minute_of_day(zone, at) < self.closes for zone in zones)


@functools.lru_cache(4096)
def _search(window: Window, zones: Zones, quarter: int) -> int | None:
    """Return the first quarter of an hour in the next two days in which the window is open."""
    quarters = range(quarter, quarter + _SEARCHED)
    return next((one for one in quarters if window.is_open(zones, one * QUARTER_MS)), None)


@functools.lru_cache(4096)
def _middle(zones: Zones, quarter: int) -> str:
    """Return the zone in the middle of several, from west to east."""
    at = datetime.fromtimestamp(quarter * QUARTER_MS / 1000, UTC)
    ordered = sorted((at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta(), zone) for zone in zones)
    return ordered[len(ordered) // 2][1]


def _minute_of_day(zone: str, at: int) -> int:
    local = datetime.fromtimestamp(at / 1000, ZoneInfo(zone))
    return local.hour * 60 + local.minute
