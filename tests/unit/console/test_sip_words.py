"""SIP routes in plain words, faulty ones too."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.data.sip_routes.words import destination_words, how_matched, route_words, schedule_words

SAY = {"type": "say", "destination": "Hello"}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(), children, max_size=3),
    max_leaves=8,
)
FIELDS = ("address", "match", "type", "destination", "weight")
PARTS = ("alternatives", "schedule", "otherwise", "fallback")


def test_a_plain_route_is_one_line() -> None:
    assert route_words({"address": "4321", **SAY}) == "says Hello"


def test_shares_are_percentages_of_all_weights() -> None:
    other = {"type": "dial-sip", "destination": "sip:b@example.com", "weight": 1}
    route = {"type": "dial-sip", "destination": "sip:a@example.com", "weight": 3, "alternatives": [other]}
    assert route_words(route).splitlines() == [
        "75% of calls: calls sip:a@example.com",
        "25% of calls: calls sip:b@example.com",
    ]


def test_hours_fallback_and_what_is_said_when_it_is_closed_are_told() -> None:
    schedule = {
        "timeZone": "Europe/Berlin",
        "weekly": {"mon": ["08:00-18:00"], "tue": ["08:00-18:00"], "friday": ["08:00-12:00", "13:00-16:00"]},
        "holidays": {"12-25": []},
    }
    route = {
        "type": "dial-client",
        "destination": "ann",
        "schedule": schedule,
        "otherwise": SAY,
        "fallback": SAY,
    }
    first, open_, closed, failed = route_words(route).splitlines()
    assert first == "calls client ann"
    assert open_.startswith("Open Mon")
    assert open_.endswith("Fri 08:00-12:00 and 13:00-16:00, 1 holiday, Europe/Berlin")
    assert (closed, failed) == ("When closed: says Hello", "If that fails: says Hello")


def test_a_week_without_hours_is_never() -> None:
    assert schedule_words({"weekly": {}, "timeZone": "UTC"}) == "never, UTC"


@pytest.mark.parametrize(
    ("address", "match", "kind"),
    [("4321", None, "exact"), ("+4930*", None, "prefix"), ("^5", None, "pattern"), ("4*", "exact", "exact")],
)
def test_how_an_address_is_compared_is_told(address: str, match: str | None, kind: str) -> None:
    assert how_matched({"address": address, "match": match}) == kind


@given(st.fixed_dictionaries({}, optional=dict.fromkeys((*FIELDS, *PARTS), ANYTHING)))
def test_a_faulty_route_is_told_without_an_error(route: dict[str, Any]) -> None:
    assert isinstance(route_words(route) + how_matched(route) + destination_words(route), str)
