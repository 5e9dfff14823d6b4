"""Where a call's path ended, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ivr_path.domain.step import ENDED

HUNG_UP: Final = "hungUp"
FLOW_ENDED: Final = "flowEnded"
STOPPED: Final = "stopped"

_HANGUP: Final = "hangup"


@dataclass(frozen=True, slots=True)
class Ending:
    """The last widget, and "hungUp", "flowEnded" or "stopped"; None where it cannot be told yet."""

    widget: str | None = None
    reason: str | None = None


def ending(outlines: Sequence[Sequence[Mapping[str, Any]]], *, is_over: bool) -> Ending:
    """Tell where and why a path ended.

    Parameters
    ----------
    outlines : Sequence of outlines
        The executions that took steps, by start.
    is_over : bool
        Whether the call has ended: a flow that went on to a widget and was never heard of again was left
        there by a caller who hung up.
    """
    ends = [(_end(nodes, is_over=is_over), str(nodes[-1]["at"])) for nodes in outlines if nodes]
    if not ends:
        return Ending()
    # A hang-up ends every execution that the call went through; the caller was in the newest.
    hung_up = [end for end, _ in ends if end.reason == HUNG_UP]
    return hung_up[-1] if hung_up else max(ends, key=lambda pair: pair[1])[0]


def _end(nodes: Sequence[Mapping[str, Any]], *, is_over: bool) -> Ending:
    node = nodes[-1]
    is_hangup = _is_hangup(node)
    inner = node.get("steps")
    # A subflow that came to its end gave the call back. One in which the caller hung up says more than the
    # widget that ran it.
    if inner and (is_hangup or node["event"] is None or _is_hangup(inner[-1])):
        within = _end(inner, is_over=is_over or is_hangup)
        if within.reason == HUNG_UP or node["event"] is None:
            return within
    if is_hangup:
        return Ending(node["widget"], HUNG_UP)
    if node["next"] not in {ENDED, None}:
        return Ending(node["next"], HUNG_UP) if is_over else Ending()
    return Ending(node["widget"], STOPPED if "stop" in (node["event"] or "").lower() else FLOW_ENDED)


def _is_hangup(node: Mapping[str, Any]) -> bool:
    return (node["event"] or "").lower() == _HANGUP
