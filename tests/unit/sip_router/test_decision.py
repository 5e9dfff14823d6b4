"""Which destination a call gets."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sip_router.domain.decision import Decision, decide
from sip_router.domain.destination import Destination
from sip_router.domain.route import Route
from switchboard.inputs.model import parse
from tests.data.route_tables import route

MONDAY_NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SUNDAY_NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
WEEKDAYS = {"timeZone": "UTC", "weekly": {"mon": ["09:00-17:00"]}}


def say(words: str, **more: Any) -> dict[str, Any]:
    return {"type": "say", "destination": words, **more}


def read(**more: Any) -> Route:
    return parse(Route, route("4321", **more))


def said(destination: Destination | None) -> tuple[str, str] | None:
    return (destination.type, destination.destination) if destination else None


def test_a_plain_route_has_one_destination() -> None:
    found = read()

    assert decide(found, MONDAY_NOON, "CA1") == Decision(found, None, None)


def test_a_call_outside_of_opening_hours_gets_the_other_destination() -> None:
    found = read(schedule=WEEKDAYS, otherwise=say("Closed"))

    day, night = decide(found, MONDAY_NOON, "CA1"), decide(found, SUNDAY_NOON, "CA1")

    assert (said(day.destination), day.is_open) == (("say", "Hello"), True)
    assert (said(night.destination), night.is_open) == (("say", "Closed"), False)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=6).filter(any), st.text(max_size=40))
def test_a_call_keeps_its_destination_and_never_gets_one_of_weight_0(weights: list[int], call: str) -> None:
    found = read(
        weight=weights[0],
        destination="0",
        alternatives=[say(str(number), weight=weight) for number, weight in enumerate(weights) if number],
    )

    first = decide(found, MONDAY_NOON, call)

    assert weights[int(first.destination.destination)] > 0
    assert decide(found, SUNDAY_NOON, call).destination == first.destination


def test_many_calls_are_shared_out_by_weight() -> None:
    found = read(weight=3, destination="A", alternatives=[say("B", weight=1), say("C")])

    shares = Counter(
        decide(found, MONDAY_NOON, f"CA{number:032x}").destination.destination for number in range(5000)
    )

    assert 2850 < shares["A"] < 3150
    assert 880 < shares["B"] < 1120
    assert 880 < shares["C"] < 1120


def test_a_dial_and_a_referral_have_the_fallback_of_their_route() -> None:
    found = read(
        type="dial-client",
        destination="alice",
        schedule=WEEKDAYS,
        otherwise={"type": "refer", "destination": "sip:night@example.com"},
        fallback=say("Nobody is there"),
    )

    for at in (MONDAY_NOON, SUNDAY_NOON):
        assert said(decide(found, at, "CA1").fallback) == ("say", "Nobody is there")


def test_a_destination_whose_failure_is_not_reported_has_no_fallback() -> None:
    assert decide(read(fallback=say("never")), MONDAY_NOON, "CA1").fallback is None
