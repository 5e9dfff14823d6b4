"""Opening hours: a time zone, hours for each day of the week, and days that differ."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from switchboard.errors import FieldError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WHOLE_DAY = 24 * 60
MAX_NAMED_CHARACTERS = 40

_HOURS = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])")

# Names by which a system calls its own time zone.
_NO_ZONES = {"localtime", "posixrules"}

Span = tuple[int, int]
"""Opening and closing, in minutes since midnight; closing before opening is on the next day."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a route is open, by the local time of its time zone.

    Attributes
    ----------
    zone : ZoneInfo
        The IANA time zone.
    weekly : Mapping[int, tuple[Span, ...]]
        Hours by weekday, Monday 0; a day that is missing is closed.
    holidays : Mapping[str, tuple[Span, ...]]
        Hours of days that differ (none: closed), by ``YYYY-MM-DD`` or, for every year, ``MM-DD``. The full
        date wins.
    """

    zone: "ZoneInfo"
    weekly: Mapping[int, tuple[Span, ...]]
    holidays: Mapping[str, tuple[Span, ...]]

    def is_open(self, at: datetime) -> bool:
        """Tell whether it is open at a moment, given with its time zone.

        Hours that cross midnight belong to the day on which they begin, holidays' too.
        """
        local = at.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        today = local.date()
        for opens, closes in self._hours(today):
            if opens <= minute and (minute < closes or closes <= opens):
                return True
        yesterday = self._hours(today - timedelta(days=1))
        return any(minute < closes <= opens for opens, closes in yesterday)

    def _hours(self, day: date) -> Sequence[Span]:
        full = day.isoformat()
        for holiday in (full, full[-5:]):
            if holiday in self.holidays:
                return self.holidays[holiday]
        return self.weekly.get(day.weekday(), ())


def read_schedule(raw: Any, field: str, errors: list[FieldError]) -> Schedule | None:
    """Return the schedule that a JSON object describes; None, and what is wrong in `errors`, if it does not.

    Parameters
    ----------
    raw : Any
        ``{"timeZone": "Europe/Berlin", "weekly": {"mon": ["09:00-12:30", "13:30-18:00"], …},
        "holidays": {"2026-12-24": ["09:00-12:00"], "12-25": []}}``; holidays are optional.
    field : str
        Where it stands, put before the names of wrong fields.
    errors : list[FieldError]
        Gets what is wrong.
    """
    if not isinstance(raw, Mapping):
        errors.append(FieldError(field=field, message="must be an object with timeZone and weekly"))
        return None
    before = len(errors)
    zone = _read_zone(raw.get("timeZone"), f"{field}.timeZone", errors)
    weekly = _read_days(
        raw.get("weekly"), f"{field}.weekly", errors, _weekday, "mon, tue, wed, thu, fri, sat or sun"
    )
    holidays = _read_days(
        raw.get("holidays", {}),
        f"{field}.holidays",
        errors,
        _holiday,
        "a date: YYYY-MM-DD, or MM-DD for every year",
    )
    if zone is None or len(errors) > before:
        return None
    return Schedule(zone, {DAYS.index(day): hours for day, hours in weekly.items()}, holidays)


def _read_zone(raw: Any, field: str, errors: list[FieldError]) -> "ZoneInfo | None":
    from zoneinfo import ZoneInfo

    try:
        if isinstance(raw, str) and raw and raw not in _NO_ZONES:
            return ZoneInfo(raw)
    except (KeyError, ValueError, OSError):
        pass
    errors.append(FieldError(field=field, message="must be an IANA time zone, such as Europe/Berlin"))
    return None


def _read_days(
    raw: Any, field: str, errors: list[FieldError], is_day: Any, days: str
) -> dict[str, tuple[Span, ...]]:
    if not isinstance(raw, Mapping):
        errors.append(FieldError(field=field, message="must be an object from days to lists of hours"))
        return {}
    found: dict[str, tuple[Span, ...]] = {}
    for day, hours in raw.items():
        if not is_day(day):
            errors.append(
                FieldError(field=f"{field}.{day[:MAX_NAMED_CHARACTERS]}", message=f"must be {days}")
            )
            continue
        spans = _read_hours(hours)
        if spans is None:
            errors.append(
                FieldError(field=f"{field}.{day}", message='must be a list of hours such as "09:00-17:30"')
            )
            continue
        found[day] = spans
    return found


def _read_hours(raw: Any) -> tuple[Span, ...] | None:
    if not isinstance(raw, list):
        return None
    spans = tuple(_read_span(text) for text in raw)
    return None if None in spans else spans  # type: ignore[return-value]  # mypy does not follow "in"


def _read_span(text: Any) -> Span | None:
    match = _HOURS.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return None
    opens, closes = (int(match[group]) * 60 + int(match[group + 1]) for group in (1, 3))
    # 24:00 closes a day and opens none; hours of no length, or longer than a day, mean nothing.
    if opens >= WHOLE_DAY or closes > WHOLE_DAY or opens == closes:
        return None
    return opens, closes


def _weekday(day: str) -> bool:
    return day in DAYS


def _holiday(day: str) -> bool:
    # 02-29 is a day of some years only, so a year that has one is put before it.
    text = day if len(day) == 10 else f"2024-{day}"
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
