"""A call's path as an item of the table."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ivr_path.domain.call import Call
from ivr_path.domain.call_path import CallPath
from ivr_path.domain.execution import Execution
from ivr_path.domain.step import Step, merge_steps

# Each property of an execution is an attribute of its own, named after the execution, so that it can be
# written without reading what concurrent requests have written.
_FLOW: Final = "flow:"
_LINKED: Final = "linked:"
_STARTED: Final = "started:"
_ENDED: Final = "ended:"
_REASON: Final = "reason:"


@dataclass(frozen=True)
class PathItem:
    """The item of a call.

    Attributes
    ----------
    path : CallPath
        Without the parts that are in the bucket.
    version : int
        Grows with every write.
    digest : str
        Of the record when its path was last written.
    announced : str
        The digest that was last archived and published.
    flow_hint : str or None
        The flow that the call's number belongs to, from a status callback.
    over_since : int or None
        When a callback first reported the call's end, in milliseconds since the epoch.
    listed_under : str or None
        The flow in whose list the item itself is.
    overflow : str or None
        Key of the object in the bucket that holds what is too large for the table.
    """

    path: CallPath
    version: int = 0
    digest: str = ""
    announced: str = ""
    flow_hint: str | None = None
    over_since: int | None = None
    listed_under: str | None = None
    overflow: str | None = None

    @property
    def has_flow(self) -> bool:
        """Whether a flow is known to have had the call."""
        return bool(self.path.executions) or self.flow_hint is not None

    @property
    def began_at(self) -> int:
        """The approximate start of the call, in milliseconds since the epoch, by the callbacks."""
        if self.over_since is None:
            return self.path.first_seen
        return min(self.path.first_seen, self.over_since - (self.path.call.duration or 0) * 1000)

    @property
    def flow_sid(self) -> str | None:
        """The flow that the call is in, or was in last."""
        executions = self.path.sorted_executions()
        return executions[-1].flow_sid if executions else self.flow_hint


def parse_item(call_sid: str, item: Mapping[str, Any]) -> PathItem:
    """Return the item of a call, from its attributes."""
    executions = dict(_executions(item))
    steps = [Step(*fields) for fields in json.loads(item.get("steps", "[]"))]
    return PathItem(
        CallPath(
            call_sid=call_sid,
            first_seen=item.get("firstSeen", 0),
            call=Call.from_fields(item),
            executions=executions,
            steps=merge_steps(steps),
            widgets=json.loads(item.get("widgets", "{}")),
            is_recorded=item.get("isRecorded", False),
        ),
        version=item.get("version", 0),
        digest=item.get("digest", ""),
        announced=item.get("announced", ""),
        flow_hint=item.get("flowHint"),
        over_since=item.get("overSince"),
        listed_under=item.get("flowSid"),
        overflow=item.get("overflow"),
    )


def execution_attributes(execution: Execution) -> dict[str, Any]:
    """Return the attributes of an item for an execution."""
    attributes = {
        _FLOW + execution.sid: execution.flow_sid,
        _LINKED + execution.sid: execution.linked_at,
        _STARTED + execution.sid: execution.started_at,
        _ENDED + execution.sid: execution.ended_at,
        _REASON + execution.sid: execution.ended_reason,
    }
    return {name: value for name, value in attributes.items() if value}


def flow_attribute(execution_sid: str) -> str:
    """Return the name of the attribute that every item with this execution has."""
    return _FLOW + execution_sid


def format_steps(steps: Mapping[str, Step]) -> str:
    """Return steps as the item holds them: as rows, because repeated names would be half of the text."""
    rows = [
        [step.sid, step.execution_sid, step.widget, step.event, step.next, step.at, step.parent_sid]
        for step in sorted(steps.values(), key=lambda step: (step.at, step.sid))
    ]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def _executions(item: Mapping[str, Any]) -> list[tuple[str, Execution]]:
    sids = [name.removeprefix(_FLOW) for name in item if name.startswith(_FLOW)]
    return [
        (
            sid,
            Execution(
                sid,
                item[_FLOW + sid],
                item.get(_LINKED + sid),
                item.get(_STARTED + sid),
                item.get(_ENDED + sid),
                item.get(_REASON + sid),
            ),
        )
        for sid in sids
    ]
