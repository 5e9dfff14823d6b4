"""Business hours: open or closed, and when the team is there again."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callback.domain.business_hours import BusinessHours, HoursError, parse_hours

NEW_YORK = ZoneInfo("America/New_York")
OFFICE = parse_hours(
    {
        "timeZone": "America/New_York",
        "weekly": {
            day: ["09:00-12:00", "13:00-17:00"]
            for day in ("monday", "tuesday", "wednesday", "thursday", "friday")
        },
        "holidays": ["2026-12-25", {"date": "2026-12-24", "hours": ["09:00-12:00"]}],
    }
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("now", "opening"),
    [
        ("2026-11-23T09:00", None),
        ("2026-11-23T11:59", None),
        ("2026-11-23T08:59", "2026-11-23T09:00"),
        ("2026-11-23T12:00", "2026-11-23T13:00"),
        ("2026-11-23T17:00", "2026-11-24T09:00"),
        ("2026-11-27T17:00", "2026-11-30T09:00"),
        ("2026-12-24T12:00", "2026-12-28T09:00"),
        ("2026-12-25T10:00", "2026-12-28T09:00"),
        ("2026-10-31T12:00", "2026-11-02T09:00"),
    ],
)
def test_the_next_opening_is_the_teams_own_clocks(now: str, opening: str | None) -> None:
    found = OFFICE.next_opening(at(now).astimezone(UTC))
    assert found == (at(opening) if opening else None)
    assert OFFICE.is_open(at(now)) is (opening is None)


def test_without_weekly_hours_the_team_is_always_there_and_with_none_never() -> None:
    assert BusinessHours().is_open(at("2026-01-01T03:00"))
    assert parse_hours({"timeZone": "Europe/Berlin"}).is_open(at("2026-01-01T03:00"))
    never = parse_hours({"weekly": {}})
    assert not never.is_open(at("2026-01-01T03:00"))
    assert never.next_opening(at("2026-01-01T03:00")) is None


@given(st.integers(0, 3 * 365 * 24 * 60))
def test_the_team_is_there_at_the_next_opening_and_not_just_before(minutes: int) -> None:
    now = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    opening = OFFICE.next_opening(now)
    if opening is None:
        assert OFFICE.is_open(now)
        return
    assert opening > now
    assert OFFICE.is_open(opening)
    assert not OFFICE.is_open(opening - timedelta(seconds=1))


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ([], "JSON object"),
        ({"timeZone": "Mars/Base"}, "timeZone"),
        ({"timeZone": 5}, "timeZone"),
        ({"weekly": {"funday": []}}, "weekly"),
        ({"weekly": {"monday": "09:00-17:00"}}, "monday"),
        ({"weekly": {"monday": ["9-17"]}}, "monday"),
        ({"weekly": {"monday": ["17:00-09:00"]}}, "monday"),
        ({"weekly": {"monday": ["09:00-25:00"]}}, "monday"),
        ({"weekly": {"monday": ["09:60-17:00"]}}, "monday"),
        ({"holidays": {"2026-12-25": []}}, "holidays"),
        ({"holidays": ["Christmas"]}, "Christmas"),
        ({"holidays": [{"date": "2026-12-24", "hours": ["noon"]}]}, "2026-12-24"),
    ],
)
def test_what_is_wrong_is_named(document: object, problem: str) -> None:
    with pytest.raises(HoursError, match=problem):
        parse_hours(document)
