"""The record is the same whether Studio dates a step by when its widget was left or entered."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ivr_path.domain.call import Call
from ivr_path.domain.call_path import CallPath
from ivr_path.domain.execution import Execution
from ivr_path.domain.path_document import to_document
from ivr_path.domain.step import Step, merge_steps
from tests.data.walks import CALL_SID, START, Taken, Walk, sid, walks

WALK = Walk(
    sid("FN", 1),
    sid("FW", 1),
    CALL_SID,
    START,
    [
        Taken(sid("FT", 1), "Trigger", "incomingCall", "greeting", START + 40, None),
        Taken(sid("FT", 2), "greeting", "audioComplete", "menu", START + 3_200, None),
        Taken(sid("FT", 3), "menu", "keypress", "booking", START + 9_100, None),
        Taken(sid("FT", 5), "Trigger", "incomingParent", "which_day", START + 9_100, sid("FT", 4)),
        Taken(sid("FT", 6), "which_day", "keypress", "booked", START + 14_000, sid("FT", 4)),
        Taken(sid("FT", 7), "booked", "audioComplete", "Ended", START + 18_000, sid("FT", 4)),
        Taken(sid("FT", 4), "booking", "completed", "goodbye", START + 18_000, None),
        Taken(sid("FT", 8), "goodbye", "audioComplete", "Ended", START + 21_000, None),
    ],
)


def without_subflow(way: Walk) -> Walk:
    return replace(way, steps=way.level(None))


def dated_by_entry(way: Walk) -> Walk:
    """Return the same walk as Studio would report it if it dated steps by when their widgets are entered."""
    entered: dict[str, int] = {}

    def enter(parent: str | None, moment: int) -> None:
        for step in way.level(parent):
            entered[step.sid] = moment
            enter(step.sid, moment)
            moment = step.at

    enter(None, way.start)
    return replace(way, steps=[replace(step, at=entered[step.sid]) for step in way.steps])


def document(way: Walk, *, started_at: int, ended_at: int | None, coarse: bool = False) -> dict[str, Any]:
    def cut(moment: int) -> int:
        return moment // 1000 * 1000 if coarse else moment

    execution = Execution(
        way.execution_sid,
        way.flow_sid,
        started_at=cut(started_at),
        ended_at=None if ended_at is None else cut(ended_at),
    )
    steps = [
        Step(step.sid, way.execution_sid, step.widget, step.event, step.next, cut(step.at), step.parent)
        for step in way.steps
    ]
    path = CallPath(
        CALL_SID,
        START,
        call=Call("completed"),
        executions={execution.sid: execution},
        steps=merge_steps(steps),
        is_recorded=True,
    )
    return to_document(path)


@pytest.mark.parametrize("coarse", [False, True])
@pytest.mark.parametrize("way", [WALK, without_subflow(WALK)], ids=["with a subflow", "without"])
def test_the_record_is_the_same_whether_steps_are_dated_by_entry_or_by_leaving(
    way: Walk, *, coarse: bool
) -> None:
    left = document(way, started_at=way.start, ended_at=way.end, coarse=coarse)
    entered = document(dated_by_entry(way), started_at=way.start, ended_at=way.end, coarse=coarse)
    assert entered == left
    durations = [step["durationMs"] // 1000 for step in left["steps"]]
    assert durations[1:3] == [3, 5 if not coarse else 6]


def test_a_subflow_shows_the_meaning_of_dates_before_the_execution_has_ended() -> None:
    left = document(WALK, started_at=WALK.start, ended_at=None)
    entered = document(dated_by_entry(WALK), started_at=WALK.start, ended_at=None)
    assert entered["steps"][:-1] == left["steps"][:-1]


@given(walks(), st.booleans())
def test_steps_that_are_dated_by_leaving_keep_their_dates(way: Walk, coarse: bool) -> None:
    shown = document(way, started_at=way.start, ended_at=way.end, coarse=coarse)
    assert sum(step["durationMs"] for step in shown["steps"]) == (
        way.end - way.start if not coarse else way.end // 1000 * 1000 - way.start // 1000 * 1000
    )
    assert [step["at"] for step in shown["steps"]] == sorted(step["at"] for step in shown["steps"])


def returning_at_once(way: Walk) -> Walk:
    """Return the walk with each subflow's last widget left together with the widget that ran the subflow."""
    left = {step.sid: step.at for step in way.steps}
    for step in reversed(way.steps):  # a parent's step comes after those of its subflow
        if inner := way.level(step.sid):
            left[inner[-1].sid] = left[step.sid]
    return replace(way, steps=[replace(step, at=left[step.sid]) for step in way.steps])


@given(walks())
def test_a_walk_with_a_subflow_that_took_time_makes_the_same_record_under_either_meaning(drawn: Walk) -> None:
    way = returning_at_once(drawn)
    other = dated_by_entry(way)

    def took_time(step: Taken) -> bool:
        seconds = [inner.at // 1000 for inner in other.level(step.sid)]
        return len(seconds) > 1 and step.at // 1000 <= seconds[0] < seconds[-1]

    assume(any(took_time(step) for step in other.steps))
    shown = document(other, started_at=way.start, ended_at=way.end)
    assert shown == document(way, started_at=way.start, ended_at=way.end)


def test_a_late_end_alone_does_not_change_dates() -> None:
    # Studio ends an execution with its last step. Should the end come later, the steps keep their own dates
    # as long as the first widget took time before the second.
    way = without_subflow(WALK)
    late = document(way, started_at=way.start, ended_at=way.end + 10_000)
    assert [step["at"] for step in late["steps"]] == [
        step["at"] for step in document(way, started_at=way.start, ended_at=way.end)["steps"]
    ]
