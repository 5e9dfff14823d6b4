"""The hours in which a number may be contacted, in its own time."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.campaign.phone_zones import is_zone, zones_of
from survey.domain.campaign.window import QUARTER_MS, Window

HOUR = 3_600_000
ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "America/Los_Angeles",
    "Asia/Kathmandu",
    "Pacific/Auckland",
    "UTC",
]


def _ms(text: str, zone: str = "UTC") -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


@pytest.mark.parametrize(
    ("number", "zones"),
    [
        ("+493012345678", ("Europe/Berlin",)),
        ("+12125550142", ("America/New_York",)),
        ("+13105550142", ("America/Los_Angeles",)),
        ("+97714123456", ("Asia/Katmandu",)),
        ("+9990000000", ()),
    ],
)
def test_a_number_tells_its_time_zones_by_its_first_digits(number: str, zones: tuple[str, ...]) -> None:
    assert zones_of(number) == zones


def test_every_zone_of_the_table_is_known_to_the_time_zone_database() -> None:
    table = (zone for digits in range(1, 10_000) for zone in zones_of(f"+{digits}"))
    assert all(is_zone(zone) for zone in set(table))


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../../etc/passwd", "/etc/localtime", "America", "\0"])
def test_a_name_that_is_no_zone_is_told(name: str) -> None:
    assert not is_zone(name)


@pytest.mark.parametrize(
    "text", ["9:00-20:00", "09:00-24:30", "20:00-09:00", "09:00-09:30", "24:00-24:00", "09:00", ""]
)
def test_a_text_that_is_no_part_of_a_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must"):
        Window.parse(text)


def test_a_window_is_written_as_it_was_read() -> None:
    assert str(Window.parse("08:30-24:00")) == "08:30-24:00"


def test_a_number_of_two_zones_is_contacted_when_both_are_awake() -> None:
    coasts = ("America/New_York", "America/Los_Angeles")
    at = _ms("2026-03-02T09:30", "America/New_York")
    assert Window.parse("09:00-20:00").next_open(coasts, at) == _ms("2026-03-02T09:00", "America/Los_Angeles")


def test_zones_that_are_never_awake_together_follow_the_one_in_the_middle() -> None:
    zones = ("Pacific/Auckland", "America/Los_Angeles", "Europe/London")
    opens = Window.parse("09:00-11:00").next_open(zones, _ms("2026-03-02T00:00"))
    assert datetime.fromtimestamp(opens / 1000, UTC) == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert Window.parse("09:00-11:00").next_open(zones, opens + HOUR) == opens + HOUR


def test_a_number_of_an_unknown_country_follows_universal_time() -> None:
    assert Window.parse("09:00-20:00").next_open((), _ms("2026-03-02T03:00")) == _ms("2026-03-02T09:00")


@given(
    opens=st.integers(0, 22),
    hours=st.integers(1, 12),
    zone=st.sampled_from(ZONES),
    at=st.integers(1_700_000_000_000, 1_900_000_000_000),
)
def test_the_next_time_is_open_and_none_is_before_it(opens: int, hours: int, zone: str, at: int) -> None:
    window = Window.parse(f"{opens:02}:00-{min(opens + hours, 24):02}:00")
    found = window.next_open((zone,), at)
    assert found >= at
    assert window.is_open((zone,), found)
    earlier = range(at, found, QUARTER_MS)
    assert not any(window.is_open((zone,), one) for one in earlier)
