"""One execution of a Studio flow by a call."""

from dataclasses import dataclass

from ivr_path.domain.merge import max_known, min_known


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
        """The sort key of a call's executions: their start; until it is known, their link."""
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
