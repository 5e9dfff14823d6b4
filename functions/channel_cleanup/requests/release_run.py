"""The event that starts a run of the clean-up."""

from switchboard.inputs.model import EventModel
from switchboard.inputs.types import TimestampMs


class ReleaseRun(EventModel):
    """A run that the schedule starts, or that an earlier invocation has begun.

    Attributes
    ----------
    started_at : int or None
        When it began, in ms since the epoch; None: now.
    """

    started_at: TimestampMs | None = None
