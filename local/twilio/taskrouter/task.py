"""Tasks and reservations: https://www.twilio.com/docs/taskrouter/api/task."""

from __future__ import annotations

from dataclasses import dataclass, field

OPEN = ("pending", "reserved")
"""Assignment statuses in which a task waits for a worker, and in which it can be canceled."""

_NEXT = {
    "pending": OPEN,
    "reserved": OPEN,
    "assigned": OPEN,
    "canceled": OPEN,
    "wrapping": ("assigned",),
    "completed": ("assigned", "wrapping"),
}
"""Assignment status → from which others it can be reached."""


@dataclass
class Reservation:
    """A worker's claim on a task: pending, accepted, rejected, timeout, canceled, wrapping or completed."""

    sid: str
    worker_sid: str
    created: float
    status: str = "pending"


@dataclass
class Task:
    """One piece of work.

    Parameters
    ----------
    sid
        WT….
    workflow_sid
        WW….
    attributes
        A JSON object, as text.
    priority, timeout
        As Twilio has them; the timeout in seconds, until the task must have been assigned.
    channel
        Unique name of the task channel.
    created, virtual_start, updated
        Seconds since the epoch, on the platform's clock.
    call_sid
        The call that waits in a queue for this task; "" for a task made over the API.
    version
        The number in its ETag; it grows with every change.
    """

    sid: str
    workflow_sid: str
    attributes: str
    priority: int
    timeout: int
    channel: str
    created: float
    virtual_start: float
    updated: float
    call_sid: str = ""
    status: str = "pending"
    reason: str | None = None
    version: int = 0
    reservations: list[Reservation] = field(default_factory=list)

    @property
    def etag(self) -> str:
        """The task's version as the ETag header has it."""
        return f'"{self.version}"'

    @property
    def waits(self) -> bool:
        """Whether no worker has taken the task, and none has to any more."""
        return self.status in OPEN

    def may_become(self, status: str) -> bool:
        """Tell whether the assignment status can change so."""
        return status == self.status or self.status in _NEXT[status]
