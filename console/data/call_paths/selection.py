"""Which calls the page is about: a flow and a time span."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

DAYS: Final = "days"
"""The span between two days that the operator names."""

SPANS: Final = {
    "hour": "Last hour",
    "day": "Last 24 hours",
    "week": "Last 7 days",
    "month": "Last 30 days",
    DAYS: "From day to day",
}
_HOURS: Final = {"hour": 1, "day": 24, "week": 7 * 24, "month": 30 * 24}
_MOST_DAYS: Final = 31
_HOUR_MS: Final = 3_600_000


@dataclass(frozen=True)
class Selection:
    """A flow and a span.

    Attributes
    ----------
    flow : str
        FW…; empty for all flows.
    span : str
        One of `SPANS`.
    first, last : str
        The first and the last day, both included, by UTC, as ``2026-03-01``; only of the span `DAYS`.
    """

    flow: str = ""
    span: str = "day"
    first: str = ""
    last: str = ""

    @property
    def problems(self) -> Mapping[str, str]:
        """What is wrong, by field."""
        if self.span != DAYS:
            return {}
        days = {"first": _day(self.first), "last": _day(self.last)}
        if missing := {name: "must be a day: 2026-03-01" for name, day in days.items() if day is None}:
            return missing
        first, last = date.fromisoformat(self.first), date.fromisoformat(self.last)
        if first > last:
            return {"last": "must not be before the first day"}
        if last - first >= timedelta(days=_MOST_DAYS):
            return {"last": f"must be at most {_MOST_DAYS} days after the first"}
        return {}

    def bounds(self, now: int) -> tuple[int, int]:
        """Return when the span begins and ends, both included, in ms since the epoch."""
        if self.span != DAYS:
            return now - _HOURS[self.span] * _HOUR_MS, now
        first, last = (
            int(datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC).timestamp() * 1000)
            for day in (self.first, self.last)
        )
        return first, last + 24 * _HOUR_MS - 1


def days_between(earliest: int, latest: int) -> list[str]:
    """Return the days by UTC of a span, oldest first; its bounds are in ms since the epoch."""
    first, last = (datetime.fromtimestamp(moment / 1000, UTC).date() for moment in (earliest, latest))
    return [(first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1)]


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date(2000, 1, 1) <= day <= date(2200, 1, 1) else None
