"""The execution of a flow by a call: its position, context and steps."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from local.twilio.sids import new_sid
from local.twilio.studio.flow import TRIGGER

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Step:
    """One step, as the API shows it; ``at`` in seconds since the epoch."""

    sid: str
    name: str
    transitioned_from: str
    transitioned_to: str
    type: str
    at: float
    parent_step_sid: str | None


@dataclass
class Frame:
    """A flow that is running, the innermost last.

    Parameters
    ----------
    flow_sid
        FW….
    parent_step_sid
        In a subflow: the step of the widget that runs it.
    widget
        Where it is.
    step_sid
        Of the step that will be written down when that widget is left.
    widgets
        What its widgets have left behind, by name.
    revision
        Of the flow; a call stays in the revision in which it began.
    """

    flow_sid: str
    parent_step_sid: str | None = None
    widget: str = TRIGGER
    step_sid: str = field(default_factory=lambda: new_sid("FT"))
    widgets: dict[str, Any] = field(default_factory=dict)
    revision: int = 1


@dataclass
class Execution:
    """An execution.

    Parameters
    ----------
    sid, flow_sid, call_sid
        FN…, FW…, CA….
    started
        Seconds since the epoch.
    trigger
        The parameters of the webhook that began it.
    flow_revision
        The revision of the flow that it follows.
    """

    sid: str
    flow_sid: str
    call_sid: str
    started: float
    trigger: dict[str, str]
    frames: list[Frame] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    variables: dict[str, Any] = field(default_factory=dict)
    ended: float | None = None
    ended_reason: str | None = None
    widgets: dict[str, Any] = field(default_factory=dict)
    flow_revision: int = 1

    @property
    def status(self) -> str:
        """``active`` or ``ended``."""
        return "active" if self.ended is None else "ended"

    def context(self) -> dict[str, Any]:
        """Return what widgets can refer to, as the Context resource shows it."""
        trigger = self.trigger
        return {
            "widgets": self.frames[-1].widgets if self.frames else self.widgets,
            "flow": {
                "flow_sid": self.flow_sid,
                "channel": {"address": trigger.get("To", "")},
                "variables": self.variables,
                "data": {},
                "sid": self.sid,
            },
            "trigger": {"call": trigger},
            "contact": {"channel": {"type": "voice", "address": trigger.get("From", "")}},
        }

    def dump(self) -> dict[str, Any]:
        """Return everything in a form that JSON can keep."""
        return asdict(self)

    @staticmethod
    def load(state: Mapping[str, Any]) -> Execution:
        """Read what `dump` returned."""
        fields = dict(state)
        fields["frames"] = [Frame(**frame) for frame in fields["frames"]]
        fields["steps"] = [Step(**step) for step in fields["steps"]]
        return Execution(**fields)
