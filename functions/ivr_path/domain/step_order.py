"""Steps in the order in which they were taken, although their times are coarse.

Studio's REST API tells whole seconds, and a flow passes many widgets in one second. Within a second the order
follows from the chain instead: each step begins at the widget that the step before it led to.
"""

from collections.abc import Iterable
from itertools import groupby, pairwise

from ivr_path.domain.step import TRIGGER, Step


def in_order(steps: Iterable[Step]) -> list[Step]:
    """Return steps of one level (one execution, one parent) oldest first.

    The order depends on the steps alone, not on that in which they were given.
    """
    ordered: list[Step] = []
    by_time = sorted(steps, key=_when)
    for _, second in groupby(by_time, key=lambda step: step.at // 1000):
        group = list(second)
        came_from = ordered[-1].next if ordered else TRIGGER
        ordered += group if _is_chain(group, came_from) else _trail(group, came_from) or group
    return ordered


def _when(step: Step) -> tuple[int, str]:
    return step.at, step.sid


def _is_chain(steps: list[Step], start: str | None) -> bool:
    return steps[0].widget == start and all(one.next == two.widget for one, two in pairwise(steps))


def _trail(steps: list[Step], start: str | None) -> list[Step] | None:
    """Return the steps as one chain that uses each once (Hierholzer's algorithm), or None: there is none."""
    leaving: dict[str | None, list[Step]] = {}
    for step in sorted(steps, key=_when, reverse=True):
        leaving.setdefault(step.widget, []).append(step)  # the earliest is taken from the end
    if start not in leaving:
        start = _start(steps)
    taken: list[tuple[str | None, Step | None]] = [(start, None)]
    trail: list[Step] = []
    while taken:
        widget, arrived_by = taken[-1]
        if leaving.get(widget):
            step = leaving[widget].pop()
            taken.append((step.next, step))
        else:
            taken.pop()
            if arrived_by:
                trail.append(arrived_by)
    trail.reverse()
    is_whole = len(trail) == len(steps) and all(one.next == two.widget for one, two in pairwise(trail))
    return trail if is_whole else None


def _start(steps: list[Step]) -> str | None:
    """Return the widget that is left more often than it is reached, else that of the earliest step."""
    balance: dict[str | None, int] = {}
    for step in steps:
        balance[step.widget] = balance.get(step.widget, 0) + 1
        balance[step.next] = balance.get(step.next, 0) - 1
    return next((step.widget for step in steps if balance[step.widget] > 0), steps[0].widget)
