"""What the report counts: moves, drop-off, time per widget."""

from collections.abc import Iterable
from graphlib import TopologicalSorter
from math import isfinite
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.ivr_report.journey import FLOW_ENDED, HUNG_UP, NO_RECORD, to_journey, visits
from tools.ivr_report.moves import FURTHER, Move, Place
from tools.ivr_report.paths import summarise, summarise_journeys


def step(widget: str, event: str = "next", seconds: float = 1, steps: Any = None) -> dict[str, Any]:
    plain = {"widget": widget, "event": event, "durationMs": round(seconds * 1000)}
    return plain | ({"steps": steps} if steps else {})


def record(*steps: dict[str, Any], reason: str = "flowEnded", at: str = "2026-03-01") -> dict[str, Any]:
    return {"startedAt": f"{at}T09:00:00.000Z", "steps": [step("Trigger"), *steps], "endedReason": reason}


def labels(moves: Iterable[Move]) -> list[tuple[str, str]]:
    return [(one.label, two.label) for one, two in moves]


def test_moves_go_from_widget_to_widget_and_to_the_end() -> None:
    paths = summarise([record(step("a"), step("b")), record(step("a"), reason="hungUp")])
    assert dict(paths.moves) == {
        (Place("a"), Place("b")): 1,
        (Place("b"), Place(FLOW_ENDED, 0)): 1,
        (Place("a"), Place(HUNG_UP, 0)): 1,
    }
    assert dict(paths.endings) == {FLOW_ENDED: 1, HUNG_UP: 1}


def test_a_repeated_visit_is_a_new_node_and_the_third_and_later_are_combined() -> None:
    paths = summarise([record(*[step("menu"), step("hours")] * 4)])
    assert labels(paths.moves) == [
        ("menu", "hours"),
        ("hours", "menu (2)"),
        ("menu (2)", "hours (2)"),
        ("hours (2)", FURTHER),
        (FURTHER, FLOW_ENDED),
    ]


def test_a_move_back_to_a_widget_that_this_call_skipped_begins_a_round_too() -> None:
    usual = [record(step("menu"), step("agent"), step("survey"))] * 3
    paths = summarise([*usual, record(step("agent"), step("menu"))])
    assert ("agent", "menu (2)") in labels(paths.moves)


def test_widgets_that_are_sometimes_skipped_begin_no_round() -> None:
    short, long = [step("menu"), step("voicemail")], [step("menu"), step("agent"), step("voicemail")]
    paths = summarise([*[record(*short)] * 9, record(*long)])
    assert all("(2)" not in label for move in labels(paths.moves) for label in move)


@given(st.lists(st.lists(st.sampled_from(["a", "b", "c", "d", HUNG_UP, FURTHER, "a (2)"]), max_size=9)))
def test_the_moves_of_all_calls_together_form_no_cycle(calls: list[list[str]]) -> None:
    paths = summarise(record(*map(step, names)) for names in calls)
    tuple(TopologicalSorter(_predecessors(paths.moves)).static_order())  # raises CycleError
    assert sum(count for (_, two), count in paths.moves.items() if two == Place(FLOW_ENDED, 0)) == sum(
        map(bool, calls)
    )


def _predecessors(moves: Iterable[Move]) -> dict[Place, set[Place]]:
    found: dict[Place, set[Place]] = {}
    for one, two in moves:
        found.setdefault(two, set()).add(one)
    return found


@pytest.mark.parametrize(
    ("change", "failures"),
    [
        ({"steps": [step("request", "failed"), step("menu")]}, ("request: failed",)),
        ({"steps": [step("text", "deliveryFailure")]}, ("text: deliveryFailure",)),
        ({"callStatus": "failed"}, ("the call failed",)),
        ({"endedReason": "stopped"}, ("the flow was stopped",)),
        ({"callStatus": "completed", "steps": [step("menu", "hangup")]}, ()),
    ],
)
def test_what_went_wrong_in_a_call_is_named(change: dict[str, Any], failures: tuple[str, ...]) -> None:
    assert to_journey(record() | change).failures == failures


def test_drop_off_is_the_share_of_visits_that_ended_in_a_hang_up() -> None:
    paths = summarise([record(step("menu"), step("menu"), reason="hungUp"), record(step("menu"))])
    menu = paths.widgets["menu"]
    assert (menu.calls, menu.visits, menu.hung_up, menu.drop_off) == (2, 3, 1, 1 / 3)


def test_time_is_the_median_in_seconds() -> None:
    menu = summarise([record(step("menu", seconds=s)) for s in (1, 2, 30)]).widgets["menu"]
    assert menu.median == 2
    assert menu.ninetieth >= 30
    assert summarise([record(step("menu", seconds=4))]).widgets["menu"].ninetieth == 4


def test_a_subflow_stands_for_the_widget_that_ran_it() -> None:
    inner = [step("Trigger"), step("day"), step("time", "hangup")]
    path = list(visits([step("Trigger"), step("book", steps=inner), step("bye")]))
    assert [visit.name for visit in path] == ["book / day", "book / time", "bye"]


def test_the_report_covers_the_period_of_its_calls() -> None:
    paths = summarise([record(at="2026-03-02"), record(at="2026-03-01")])
    assert (paths.calls, paths.earliest[:10], paths.latest[:10]) == (2, "2026-03-01", "2026-03-02")


def test_a_record_whose_steps_are_elsewhere_counts_as_a_call() -> None:
    assert summarise([record() | {"steps": None}]).calls == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["widget", "event", "durationMs", "steps", "flowSid"]), inner)
    ),
)


@given(st.dictionaries(st.sampled_from(["steps", "executions", "callDuration", "startedAt", "from"]), JSON))
def test_what_is_no_record_is_refused_as_such(change: dict[str, Any]) -> None:
    try:
        journey = to_journey(record() | change)
    except NO_RECORD:
        return
    paths = summarise_journeys([journey, journey])
    assert all(isfinite(widget.median) for widget in paths.widgets.values())
    assert sum(paths.moves.values()) >= 0
