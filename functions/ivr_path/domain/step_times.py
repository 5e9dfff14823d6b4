"""Times at which widgets were left. This module alone decides what ``date_created`` of a step means.

Twilio's pages do not say whether a step's date is when its widget was entered or when it was left
(https://www.twilio.com/docs/studio/rest-api/v2/step). That the event is called ``step.ended``, that every
step already names the widget that follows, and that ``date_updated`` is null in Twilio's examples speak for
"left", which is assumed unless the steps contradict it. If they do, they are given the times at which their
widgets were left, so that the same walk makes the same record under either meaning.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Final

from ivr_path.domain.execution import Execution
from ivr_path.domain.step import ENDED, TRIGGER, Step
from ivr_path.domain.step_order import sort_steps

_NOTICEABLE_MS: Final = 2000
"""A gap that neither the truncation of dates to seconds nor Studio's own work explains."""

Levels = Mapping[str | None, list[Step]]


def with_leave_times(steps: Iterable[Step], execution: Execution) -> list[Step]:
    """Return the steps of one execution with ``at`` set to when the widget was left."""
    by_sid = {step.sid: step for step in steps}
    by_parent: dict[str | None, list[Step]] = {}
    for step in by_sid.values():
        by_parent.setdefault(step.parent_sid, []).append(step)
    levels = {parent: sort_steps(level) for parent, level in by_parent.items()}
    if not _are_dates_of_entry(by_sid, levels, execution):
        return list(by_sid.values())
    followers = {step.sid: follower for level in levels.values() for step, follower in pairwise(level)}
    return [
        replace(step, at=max(step.at, _leave_time(step, by_sid, followers, execution)))
        for step in by_sid.values()
    ]


def _are_dates_of_entry(steps: Mapping[str, Step], levels: Levels, execution: Execution) -> bool:
    """Tell whether the steps are dated by when their widgets were entered."""
    # A Run Subflow widget is entered before the subflow's widgets and left after them.
    entered_first = left_last = 0
    for parent_sid, level in levels.items():
        parent = steps.get(parent_sid or "")
        seconds = [step.at // 1000 for step in level]
        if parent is not None and min(seconds) < max(seconds):
            entered_first += parent.at // 1000 <= min(seconds)
            left_last += parent.at // 1000 >= max(seconds)
    if entered_first != left_last:
        return entered_first > left_last
    # The trigger takes no time, so the first widget is entered with it; the last is left when the flow ends.
    level = levels.get(None, [])
    if execution.ended_at is None or len(level) < 2:
        return False
    is_whole = level[0].widget == TRIGGER and level[-1].next == ENDED
    follows_at_once = level[1].at - level[0].at < 1000
    return is_whole and follows_at_once and execution.ended_at - level[-1].at >= _NOTICEABLE_MS


def _leave_time(
    step: Step, steps: Mapping[str, Step], followers: Mapping[str, Step], execution: Execution
) -> int:
    """Return when a widget was left, from steps that are dated by when their widgets were entered.

    A widget is left when the next one is entered. The last one of a subflow is left together with the widget
    that ran the subflow, and the last one of all when the execution ends.
    """
    seen: set[str] = set()
    last = step
    while last.sid not in followers and last.sid not in seen:
        seen.add(last.sid)
        last = steps.get(last.parent_sid or "", last)
    if last.sid in followers:
        return followers[last.sid].at
    return execution.ended_at if execution.ended_at is not None else step.at
