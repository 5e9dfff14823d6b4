"""A call's record as the table holds it, and the facts in it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ivr_path.domain.call import Call
from ivr_path.domain.call_path import Facts
from ivr_path.domain.execution import Execution
from ivr_path.domain.step import Step, joined

# Each fact about an execution is an attribute of its own, named after it, so that whoever learns it sets it
# without reading what others have set.
_FLOW: Final = "flow:"
_LINKED: Final = "linked:"
_STARTED: Final = "started:"
_ENDED: Final = "ended:"
_REASON: Final = "reason:"


@dataclass(frozen=True)
class Stored:
    """What the table holds of a call.

    Attributes
    ----------
    facts : Facts
        All of it, but what lies in the bucket.
    version : int
        Grows with every write.
    digest : str
        Of the record when its path was last written.
    announced : str
        The digest that was last archived and forwarded.
    flow_hint : str or None
        The flow that the call's number belongs to, told by a status callback.
    over_since : int or None
        When a callback first told of the call's end, in milliseconds since the epoch.
    listed_under : str or None
        The flow in whose list the record itself is.
    overflow : str or None
        Key of the object in the bucket that holds what is too large for the table.
    """

    facts: Facts
    version: int = 0
    digest: str = ""
    announced: str = ""
    flow_hint: str | None = None
    over_since: int | None = None
    listed_under: str | None = None
    overflow: str | None = None

    @property
    def is_known(self) -> bool:
        """Whether any flow is known to have had the call."""
        return bool(self.facts.executions) or self.flow_hint is not None

    @property
    def began(self) -> int:
        """About when the call began, in milliseconds since the epoch, as far as callbacks tell."""
        if self.over_since is None:
            return self.facts.first_seen
        return min(self.facts.first_seen, self.over_since - (self.facts.call.duration or 0) * 1000)

    @property
    def flow_sid(self) -> str | None:
        """The flow that the call is in, or was in last."""
        executions = self.facts.in_order()
        return executions[-1].flow_sid if executions else self.flow_hint


def stored(call_sid: str, item: Mapping[str, Any]) -> Stored:
    """Read an item of part "record"."""
    executions = dict(_executions(item))
    steps = [Step(*fields) for fields in json.loads(item.get("steps", "[]"))]
    return Stored(
        Facts(
            call_sid=call_sid,
            first_seen=item.get("firstSeen", 0),
            call=Call.of(item),
            executions=executions,
            steps=joined(steps),
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
    """Return the attributes that hold an execution's facts; None where one is not known."""
    return {
        _FLOW + execution.sid: execution.flow_sid,
        _LINKED + execution.sid: execution.linked_at,
        _STARTED + execution.sid: execution.started_at,
        _ENDED + execution.sid: execution.ended_at,
        _REASON + execution.sid: execution.ended_reason,
    }


def steps_text(steps: Mapping[str, Step]) -> str:
    """Return steps as the item holds them: rows, since names repeated for every step would be half of it."""
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
