"""The steps as the record shows them: oldest first, with durations, a subflow inside the step that ran it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from ivr_path.domain.execution import Execution
from ivr_path.domain.step import Step
from ivr_path.domain.step_order import sort_steps
from ivr_path.domain.step_times import with_leave_times
from switchboard.timestamps import format_iso

Node = dict[str, Any]

MAX_DEPTH: Final = 20
"""Subflows within subflows that are shown nested. Studio ends an execution after 1,000 steps, and JSON
nested a thousand levels deep is more than most parsers take."""


def build_tree(steps: Iterable[Step], execution: Execution) -> list[Node]:
    """Return one execution's steps, nested.

    Parameters
    ----------
    steps : Iterable[Step]
        All steps of the execution, in any order.
    execution : Execution
        Its start counts as when the first widget was entered.

    Returns
    -------
    list[dict]
        ``{widget, event, next, at, durationMs, executionSid}`` and, where a subflow ran, ``steps``. A
        widget's duration begins when the widget before it was left. The steps of subflows that are nested
        more than `MAX_DEPTH` deep are listed flat at that depth.
    """
    by_sid = {step.sid: step for step in with_leave_times(steps, execution)}
    return _nodes(None, _shown_levels(_with_missing_parents(by_sid)), execution.started_at)


def merge_trees(trees: Sequence[list[Node]]) -> list[Node]:
    """Return several executions' trees as one list, oldest first; each keeps its own order."""
    rest = [list(reversed(nodes)) for nodes in trees if nodes]
    merged: list[Node] = []
    while rest:
        first = min(rest, key=lambda nodes: str(nodes[-1]["at"])[:19])  # to the second, as precise as REST
        merged.append(first.pop())
        rest = [nodes for nodes in rest if nodes]
    return merged


def _with_missing_parents(steps: Mapping[str, Step]) -> dict[str, Step]:
    """Return the steps and, for each Run Subflow widget of which only the subflow is known, a step.

    The caller hung up inside the subflow, or the event of the parent's step has not arrived yet.
    """
    complete = dict(steps)
    roots = [step for step in steps.values() if step.parent_sid is None]
    orphans: dict[str, list[Step]] = {}
    for step in steps.values():
        if step.parent_sid is not None and step.parent_sid not in steps:
            orphans.setdefault(step.parent_sid, []).append(step)
    for sid, children in sorted(orphans.items()):
        began = min(step.at for step in children)
        before = [step for step in sort_steps(roots) if step.at // 1000 <= began // 1000]
        complete[sid] = Step(
            sid,
            execution_sid=children[0].execution_sid,
            widget=before[-1].next if before else None,
            event=None,
            next=None,
            at=max(step.at for step in children),
        )
        roots.append(complete[sid])
    return complete


def _shown_levels(steps: Mapping[str, Step]) -> dict[str | None, list[Step]]:
    """Return the steps by the SID of the step that they are shown under."""
    children: dict[str, list[Step]] = {}
    waiting: list[tuple[Step, str | None, int]] = []
    for step in steps.values():
        if step.parent_sid is None:
            waiting.append((step, None, 0))
        else:
            children.setdefault(step.parent_sid, []).append(step)
    levels: dict[str | None, list[Step]] = {}
    while waiting or children:
        if not waiting:
            # Steps that are each other's parents cannot be true; they are shown all the same.
            waiting = [(step, None, 0) for step in children.pop(min(children))]
        step, parent_sid, depth = waiting.pop()
        levels.setdefault(parent_sid, []).append(step)
        shown_under = step.sid if depth < MAX_DEPTH else parent_sid
        waiting += [(child, shown_under, depth + 1) for child in children.pop(step.sid, ())]
    return levels


def _nodes(
    parent_sid: str | None, levels: Mapping[str | None, list[Step]], entered_at: int | None
) -> list[Node]:
    nodes: list[Node] = []
    for step in sort_steps(levels.get(parent_sid, ())):
        entered = step.at if entered_at is None else entered_at
        node: Node = {
            "widget": step.widget,
            "event": step.event,
            "next": step.next,
            "at": format_iso(step.at),
            "durationMs": max(0, step.at - entered),
            "executionSid": step.execution_sid,
        }
        if step.sid in levels:
            node["steps"] = _nodes(step.sid, levels, entered)
        nodes.append(node)
        entered_at = max(entered, step.at)
    return nodes
