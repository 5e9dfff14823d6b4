"""The steps as a reader wants them: oldest first, with durations, subflows inside the step that ran them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ivr_path.domain.execution import Execution
from ivr_path.domain.step import Step
from ivr_path.domain.step_order import in_order
from ivr_path.moment import iso

Node = dict[str, Any]


def outline(steps: Iterable[Step], execution: Execution) -> list[Node]:
    """Return one execution's steps, nested.

    Parameters
    ----------
    steps : Iterable[Step]
        All steps of the execution, in any order.
    execution : Execution
        When it started counts as when its first widget was entered.

    Returns
    -------
    list[dict]
        ``{widget, event, next, at, durationMs, executionSid}`` and, where a subflow ran, ``steps``. A
        widget's duration runs from when it was entered, which is when the one before it was left.
    """
    known = {step.sid: step for step in steps}
    levels: dict[str | None, list[Step]] = {}
    for step in known.values():
        levels.setdefault(step.parent_sid, []).append(step)
    roots = levels.pop(None, [])
    for missing in sorted(sid for sid in levels if sid is not None and sid not in known):
        # The caller hung up inside the subflow, or the parent's step has not been heard of yet.
        roots.append(_stand_in(missing, levels[missing], roots))
    nodes = _level(roots, levels, execution.started_at)
    while levels:
        # Parents that are each other's children cannot be; what Studio says is kept all the same.
        nodes += _level(levels.pop(min(sid for sid in levels if sid)), levels, None)
    return nodes


def merged(outlines: Sequence[list[Node]]) -> list[Node]:
    """Return several executions' outlines as one list, oldest first; each one's own order is kept."""
    rest = [list(reversed(nodes)) for nodes in outlines if nodes]
    whole: list[Node] = []
    while rest:
        first = min(rest, key=lambda nodes: str(nodes[-1]["at"])[:19])  # to the second, all that REST tells
        whole.append(first.pop())
        rest = [nodes for nodes in rest if nodes]
    return whole


def _stand_in(sid: str, children: list[Step], siblings: list[Step]) -> Step:
    """Return a step for a Run Subflow widget of which only the subflow's steps are known."""
    began = min(step.at for step in children)
    before = [step for step in in_order(siblings) if step.at // 1000 <= began // 1000]
    widget = before[-1].next if before else None
    return Step(sid, children[0].execution_sid, widget, None, None, max(step.at for step in children))


def _level(steps: Iterable[Step], levels: dict[str | None, list[Step]], entered: int | None) -> list[Node]:
    nodes: list[Node] = []
    for step in in_order(steps):
        started = step.at if entered is None else entered
        node: Node = {
            "widget": step.widget,
            "event": step.event,
            "next": step.next,
            "at": iso(step.at),
            "durationMs": max(0, step.at - started),
            "executionSid": step.execution_sid,
        }
        if children := levels.pop(step.sid, None):
            node["steps"] = _level(children, levels, started)
        nodes.append(node)
        entered = max(started, step.at)
    return nodes


def walk(nodes: Iterable[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    """Yield every step of an outline, a subflow's before the step that ran it."""
    for node in nodes:
        yield from walk(node.get("steps", ()))
        yield node
