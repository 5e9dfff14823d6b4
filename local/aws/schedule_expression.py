"""When a schedule is due next: EventBridge's ``rate``, ``cron`` and ``at`` expressions.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

import calendar
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from local.template.model import Schedule

_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}
_MONTHS = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
_DAYS = {
    name: number for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), start=1)
}
_YEARS_AHEAD = 5


def next_time(schedule: Schedule, after: float) -> float | None:
    """Return when a schedule comes due next.

    Parameters
    ----------
    schedule
        The schedule; its expression is read in its time zone.
    after
        Seconds since the epoch; the answer is later.

    Returns
    -------
    float or None
        Seconds since the epoch; None where it never comes due again.

    Raises
    ------
    ValueError
        If the expression is none of rate, cron and at.
    """
    found = re.fullmatch(r"(rate|cron|at)\((.*)\)", schedule.expression.strip())
    if not found:
        raise ValueError(f"schedule {schedule.name}: {schedule.expression} is no rate(), cron() or at()")
    kind, text = found.groups()
    if kind == "rate":
        number, unit = text.split()
        return after + int(number) * _SECONDS[unit.rstrip("s")]
    zone = ZoneInfo(schedule.timezone)
    if kind == "at":
        due = datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()
        return due if due > after else None
    return _next_cron(text.upper(), datetime.fromtimestamp(after, tz=zone))


def _next_cron(text: str, after: datetime) -> float | None:
    minutes, hours, month_days, months, week_days, years = text.split()
    start = after.replace(second=0, microsecond=0) + timedelta(minutes=1)
    for day in _days(start, _YEARS_AHEAD):
        if not (
            _matches(years, day.year, 1970, 2199, {})
            and _matches(months, day.month, 1, 12, _MONTHS)
            and _is_month_day(month_days, day)
            and _is_week_day(week_days, day)
        ):
            continue
        for hour in range(24):
            if not _matches(hours, hour, 0, 23, {}):
                continue
            for minute in range(60):
                moment = day.replace(hour=hour, minute=minute)
                if moment >= start and _matches(minutes, minute, 0, 59, {}):
                    return moment.astimezone(UTC).timestamp()
    return None


def _days(start: datetime, years: int) -> Iterator[datetime]:
    first = start.replace(hour=0, minute=0)
    return (first + timedelta(days=count) for count in range(366 * years))


def _matches(field: str, value: int, lowest: int, highest: int, names: dict[str, int]) -> bool:
    """Tell whether a cron field has a value: ``*``, ``?``, ``5``, ``1-5``, ``1,2``, ``0/15``, ``MON-FRI``."""
    for part in field.split(","):
        span, _, step = part.partition("/")
        if span in {"*", "?"}:
            first, last = lowest, highest
        else:
            begin, _, end = span.partition("-")
            first = _number(begin, names)
            # 5/10 means every tenth from 5 on.
            last = _number(end, names) if end else highest if step else first
        if first <= value <= last and (value - first) % int(step or 1) == 0:
            return True
    return False


def _number(text: str, names: dict[str, int]) -> int:
    return names[text] if text in names else int(text)


def _is_month_day(field: str, day: datetime) -> bool:
    last = calendar.monthrange(day.year, day.month)[1]
    if field == "L":
        return day.day == last
    if field.endswith("W"):  # the weekday nearest to a day, within its month
        wanted = day.replace(day=min(int(field[:-1]), last))
        shift = {5: -1 if wanted.day > 1 else 2, 6: 1 if wanted.day < last else -2}.get(wanted.weekday(), 0)
        return day.day == wanted.day + shift
    return _matches(field, day.day, 1, 31, {})


def _is_week_day(field: str, day: datetime) -> bool:
    number = day.isoweekday() % 7 + 1  # Sunday is 1
    if field.endswith("L") and field != "L":  # the last such day of the month
        return number == _number(field[:-1], _DAYS) and (day + timedelta(days=7)).month != day.month
    if "#" in field:  # the n-th such day of the month
        name, _, count = field.partition("#")
        return number == _number(name, _DAYS) and (day.day - 1) // 7 + 1 == int(count)
    return _matches("7" if field == "L" else field, number, 1, 7, _DAYS)
