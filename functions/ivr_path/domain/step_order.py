"""The order of steps, although REST truncates their dates to seconds.

A flow passes many widgets within one second. There the chain gives the order: each step leaves the widget
that the step before it led to.
"""

from collections.abc import Iterable
from itertools import groupby, pairwise

from ivr_path.domain.step import TRIGGER, Step


def sort_steps(steps: Iterable[Step]) -> list[Step]:
    """Return the steps of one level (one execution, one parent) oldest first.

    The result depends on the steps alone, not on the order in which they are given.
    """
    ordered: list[Step] = []
    by_date = sorted(steps, key=_date_and_sid)
    for _, same_second in groupby(by_date, key=lambda step: step.at // 1000):
        group = list(same_second)
        start = ordered[-1].next if ordered else TRIGGER
        ordered += group if _is_chain(group, start) else _find_chain(group, start) or group
    return ordered


def _date_and_sid(step: Step) -> tuple[int, str]:
    return step.at, step.sid


def _is_chain(steps: list[Step], start: str | None) -> bool:
    return steps[0].widget == start and all(one.next == two.widget for one, two in pairwise(steps))


def _find_chain(steps: list[Step], start: str | None) -> list[Step] | None:
    """Return the steps as one chain that uses each of them once; None if there is none.

    Widgets are the vertices of a graph and steps its edges, so the chain is an Eulerian trail, which
    Hierholzer's algorithm finds.
    """
    leaving: dict[str | None, list[Step]] = {}
    for step in sorted(steps, key=_date_and_sid, reverse=True):
        leaving.setdefault(step.widget, []).append(step)  # pop() takes the earliest
    if start not in leaving:
        start = _find_start(steps)
    taken: list[tuple[str | None, Step | None]] = [(start, None)]
    chain: list[Step] = []
    while taken:
        widget, arrived_by = taken[-1]
        if leaving.get(widget):
            step = leaving[widget].pop()
            taken.append((step.next, step))
        else:
            taken.pop()
            if arrived_by:
                chain.append(arrived_by)
    chain.reverse()
    is_complete = len(chain) == len(steps) and all(one.next == two.widget for one, two in pairwise(chain))
    return chain if is_complete else None


def _find_start(steps: list[Step]) -> str | None:
    """Return the widget that is left more often than it is reached; otherwise that of the earliest step."""
    balance: dict[str | None, int] = {}
    for step in steps:
        balance[step.widget] = balance.get(step.widget, 0) + 1
        balance[step.next] = balance.get(step.next, 0) - 1
    return next((step.widget for step in steps if balance[step.widget] > 0), steps[0].widget)
