"""One execution of a Studio flow by a call."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ivr_path.domain.merge import max_known, min_known
from switchboard.timestamps import parse_iso_ms


@dataclass(frozen=True, slots=True)
class Execution:
    """An execution, as its link, Studio's events or Studio's REST API report it.

    https://www.twilio.com/docs/studio/rest-api/v2/execution

    Attributes
    ----------
    sid, flow_sid : str
        FN…, FW….
    linked_at : int or None
        When the flow itself reported the call, in milliseconds since the epoch.
    started_at, ended_at : int or None
        By Studio's clock, in milliseconds since the epoch; ``ended_at`` is None until an end is reported.
    ended_reason : str or None
        Studio's own word, such as "FLOW_END"; only events have it.
    """

    sid: str
    flow_sid: str
    linked_at: int | None = None
    started_at: int | None = None
    ended_at: int | None = None
    ended_reason: str | None = None

    @property
    def sort_key(self) -> tuple[int, str]:
        """What the executions of a call are sorted by: their start; until it is known, their link."""
        return (self.started_at if self.started_at is not None else self.linked_at) or 0, self.sid

    def merge(self, other: "Execution") -> "Execution":
        """Return one execution from two reports of it."""
        return Execution(
            sid=self.sid,
            flow_sid=max(self.flow_sid, other.flow_sid),
            linked_at=min_known(self.linked_at, other.linked_at),
            started_at=max_known(self.started_at, other.started_at),
            ended_at=max_known(self.ended_at, other.ended_at),
            ended_reason=max_known(self.ended_reason, other.ended_reason),
        )

    @staticmethod
    def from_event(data: Mapping[str, Any]) -> "Execution":
        """Read the data of an ``execution.started`` or ``execution.ended`` event.

        https://www.twilio.com/docs/events/event-types/studio/flow

        Raises
        ------
        KeyError, ValueError
            A field that every such event has is missing, or a date is not ISO 8601.
        """
        has_ended = data.get("status") == "ended"
        return Execution(
            sid=data["execution_sid"],
            flow_sid=data["flow_sid"],
            started_at=parse_iso_ms(data["date_created"]),
            ended_at=parse_iso_ms(data.get("date_updated") or data["date_created"]) if has_ended else None,
            # Twilio's own example of an execution.started event has an ended_reason.
            ended_reason=(data.get("ended_reason") or None) if has_ended else None,
        )
