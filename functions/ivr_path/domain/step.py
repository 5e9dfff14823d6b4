"""One step of a Studio execution: an event made the flow leave a widget for the next one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ivr_path.domain.merge import max_known

TRIGGER: Final = "Trigger"
"""Studio's name for the start of a flow."""

ENDED: Final = "Ended"
"""Where the last step of a flow leads, by Studio's name."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step, as Studio's REST API or an event reports it.

    https://www.twilio.com/docs/studio/rest-api/v2/step

    Attributes
    ----------
    sid, execution_sid : str
        FT…, FN….
    widget : str or None
        The widget that was left (``transitioned_from``); "Trigger" at the start.
    event : str or None
        Why the flow left it (``name``), such as "keypress" or "hangup".
    next : str or None
        The widget that came after it (``transitioned_to``); "Ended" at the end.
    at : int
        ``date_created`` in milliseconds since the epoch. domain/step_times.py says what the date means.
    parent_sid : str or None
        In a subflow: the step of the parent flow's Run Subflow widget. A subflow runs in its parent's
        execution.
    """

    sid: str
    execution_sid: str
    widget: str | None
    event: str | None
    next: str | None
    at: int
    parent_sid: str | None = None

    def merge(self, other: "Step") -> "Step":
        """Return one step from two reports of it."""
        return Step(
            sid=self.sid,
            execution_sid=max(self.execution_sid, other.execution_sid),
            widget=max_known(self.widget, other.widget),
            event=max_known(self.event, other.event),
            next=max_known(self.next, other.next),
            at=max(self.at, other.at),
            parent_sid=max_known(self.parent_sid, other.parent_sid),
        )


def merge_steps(*sources: Iterable[Step]) -> dict[str, Step]:
    """Return the steps of several sources by SID, merged where two sources report the same step."""
    merged: dict[str, Step] = {}
    for steps in sources:
        for step in steps:
            known = merged.get(step.sid)
            merged[step.sid] = known.merge(step) if known else step
    return merged
