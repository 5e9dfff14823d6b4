"""Opening hours, by the clock on the wall of their time zone."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip_router.domain.schedule import DAYS, Schedule, read_schedule

OFFICE = {
    "timeZone": "Europe/Berlin",
    "weekly": {day: ["09:00-12:30", "13:30-18:00"] for day in DAYS[:5]} | {"fri": ["22:00-02:00"]},
    "holidays": {"2026-12-24": ["09:00-12:00"], "12-25": []},
}


def schedule(raw: Any = OFFICE) -> Schedule:
    errors: list[Any] = []
    found = read_schedule(raw, "schedule", errors)
    assert found is not None, errors
    return found


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=schedule().zone)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-11-23 08:59", False),
        ("2026-11-23 09:00", True),
        ("2026-11-23 12:29", True),
        ("2026-11-23 12:30", False),
        ("2026-11-23 17:59:59", True),
        ("2026-11-23 18:00", False),
        ("2026-11-28 10:00", False),  # a Saturday
        ("2026-11-27 23:00", True),  # Friday night ...
        ("2026-11-28 01:59", True),  # ... lasts into Saturday
        ("2026-11-28 02:00", False),
        ("2026-11-27 01:00", False),  # but no night leads into Friday
        ("2026-12-24 11:00", True),
        ("2026-12-24 14:00", False),
        ("2026-12-25 23:00", False),  # a Friday, and closed every year
        ("2026-12-26 01:00", False),  # so its night did not begin
        ("2031-12-25 10:00", False),
    ],
)
def test_open_by_weekday_hours_and_holiday(at: str, is_open: bool) -> None:
    assert schedule().is_open(berlin(at)) is is_open


def test_the_time_zone_follows_daylight_saving() -> None:
    assert schedule().is_open(datetime(2026, 7, 6, 7, 0, tzinfo=UTC))  # 9:00 in Berlin's summer
    assert not schedule().is_open(datetime(2026, 11, 23, 7, 0, tzinfo=UTC))  # 8:00 in its winter


def test_the_whole_day_is_open_to_its_last_minute() -> None:
    always = schedule({"timeZone": "UTC", "weekly": {"mon": ["00:00-24:00"]}})

    assert always.is_open(datetime(2026, 11, 23, 23, 59, tzinfo=UTC))
    assert not always.is_open(datetime(2026, 11, 24, 0, 0, tzinfo=UTC))


MINUTES = st.integers(0, 24 * 60 - 1)
SPANS = st.lists(
    st.tuples(MINUTES, st.integers(1, 24 * 60)).filter(lambda span: span[0] != span[1]), max_size=3
)


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def hours(spans: list[tuple[int, int]]) -> list[str]:
    return [f"{clock(opens)}-{clock(closes)}" for opens, closes in spans]


@given(st.dictionaries(st.sampled_from(DAYS), SPANS), SPANS, st.integers(0, 9 * 24 * 60))
def test_a_schedule_agrees_with_one_minute_after_another(
    weekly: dict[str, list[tuple[int, int]]], holiday: list[tuple[int, int]], minute: int
) -> None:
    start = datetime(2026, 11, 22, tzinfo=UTC)  # a Sunday
    special = date(2026, 11, 25)
    found = schedule(
        {
            "timeZone": "UTC",
            "weekly": {day: hours(spans) for day, spans in weekly.items()},
            "holidays": {special.isoformat(): hours(holiday)},
        }
    )
    open_minutes: set[int] = set()
    for number in range(-1, 11):
        day = (start + timedelta(days=number)).date()
        for opens, closes in holiday if day == special else weekly.get(DAYS[day.weekday()], []):
            length = (closes - opens) if closes > opens else closes - opens + 24 * 60
            begin = number * 24 * 60 + opens
            open_minutes.update(range(begin, begin + length))

    assert found.is_open(start + timedelta(minutes=minute)) is (minute in open_minutes)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"timeZone": "Europe/Atlantis"}, "timeZone"),
        ({"timeZone": "../../etc/passwd"}, "timeZone"),
        ({"timeZone": "localtime"}, "timeZone"),
        ({"timeZone": "posixrules"}, "timeZone"),
        ({"timeZone": ""}, "timeZone"),
        ({"timeZone": 1}, "timeZone"),
        ({"weekly": None}, "weekly"),
        ({"weekly": {"monday": []}}, "weekly.monday"),
        ({"weekly": {"mon": "09:00-17:00"}}, "weekly.mon"),
        ({"weekly": {"mon": ["9-17"]}}, "weekly.mon"),
        ({"weekly": {"mon": ["09:00-24:01"]}}, "weekly.mon"),
        ({"weekly": {"mon": ["24:00-09:00"]}}, "weekly.mon"),
        ({"weekly": {"mon": ["09:00-09:00"]}}, "weekly.mon"),
        ({"weekly": {"mon": [900]}}, "weekly.mon"),
        ({"holidays": {"2026-02-30": []}}, "holidays.2026-02-30"),
        ({"holidays": {"25.12.": []}}, "holidays.25.12."),
        ({"holidays": []}, "holidays"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], field: str) -> None:
    errors: list[Any] = []

    assert read_schedule(OFFICE | change, "schedule", errors) is None
    assert [error["field"] for error in errors] == [f"schedule.{field}"]


def test_the_29th_of_february_can_be_a_holiday() -> None:
    assert not schedule(OFFICE | {"holidays": {"02-29": []}}).is_open(berlin("2028-02-29 10:00"))
