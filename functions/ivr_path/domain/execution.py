"""One run of a call through a Studio flow."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ivr_path.domain.merge import earlier, later
from ivr_path.moment import milliseconds


@dataclass(frozen=True, slots=True)
class Execution:
    """An execution, as its link, Studio's events or Studio's REST API tell of it.

    https://www.twilio.com/docs/studio/rest-api/v2/execution

    Attributes
    ----------
    sid, flow_sid : str
        FN…, FW….
    linked_at : int or None
        When the flow itself reported the call, in milliseconds since the epoch.
    started_at, ended_at : int or None
        By Studio's clock, in milliseconds since the epoch; ``ended_at`` is None while it is active, or as
        long as nobody said.
    ended_reason : str or None
        Studio's own word, such as "FLOW_END"; only events tell.
    """

    sid: str
    flow_sid: str
    linked_at: int | None = None
    started_at: int | None = None
    ended_at: int | None = None
    ended_reason: str | None = None

    @property
    def began(self) -> tuple[int, str]:
        """What executions of a call are ordered by."""
        moment = self.started_at if self.started_at is not None else self.linked_at
        return moment or 0, self.sid

    def join(self, other: "Execution") -> "Execution":
        """Return what two accounts of the same execution say together."""
        return Execution(
            sid=self.sid,
            flow_sid=max(self.flow_sid, other.flow_sid),
            linked_at=earlier(self.linked_at, other.linked_at),
            started_at=later(self.started_at, other.started_at),
            ended_at=later(self.ended_at, other.ended_at),
            ended_reason=later(self.ended_reason, other.ended_reason),
        )

    @staticmethod
    def from_event(data: Mapping[str, Any]) -> "Execution":
        """Read the data of an ``execution.started`` or ``execution.ended`` event.

        https://www.twilio.com/docs/events/event-types/studio/flow

        Raises
        ------
        KeyError, ValueError
            A field that every such event has is missing, or a date is not a moment.
        """
        has_ended = data.get("status") == "ended"
        return Execution(
            sid=data["execution_sid"],
            flow_sid=data["flow_sid"],
            started_at=milliseconds(data["date_created"]),
            ended_at=milliseconds(data.get("date_updated") or data["date_created"]) if has_ended else None,
            # An event that tells of a start may carry a reason all the same: the vendor's own example does.
            ended_reason=(data.get("ended_reason") or None) if has_ended else None,
        )
