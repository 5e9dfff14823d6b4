"""The record of a call as callers of the API, the archive and the operator's endpoint get it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ivr_path.domain.call_path import CallPath, Widgets
from ivr_path.domain.execution import Execution
from ivr_path.domain.step import ENDED
from ivr_path.domain.step_tree import build_tree, merge_trees
from switchboard.timestamps import format_iso

HUNG_UP: Final = "hungUp"
FLOW_ENDED: Final = "flowEnded"
STOPPED: Final = "stopped"

_HANGUP: Final = "hangup"


@dataclass(frozen=True, slots=True)
class _Ending:
    widget: str | None = None
    reason: str | None = None


def to_document(path: CallPath, *, with_widgets: bool = True) -> dict[str, Any]:
    """Return the record of a call. The same reports make the same record, in any order."""
    executions = path.sorted_executions()
    trees = [
        build_tree((step for step in path.steps.values() if step.execution_sid == execution.sid), execution)
        for execution in executions
    ]
    ending = _find_ending(trees, has_ended=path.call.has_ended) if path.status != "linked" else _Ending()
    document: dict[str, Any] = {
        "callSid": path.call_sid,
        **path.call.to_fields(),
        "status": path.status,
        "startedAt": format_iso(path.started_at),
        "executions": [_execution(execution) for execution in executions],
        "steps": merge_trees(trees),
        "endedAt": ending.widget,
        "endedReason": ending.reason,
    }
    if with_widgets:
        document["widgets"] = _merge_widgets(executions, path.widgets)
    return document


def _execution(execution: Execution) -> dict[str, Any]:
    return {
        "executionSid": execution.sid,
        "flowSid": execution.flow_sid,
        "startedAt": None if execution.started_at is None else format_iso(execution.started_at),
        "finishedAt": None if execution.ended_at is None else format_iso(execution.ended_at),
        "studioReason": execution.ended_reason,
    }


def _merge_widgets(executions: list[Execution], widgets: Mapping[str, Widgets]) -> dict[str, Any]:
    """Return all widgets' data by name; a name that an earlier execution has too gets ``@FN…`` after it."""
    merged: dict[str, Any] = {}
    for execution in executions:
        for name, data in widgets.get(execution.sid, {}).items():
            merged[f"{name}@{execution.sid}" if name in merged else name] = data
    return merged


def _find_ending(trees: Sequence[Sequence[Mapping[str, Any]]], *, has_ended: bool) -> _Ending:
    """Return the last widget and the reason why the path ended there; None where it is not known yet.

    Parameters
    ----------
    trees : Sequence of trees
        One for each execution, by start.
    has_ended : bool
        Whether the call has ended: if the flow led to a widget that was never left, the caller hung up there.
    """
    ends = [(_end_of(nodes, has_ended=has_ended), str(nodes[-1]["at"])) for nodes in trees if nodes]
    if not ends:
        return _Ending()
    # A hang-up ends every execution of the call; the caller was in the newest.
    hung_up = [end for end, _ in ends if end.reason == HUNG_UP]
    return hung_up[-1] if hung_up else max(ends, key=lambda pair: pair[1])[0]


def _end_of(nodes: Sequence[Mapping[str, Any]], *, has_ended: bool) -> _Ending:
    node = nodes[-1]
    is_hangup = _is_hangup(node)
    inner = node.get("steps")
    # A subflow that ran to its end gave the call back to its parent. If the caller hung up in the subflow,
    # its last widget says more than the widget that ran it.
    if inner and (is_hangup or node["event"] is None or _is_hangup(inner[-1])):
        end = _end_of(inner, has_ended=has_ended or is_hangup)
        if end.reason == HUNG_UP or node["event"] is None:
            return end
    if is_hangup:
        return _Ending(node["widget"], HUNG_UP)
    if node["next"] not in {ENDED, None}:
        return _Ending(node["next"], HUNG_UP) if has_ended else _Ending()
    return _Ending(node["widget"], STOPPED if "stop" in (node["event"] or "").lower() else FLOW_ENDED)


def _is_hangup(node: Mapping[str, Any]) -> bool:
    return (node["event"] or "").lower() == _HANGUP
