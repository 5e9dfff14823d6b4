"""Opening hours: a time zone, hours for each day of the week, and days that differ.

``{"timeZone": "Europe/Berlin", "weekly": {"mon": ["09:00-12:30", "13:30-18:00"], "fri": ["22:00-02:00"]},
"holidays": {"2026-12-24": ["09:00-12:00"], "12-25": []}}``

A day is ``mon`` or ``monday``. A day that ``weekly`` leaves out is closed; without ``weekly`` every day is
open around the clock, and without ``timeZone`` the clock is UTC. Holidays may also be a list:
``["2026-12-25", {"date": "2026-12-24", "hours": ["09:00-12:00"]}]``. Hours that close before they open close
on the next day.

It is open when the clock on the wall of the time zone shows a time within the hours, also on days on which
that clock is changed: hours that begin in the hour left out are shorter, hours in the hour shown twice come
twice.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    GetPydanticSchema,
    Tag,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from switchboard.inputs.forms import Form
from switchboard.inputs.model import ConfigModel

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SEARCHED_DAYS: Final = 400
"""Days that are searched for the next change: what is closed for longer never opens."""

_WHOLE_DAY: Final = 24 * 60
_HOURS: Final = re.compile(r"([0-9]{1,2}):([0-5][0-9])\s*-\s*([0-9]{1,2}):([0-5][0-9])")
_SYSTEM_ZONES: Final = frozenset({"localtime", "posixrules"})
"""Names by which a system calls its own time zone."""


class Hours(NamedTuple):
    """Opening and closing, in minutes since midnight; closing before opening is on the next day."""

    opens: int
    closes: int


class _HoursForm(Form):
    def read(self, value: Any) -> Hours:
        match = _HOURS.fullmatch(value.strip()) if isinstance(value, str) else None
        opens, closes = (
            (int(match[group]) * 60 + int(match[group + 1]) for group in (1, 3)) if match else (0, 0)
        )
        # 24:00 closes a day and opens none; hours of no length, or longer than a day, mean nothing.
        if not (opens < _WHOLE_DAY and closes <= _WHOLE_DAY and opens != closes):
            raise ValueError("must be hours, such as 09:00-17:30")
        return Hours(opens, closes)

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "examples": ["09:00-17:30"], "description": "Hours of a day."}


class _WeekdayForm(Form):
    def read(self, value: Any) -> int:
        for number, day in enumerate(WEEKDAYS):
            if value in {day, day[:3]}:
                return number
        raise ValueError("must be a day: mon, tue, wed, thu, fri, sat or sun")

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": [name for day in WEEKDAYS for name in (day[:3], day)]}


class _DayForm(Form):
    def read(self, value: Any) -> str:
        # 02-29 is a day of some years only, so a year that has one is put before it.
        text = f"2024-{value}" if isinstance(value, str) and len(value) == 5 else value
        try:
            if date.fromisoformat(text).isoformat() == text:
                return str(value)
        except (TypeError, ValueError):
            pass
        raise ValueError("must be a date: YYYY-MM-DD, or MM-DD for every year")

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": "^([0-9]{4}-)?[0-9]{2}-[0-9]{2}$"}


class _ZoneForm(Form):
    def read(self, value: Any) -> ZoneInfo:
        try:
            if isinstance(value, str) and value and value not in _SYSTEM_ZONES:
                return ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            pass
        raise ValueError("must be an IANA time zone, such as Europe/Berlin")

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "examples": ["Europe/Berlin"], "description": "An IANA time zone."}


def _each_day_once(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    days = read(value)
    if len(days) < len(value):
        raise ValueError("must name each day once")
    return days


class Holiday(ConfigModel):
    """A day that differs, in a list of holidays; without hours it is closed."""

    date: Annotated[str, _DayForm()]
    hours: tuple[Annotated[Hours, _HoursForm()], ...] = ()


def _closed(value: Any) -> Any:
    return {"date": value} if isinstance(value, str) else value


def _by_date(holidays: Any) -> Any:
    if isinstance(holidays, tuple):
        return {holiday.date: holiday.hours for holiday in holidays}
    return holidays


def _is_list(value: Any) -> str:
    return "list" if isinstance(value, list | tuple) else "dates"


Zone = Annotated[ZoneInfo, _ZoneForm()]
_DayHours = tuple[Annotated[Hours, _HoursForm()], ...]
Weekly = Annotated[Mapping[Annotated[int, _WeekdayForm()], _DayHours], WrapValidator(_each_day_once)]
"""Hours by weekday, Monday 0."""

_Either = Annotated[
    Annotated[Mapping[Annotated[str, _DayForm()], _DayHours], Tag("dates")]
    | Annotated[tuple[Annotated[Holiday, BeforeValidator(_closed)], ...], Tag("list")],
    Discriminator(_is_list),
]
Holidays = Annotated[
    Mapping[str, _DayHours],
    GetPydanticSchema(lambda _, handler: handler(_Either)),
    AfterValidator(_by_date),
]
"""Hours of days that differ, by ``YYYY-MM-DD`` or, for every year, ``MM-DD``. The full date wins."""


class OpeningHours(ConfigModel):
    """When a team or a route is open."""

    time_zone: Zone = ZoneInfo("UTC")
    weekly: Weekly = Field(default_factory=lambda: dict.fromkeys(range(7), (Hours(0, _WHOLE_DAY),)))
    holidays: Holidays = Field(default_factory=dict)

    def is_open(self, at: datetime) -> bool:
        """Tell whether it is open at a moment, given with its time zone.

        Hours that cross midnight belong to the day on which they begin, holidays' too.
        """
        local = at.astimezone(self.time_zone)
        minute = local.hour * 60 + local.minute
        today = local.date()
        for opens, closes in self._hours(today):
            if opens <= minute and (minute < closes or closes <= opens):
                return True
        yesterday = self._hours(today - timedelta(days=1))
        return any(minute < closes <= opens for opens, closes in yesterday)

    def next_opening(self, at: datetime) -> datetime | None:
        """Return when it opens, by its own time zone; None if it is open now, or never opens again."""
        return None if self.is_open(at) else self.next_change(at)

    def next_change(self, at: datetime) -> datetime | None:
        """Return when it next opens or closes, by its own time zone; None if it never does."""
        now = self.is_open(at)
        today = at.astimezone(self.time_zone).date()
        for days in range(SEARCHED_DAYS):
            for moment in sorted(self._boundaries(today + timedelta(days=days))):
                if moment > at and self.is_open(moment) is not now:
                    return moment.astimezone(self.time_zone)
        return None

    def _hours(self, day: date) -> tuple[Hours, ...]:
        full = day.isoformat()
        for holiday in (full, full[-5:]):
            if holiday in self.holidays:
                return self.holidays[holiday]
        return self.weekly.get(day.weekday(), ())

    def _boundaries(self, day: date) -> Iterator[datetime]:
        """Yield the moments of a day, in UTC, at which it may open or close.

        Those are midnight, the beginning and end of hours of this day and of the day before, both times where
        a clock that is set back shows them twice, and the moment at which the clock is changed.
        """
        minutes = {0}
        for hours in (*self._hours(day), *self._hours(day - timedelta(days=1))):
            minutes.update(minute for minute in hours if minute < _WHOLE_DAY)
        for minute in minutes:
            wall = datetime.combine(day, time(minute // 60, minute % 60), self.time_zone)
            yield wall.astimezone(UTC)
            yield wall.replace(fold=1).astimezone(UTC)
        yield from self._clock_changes(day)

    def _clock_changes(self, day: date) -> Iterator[datetime]:
        start, end = (
            datetime.combine(day + timedelta(days=days), time(), self.time_zone).astimezone(UTC)
            for days in (0, 1)
        )
        before = self._offset(start)
        if before == self._offset(end):
            return
        while end - start > timedelta(seconds=1):
            middle = start + (end - start) // 2
            start, end = (middle, end) if self._offset(middle) == before else (start, middle)
        yield end.replace(microsecond=0)

    def _offset(self, moment: datetime) -> timedelta | None:
        return moment.astimezone(self.time_zone).utcoffset()
