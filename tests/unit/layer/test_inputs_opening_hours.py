"""Opening hours: what a file may say, and when it is open, also where the clock is changed."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.inputs.errors import InputError
from switchboard.inputs.model import parse
from switchboard.inputs.opening_hours import WEEKDAYS, OpeningHours

OFFICE = {
    "timeZone": "Europe/Berlin",
    "weekly": {day[:3]: ["09:00-12:30", "13:30-18:00"] for day in WEEKDAYS[:5]} | {"fri": ["22:00-02:00"]},
    "holidays": {"2026-12-24": ["09:00-12:00"], "12-25": []},
}
ZONES = (
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "Asia/Beirut",
    "Africa/Casablanca",
    "UTC",
)


def hours(**changes: Any) -> OpeningHours:
    return parse(OpeningHours, OFFICE | changes)


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-11-23 08:59", False),
        ("2026-11-23 09:00", True),
        ("2026-11-23 12:29:59", True),
        ("2026-11-23 12:30", False),
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
    assert hours().is_open(berlin(at)) is is_open


@pytest.mark.parametrize(
    ("at", "opening"),
    [
        ("2026-11-23 08:59", "2026-11-23 09:00"),
        ("2026-11-23 12:30", "2026-11-23 13:30"),
        ("2026-11-28 02:00", "2026-11-30 09:00"),
        ("2026-12-24 12:00", "2026-12-28 09:00"),
        ("2026-11-23 10:00", None),  # it is open
    ],
)
def test_the_next_opening_is_told_by_its_own_clock(at: str, opening: str | None) -> None:
    found = hours().next_opening(berlin(at).astimezone(UTC))
    assert found == (berlin(opening) if opening else None)
    assert found is None or str(found.tzinfo) == "Europe/Berlin"


@pytest.mark.parametrize(
    ("weekly", "at", "change"),
    [
        # 2027-03-14: at 2:00 (7:00 UTC) the clock shows 3:00
        (["02:30-03:30"], "2027-03-14T06:45Z", "2027-03-14T07:00Z"),
        (["02:30-03:30"], "2027-03-14T07:00Z", "2027-03-14T07:30Z"),
        (["02:10-02:50"], "2027-03-14T06:45Z", "2027-03-21T06:10Z"),
        (["01:00-02:30"], "2027-03-14T06:45Z", "2027-03-14T07:00Z"),
        # 2027-11-07: at 2:00 (6:00 UTC) the clock shows 1:00 again
        (["01:30-03:00"], "2027-11-07T05:00Z", "2027-11-07T05:30Z"),
        (["01:30-03:00"], "2027-11-07T05:30Z", "2027-11-07T06:00Z"),
        (["01:30-03:00"], "2027-11-07T06:00Z", "2027-11-07T06:30Z"),
        (["01:30-03:00"], "2027-11-07T06:30Z", "2027-11-07T08:00Z"),
    ],
)
def test_hours_that_begin_or_end_while_the_clock_is_changed(weekly: list[str], at: str, change: str) -> None:
    sundays = hours(timeZone="America/New_York", weekly={"sun": weekly})
    found = sundays.next_change(datetime.fromisoformat(at))
    assert found is not None
    assert found.astimezone(UTC) == datetime.fromisoformat(change)


def test_what_never_opens_or_never_closes_has_no_next_change() -> None:
    always, never = parse(OpeningHours, {"timeZone": "Europe/Berlin"}), hours(weekly={}, holidays={})
    now = berlin("2026-03-28 12:00")
    assert always.is_open(now)
    assert always.next_change(now) is None
    assert not never.is_open(now)
    assert never.next_opening(now) is None


def text(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


SPANS = st.lists(
    st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda span: span[0] != span[1]), max_size=2
)
# Days around which the zones above change their clocks, and one on which none does.
STARTS = st.sampled_from(
    ["2027-03-13", "2027-03-27", "2027-04-03", "2027-10-02", "2027-10-30", "2027-11-06", "2027-06-01"]
)


def shows_open(raw: dict[str, Any], at: datetime) -> bool:
    """Tell by the clock on the wall, minute by minute of its day and the day before."""
    local = at.astimezone(ZoneInfo(raw["timeZone"]))
    wall = datetime.combine(local.date(), time(local.hour, local.minute), UTC)
    for day in (local.date(), local.date() - timedelta(days=1)):
        spans = raw["holidays"].get(day.isoformat(), raw["weekly"].get(WEEKDAYS[day.weekday()], ()))
        for span in spans:
            opens, closes = (int(part[:2]) * 60 + int(part[3:]) for part in span.split("-"))
            midnight = datetime.combine(day, time(), UTC)
            begin, end = midnight + timedelta(minutes=opens), midnight + timedelta(minutes=closes)
            if begin <= wall < (end if closes > opens else end + timedelta(days=1)):
                return True
    return False


@given(
    st.sampled_from(ZONES),
    st.dictionaries(st.sampled_from(WEEKDAYS), SPANS, min_size=4),
    SPANS,
    STARTS,
    st.integers(0, 3 * 1440),
)
def test_opening_and_change_agree_with_one_minute_after_another(
    zone: str, weekly: dict[str, Any], holiday: Any, start: str, minute: int
) -> None:
    def written(spans: list[tuple[int, int]]) -> list[str]:
        return [f"{text(opens)}-{text(closes)}" for opens, closes in spans]

    raw = {
        "timeZone": zone,
        "weekly": {day: written(spans) for day, spans in weekly.items()},
        "holidays": {(date.fromisoformat(start) + timedelta(days=1)).isoformat(): written(holiday)},
    }
    found = parse(OpeningHours, raw)
    at = datetime.fromisoformat(start).replace(tzinfo=UTC) + timedelta(minutes=minute)
    now = shows_open(raw, at)
    assert found.is_open(at) is now
    local = found.next_change(at)
    change = local and local.astimezone(UTC)  # a local time that comes twice equals none in another zone
    for minutes in range(1, 2 * 1440):
        later = at + timedelta(minutes=minutes)
        if shows_open(raw, later) is not now:
            assert change == later
            break
        assert change is None or change > later


def test_both_forms_of_file_mean_the_same() -> None:
    days = {"mon": ["09:00-17:00"], "sat": ["10:00-14:00"]}
    short = hours(weekly=days, holidays={"2026-12-25": [], "2026-12-24": ["09:00-12:00"]})
    names = {"monday": [" 9:00 - 17:00"], "saturday": ["10:00-14:00"]}
    dates = ["2026-12-25", {"date": "2026-12-24", "hours": ["09:00-12:00"]}]
    assert hours(weekly=names, holidays=dates) == short


def test_the_29th_of_february_can_be_a_holiday_and_the_full_date_wins() -> None:
    found = hours(holidays={"02-29": [], "2032-02-29": ["10:00-11:00"]})
    assert not found.is_open(berlin("2028-02-29 10:00"))
    assert found.is_open(berlin("2032-02-29 10:00"))


DAY = "must be a day: mon, tue, wed, thu, fri, sat or sun"
SPAN = "must be hours, such as 09:00-17:30"
DATE = "must be a date: YYYY-MM-DD, or MM-DD for every year"
ZONE = "must be an IANA time zone, such as Europe/Berlin"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        *(
            ({"timeZone": zone}, f"timeZone: {ZONE}")
            for zone in ("Mars/Base", "../../etc/passwd", "localtime", "posixrules", "", 1, "Europe")
        ),
        ({"weekly": []}, "weekly: must be an object"),
        ({"weekly": {"funday": []}}, f"weekly.funday: {DAY}"),
        ({"weekly": {"mon": "09:00-17:00"}}, "weekly.mon: must be a list"),
        ({"weekly": {"mon": [], "monday": []}}, "weekly: must name each day once"),
        *(
            ({"weekly": {"mon": [span]}}, f"weekly.mon[0]: {SPAN}")
            for span in ("9-17", "09:00-24:01", "24:00-09:00", "09:00-09:00", "09:60-17:00", 900)
        ),
        ({"holidays": 5}, "holidays: must be an object"),
        ({"holidays": {"2026-02-30": []}}, f"holidays.2026-02-30: {DATE}"),
        ({"holidays": {"25.12": []}}, f"holidays.25.12: {DATE}"),
        ({"holidays": ["Christmas"]}, f"holidays[0]: {DATE}"),
        ({"holidays": [{"hours": ["noon"]}]}, f"holidays[0].date: is missing; holidays[0].hours[0]: {SPAN}"),
    ],
)
def test_an_invalid_field_of_the_hours_is_named(change: dict[str, Any], problem: str) -> None:
    with pytest.raises(InputError) as refused:
        hours(**change)
    assert str(refused.value) == problem
