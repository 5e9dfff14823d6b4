"""Everything known of one call's path, and the record that follows from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ivr_path.domain.call import Call
from ivr_path.domain.ending import Ending, ending
from ivr_path.domain.execution import Execution
from ivr_path.domain.step import Step, joined
from ivr_path.domain.step_tree import merged, outline
from ivr_path.moment import iso

Status = Literal["linked", "ended", "recorded"]
Widgets = Mapping[str, Any]


@dataclass(frozen=True)
class Facts:
    """What all sources together say of a call: links, status callbacks, events and REST.

    Attributes
    ----------
    call_sid : str
        CA….
    first_seen : int
        When the first of them came, in milliseconds since the epoch.
    call : Call
    executions : Mapping[str, Execution]
        By SID.
    steps : Mapping[str, Step]
        By SID, of all executions.
    widgets : Mapping[str, Widgets]
        By execution SID: ``context.widgets`` as Studio gave it.
    is_recorded : bool
        Whether the path is known to be whole.
    """

    call_sid: str
    first_seen: int
    call: Call = field(default_factory=Call)
    executions: Mapping[str, Execution] = field(default_factory=dict)
    steps: Mapping[str, Step] = field(default_factory=dict)
    widgets: Mapping[str, Widgets] = field(default_factory=dict)
    is_recorded: bool = False

    def join(self, other: "Facts") -> "Facts":
        """Return what two accounts of the same call say together, in whatever order they came."""
        executions = dict(self.executions)
        for sid, execution in other.executions.items():
            executions[sid] = executions[sid].join(execution) if sid in executions else execution
        return replace(
            self,
            first_seen=min(self.first_seen, other.first_seen),
            call=self.call.join(other.call),
            executions=executions,
            steps=joined(self.steps.values(), other.steps.values()),
            # An ended execution's context does not change, so one reading is as good as another.
            widgets={**self.widgets, **other.widgets},
            is_recorded=self.is_recorded or other.is_recorded,
        )

    @property
    def status(self) -> Status:
        """Say "linked" until the call has ended, then "ended" until its path is known, then "recorded"."""
        if self.is_recorded:
            return "recorded"
        return "ended" if self.call.is_over else "linked"

    @property
    def started_at(self) -> int:
        """When the call came to Studio, in milliseconds since the epoch; before that is known, first_seen."""
        starts = [item.started_at for item in self.executions.values() if item.started_at is not None]
        return min(starts, default=self.first_seen)

    def in_order(self) -> list[Execution]:
        """Return the executions by start."""
        return sorted(self.executions.values(), key=lambda execution: execution.began)


def record(facts: Facts, *, with_widgets: bool = True) -> dict[str, Any]:
    """Return the record that callers of the API, the archive and the operator's endpoint get.

    The same facts make the same record, however and in whatever order they were collected.
    """
    executions = facts.in_order()
    outlines = [
        outline((step for step in facts.steps.values() if step.execution_sid == execution.sid), execution)
        for execution in executions
    ]
    end = ending(outlines, is_over=facts.call.is_over) if facts.status != "linked" else Ending()
    document: dict[str, Any] = {
        "callSid": facts.call_sid,
        **facts.call.fields(),
        "status": facts.status,
        "startedAt": iso(facts.started_at),
        "executions": [_execution(execution) for execution in executions],
        "steps": merged(outlines),
        "endedAt": end.widget,
        "endedReason": end.reason,
    }
    if with_widgets:
        document["widgets"] = _widgets(executions, facts.widgets)
    return document


def _execution(execution: Execution) -> dict[str, Any]:
    return {
        "executionSid": execution.sid,
        "flowSid": execution.flow_sid,
        "startedAt": None if execution.started_at is None else iso(execution.started_at),
        "finishedAt": None if execution.ended_at is None else iso(execution.ended_at),
        "studioReason": execution.ended_reason,
    }


def _widgets(executions: list[Execution], widgets: Mapping[str, Widgets]) -> dict[str, Any]:
    """Return all widgets' data by name; a name that an earlier execution has too gets ``@FN…`` after it."""
    whole: dict[str, Any] = {}
    for execution in executions:
        for name, data in widgets.get(execution.sid, {}).items():
            whole[f"{name}@{execution.sid}" if name in whole else name] = data
    return whole
