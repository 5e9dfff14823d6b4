"""The path of one call, merged from all reports."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ivr_path.domain.call import Call
from ivr_path.domain.execution import Execution
from ivr_path.domain.step import Step, merge_steps

Status = Literal["linked", "ended", "recorded"]
Widgets = Mapping[str, Any]


@dataclass(frozen=True)
class CallPath:
    """The reports of all sources about one call: links, status callbacks, events and REST.

    Attributes
    ----------
    call_sid : str
        CA….
    first_seen : int
        When the first report arrived, in milliseconds since the epoch.
    call : Call
    executions : Mapping[str, Execution]
        By SID.
    steps : Mapping[str, Step]
        By SID, of all executions.
    widgets : Mapping[str, Widgets]
        By execution SID: ``context.widgets`` as Studio gave it.
    is_recorded : bool
        Whether the path is known to be complete.
    """

    call_sid: str
    first_seen: int
    call: Call = field(default_factory=Call)
    executions: Mapping[str, Execution] = field(default_factory=dict)
    steps: Mapping[str, Step] = field(default_factory=dict)
    widgets: Mapping[str, Widgets] = field(default_factory=dict)
    is_recorded: bool = False

    def merge(self, other: "CallPath") -> "CallPath":
        """Return one path from two reports of the same call."""
        executions = dict(self.executions)
        for sid, execution in other.executions.items():
            executions[sid] = executions[sid].merge(execution) if sid in executions else execution
        return replace(
            self,
            first_seen=min(self.first_seen, other.first_seen),
            call=self.call.merge(other.call),
            executions=executions,
            steps=merge_steps(self.steps.values(), other.steps.values()),
            # The context of an ended execution does not change, so any reading of it will do.
            widgets={**self.widgets, **other.widgets},
            is_recorded=self.is_recorded or other.is_recorded,
        )

    def merge_fields(self, **fields: Any) -> "CallPath":
        """Return the path merged with a report that consists of these attributes."""
        return self.merge(CallPath(self.call_sid, self.first_seen, **fields))

    @property
    def status(self) -> Status:
        """Return "linked" until the call has ended, "ended" until its path is complete, then "recorded"."""
        if self.is_recorded:
            return "recorded"
        return "ended" if self.call.has_ended else "linked"

    @property
    def started_at(self) -> int:
        """When the call came to Studio, in milliseconds since the epoch; until that is known, first_seen."""
        starts = [item.started_at for item in self.executions.values() if item.started_at is not None]
        return min(starts, default=self.first_seen)

    def sorted_executions(self) -> list[Execution]:
        """Return the executions by start."""
        return sorted(self.executions.values(), key=lambda execution: execution.sort_key)
