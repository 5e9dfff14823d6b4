"""One step of a Studio execution: a widget was left by an event, for the next widget."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ivr_path.domain.merge import later
from ivr_path.moment import milliseconds

TRIGGER: Final = "Trigger"
"""What Studio calls the start of a flow."""

ENDED: Final = "Ended"
"""Where Studio says the last step of an execution leads."""


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
        What made the flow leave it (``name``), such as "keypress" or "hangup".
    next : str or None
        The widget that came after it (``transitioned_to``); "Ended" at the end.
    at : int
        When it was left, in milliseconds since the epoch (``date_created``: Studio writes a step down when
        the widget is left).
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

    def join(self, other: "Step") -> "Step":
        """Return what two accounts of the same step say together."""
        return Step(
            sid=self.sid,
            execution_sid=later(self.execution_sid, other.execution_sid) or "",
            widget=later(self.widget, other.widget),
            event=later(self.event, other.event),
            next=later(self.next, other.next),
            at=max(self.at, other.at),
            parent_sid=later(self.parent_sid, other.parent_sid),
        )

    @staticmethod
    def from_studio(document: Mapping[str, Any]) -> "Step":
        """Read a step as REST (``sid``) or an event's data (``step_sid``) gives it.

        Raises
        ------
        KeyError, ValueError
            A field that every step has is missing, or ``date_created`` is not a moment.
        """
        return Step(
            sid=document.get("step_sid") or document["sid"],
            execution_sid=document["execution_sid"],
            widget=document.get("transitioned_from") or None,
            event=document.get("name") or None,
            next=document.get("transitioned_to") or None,
            at=milliseconds(document["date_created"]),
            parent_sid=document.get("parent_step_sid") or None,
        )


def joined(*accounts: Iterable[Step]) -> dict[str, Step]:
    """Return steps by SID, joined where several accounts have the same step."""
    found: dict[str, Step] = {}
    for steps in accounts:
        for step in steps:
            known = found.get(step.sid)
            found[step.sid] = known.join(step) if known else step
    return found
