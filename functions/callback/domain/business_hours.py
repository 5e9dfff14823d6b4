"""When the team is there: weekly hours and holidays in the team's own time zone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FARTHEST: Final = 400
"""Days that are searched for the next opening: more than a year of holidays means never."""

Span = tuple[int, int]
"""Minutes since midnight: from, and to but without it."""

_ALL_DAY: Final[tuple[Span, ...]] = ((0, 24 * 60),)


class HoursError(Exception):
    """A file of business hours that cannot be used; the message says what is wrong."""


@dataclass(frozen=True)
class BusinessHours:
    """Business hours.

    Attributes
    ----------
    zone : ZoneInfo
    weekly : Sequence[Sequence[Span]]
        Seven days, Monday first.
    holidays : Mapping[date, Sequence[Span]]
        Days with hours of their own, mostly none.
    """

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    weekly: Sequence[Sequence[Span]] = (_ALL_DAY,) * 7
    holidays: Mapping[date, Sequence[Span]] = field(default_factory=dict)

    def is_open(self, now: datetime) -> bool:
        """Tell whether the team is there; `now` has a time zone."""
        local = now.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        return any(start <= minute < end for start, end in self._spans(local.date()))

    def next_opening(self, now: datetime) -> datetime | None:
        """Return when the team is next there, None if it is there now, or never again."""
        if self.is_open(now):
            return None
        local = now.astimezone(self.zone)
        for days in range(_FARTHEST):
            day = local.date() + timedelta(days=days)
            for start, _ in sorted(self._spans(day)):
                # Hours are what the clock on the wall shows, also on the day on which it is changed.
                opening = datetime.combine(day, time(start // 60, start % 60), self.zone)
                if opening > local:
                    return opening
        return None

    def _spans(self, day: date) -> Sequence[Span]:
        return self.holidays.get(day, self.weekly[day.weekday()])


def parse_hours(document: Any) -> BusinessHours:
    """Return the business hours that a file holds.

    ``{"timeZone": "America/New_York", "weekly": {"monday": ["09:00-12:00", "13:00-17:00"]}, "holidays":
    ["2026-12-25", {"date": "2026-12-24", "hours": ["09:00-12:00"]}]}``. A day that ``weekly`` does not name
    is closed; without ``weekly`` every day is open around the clock.

    Raises
    ------
    HoursError
        What is wrong.
    """
    if not isinstance(document, Mapping):
        raise HoursError("the file must hold a JSON object")
    weekly = document.get("weekly")
    if weekly is None:
        days: list[Sequence[Span]] = [_ALL_DAY] * 7
    elif isinstance(weekly, Mapping) and set(weekly) <= set(WEEKDAYS):
        days = [_spans(day, weekly.get(day, ())) for day in WEEKDAYS]
    else:
        raise HoursError(f"weekly must be an object whose names are {', '.join(WEEKDAYS)}")
    return BusinessHours(
        _zone(document.get("timeZone", "UTC")), days, _holidays(document.get("holidays", ()))
    )


def _zone(name: Any) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        raise HoursError(f"timeZone {name!r} is no time zone such as America/New_York") from None


def _holidays(entries: Any) -> dict[date, Sequence[Span]]:
    if not isinstance(entries, list | tuple):
        raise HoursError("holidays must be a list")
    found: dict[date, Sequence[Span]] = {}
    for entry in entries:
        day, hours = (
            (entry.get("date"), entry.get("hours", ())) if isinstance(entry, Mapping) else (entry, ())
        )
        try:
            found[date.fromisoformat(str(day))] = _spans(str(day), hours)
        except (TypeError, ValueError):
            raise HoursError(f"holidays: {day!r} is no date such as 2026-12-25") from None
    return found


def _spans(day: str, entries: Any) -> list[Span]:
    if not isinstance(entries, list | tuple):
        raise HoursError(f"{day} must be a list of hours such as 09:00-17:00")
    return [_span(day, entry) for entry in entries]


def _span(day: str, entry: Any) -> Span:
    try:
        start, end = (_minutes(part) for part in entry.split("-"))
    except (AttributeError, ValueError):
        start, end = 0, 0
    if not 0 <= start < end <= 24 * 60:
        raise HoursError(f"{day}: {entry!r} are no hours such as 09:00-17:00")
    return start, end


def _minutes(text: str) -> int:
    hours, minutes = text.strip().split(":")
    if not (hours.isdecimal() and minutes.isdecimal() and len(minutes) == 2 and int(minutes) < 60):
        raise ValueError(text)
    return int(hours) * 60 + int(minutes)
