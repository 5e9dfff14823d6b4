"""Where a call would go at a time, in the time zone of the question."""

from datetime import UTC, datetime
from typing import Any

import pytest

from console.data.sip_routes.trials import ask, moment_of, zones_of
from switchboard.errors import BadRequest
from tests.data.route_tables import route, route_table

BERLIN = {"timeZone": "Europe/Berlin", "weekly": {"mon": ["09:00-17:00"]}}
CLOSED = {"type": "say", "destination": "Closed"}
TABLE = route_table(
    route("1", schedule=BERLIN, otherwise=CLOSED),
    route("2", weight=0, alternatives=[{"type": "say", "destination": "Other"}]),
)
NOW = datetime(2027, 1, 4, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "zone", "is_open", "shown"),
    [
        ("", "UTC", True, "08:30 UTC"),
        ("", "Europe/Berlin", True, "09:30 CET"),
        ("2027-01-04 08:59", "Europe/Berlin", False, "08:59 CET"),
        ("2027-01-04T09:00", "Europe/Berlin", True, "09:00 CET"),
        ("2027-07-05 07:30", "UTC", True, "07:30 UTC"),
        ("2027-01-04T18:00:00+02:00", "UTC", False, "16:00 UTC"),
    ],
)
def test_a_time_is_read_and_told_in_the_chosen_time_zone(
    words: str, zone: str, is_open: bool, shown: str
) -> None:
    at = moment_of(words, zone)
    found = ask({"address": "sip:1@example.com", **({"at": at} if at else {})}, zone, NOW, TABLE)
    assert found.is_open == is_open
    assert f"{found.at:%H:%M %Z}" == shown
    assert found.words == ("says Hello" if is_open else "says Closed")


def test_a_route_that_shares_calls_out_says_so_and_the_default_takes_the_rest() -> None:
    assert ask({"address": "2"}, "UTC", NOW, TABLE).is_shared
    found = ask({"address": "3"}, "UTC", NOW, TABLE)
    assert (found.match, found.route, found.is_shared) == ("default", "", False)
    assert "<Say>Nobody</Say>" in found.twiml


@pytest.mark.parametrize("words", ["yesterday", "25:00", "2027-13-01", "2027-02-30 10:00"])
def test_what_is_no_time_is_refused_at_its_field(words: str) -> None:
    with pytest.raises(BadRequest, match="at: must be a time such as 2027-01-04 07:30"):
        moment_of(words, "Europe/Berlin")


@pytest.mark.parametrize("zone", [None, 3, "Mars/Olympus", "../etc", ""])
def test_time_zones_that_routes_name_are_offered_and_faulty_ones_are_not(zone: Any) -> None:
    faulty = route("1", schedule={"timeZone": zone})
    found = zones_of({"routes": [faulty, None, route("2", schedule=BERLIN), route("3", schedule=3)]})
    assert found == ["UTC", "Europe/Berlin"]
