"""The schedule of a route: opening hours whose time zone and weekly hours must be there."""

from datetime import UTC, datetime
from typing import Any

import pytest

from sip_router.domain.route import Route, Schedule
from sip_router.domain.validation import check_route_table
from switchboard.inputs.model import parse
from tests.data.route_tables import route, route_table

OFFICE = {
    "timeZone": "Europe/Berlin",
    "weekly": {day: ["09:00-12:30", "13:30-18:00"] for day in ("mon", "tue", "wed", "thu")}
    | {"fri": ["22:00-02:00"]},
    "holidays": {"2026-12-24": ["09:00-12:00"], "12-25": [], "02-29": []},
}
CLOSED = {"type": "say", "destination": "Closed"}


def faults(schedule: Any) -> list[str]:
    table = route_table(route("1", schedule=schedule, otherwise=CLOSED))
    return [fault["field"] for fault in check_route_table(table)]


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-07-06T07:00", True),  # 9:00 in Berlin's summer
        ("2026-11-23T07:00", False),  # 8:00 in its winter
        ("2026-11-28T00:59", True),  # a Friday's night
        ("2026-12-24T12:00", False),
        ("2031-12-25T10:00", False),
        ("2028-02-29T10:00", False),
    ],
)
def test_a_schedule_goes_by_its_time_zone_its_week_and_its_holidays(at: str, is_open: bool) -> None:
    schedule = parse(Route, route("1", schedule=OFFICE, otherwise=CLOSED)).schedule

    assert schedule is not None
    assert schedule.is_open(datetime.fromisoformat(at).replace(tzinfo=UTC)) is is_open


def test_days_may_have_their_whole_names_and_holidays_be_a_list() -> None:
    newer = {"timeZone": "UTC", "weekly": {"monday": ["9:00-17:00"]}, "holidays": ["12-25"]}

    assert faults(newer) == []
    assert parse(Schedule, newer).is_open(datetime(2026, 11, 23, 9, tzinfo=UTC))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"timeZone": "Europe/Atlantis"}, "timeZone"),
        ({"timeZone": "../../etc/passwd"}, "timeZone"),
        ({"timeZone": "localtime"}, "timeZone"),
        ({"timeZone": "posixrules"}, "timeZone"),
        ({"timeZone": ""}, "timeZone"),
        ({"timeZone": 1}, "timeZone"),
        ({"timeZone": None}, "timeZone"),
        ({"weekly": None}, "weekly"),
        ({"weekly": {"someday": []}}, "weekly.someday"),
        ({"weekly": {"mon": "09:00-17:00"}}, "weekly.mon"),
        ({"weekly": {"mon": ["9-17"]}}, "weekly.mon[0]"),
        ({"weekly": {"mon": ["09:00-24:01"]}}, "weekly.mon[0]"),
        ({"weekly": {"mon": ["24:00-09:00"]}}, "weekly.mon[0]"),
        ({"weekly": {"mon": ["09:00-10:00", "09:00-09:00"]}}, "weekly.mon[1]"),
        ({"weekly": {"mon": [900]}}, "weekly.mon[0]"),
        ({"holidays": {"2026-02-30": []}}, "holidays.2026-02-30"),
        ({"holidays": {"25.12.": []}}, "holidays.25.12."),
        ({"holidays": 1225}, "holidays"),
    ],
)
def test_what_is_wrong_with_a_schedule_is_named(change: dict[str, Any], field: str) -> None:
    assert faults(OFFICE | change) == [f"data.routes[0].schedule.{field}"]


def test_a_million_wrong_hours_are_one_fault() -> None:
    for weekly in ({"mon": ["x"] * 1_000_000}, {str(day): [] for day in range(1_000_000)}):
        assert faults(OFFICE | {"weekly": weekly}) == ["data.routes[0].schedule"]
