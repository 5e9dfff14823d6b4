"""Studio's events: https://www.twilio.com/docs/events/event-types/studio/flow."""

from typing import Annotated, Any, ClassVar, Final

from pydantic import ConfigDict

from ivr_path.domain.execution import Execution
from ivr_path.domain.step import Step
from switchboard.inputs.forms import Sid, Text
from switchboard.inputs.model import EventModel
from switchboard.inputs.types import ExecutionSid, FlowSid, MomentMs

_CALL_SID: Final = Sid("CA")

_StepSid = Annotated[str, Sid("FT")]
_Word = Annotated[str, Text(1000)]


class StudioEvent(EventModel):
    """A CloudEvent. Its data is read on its own, because a malformed event is dropped and not retried."""

    data: Any = None


class _StudioData(EventModel):
    """The data of an event, which names its fields as Studio's REST API does; an empty text is no value."""

    model_config = ConfigDict(alias_generator=None)
    absent: ClassVar[frozenset[str]] = frozenset({""})


class EndedStep(_StudioData):
    """The data of a ``step.ended`` event."""

    step_sid: _StepSid
    execution_sid: ExecutionSid
    parent_step_sid: _StepSid | None = None
    name: _Word | None = None
    transitioned_from: _Word | None = None
    transitioned_to: _Word | None = None
    date_created: MomentMs

    def to_step(self) -> Step:
        """Return the step."""
        return Step(
            sid=self.step_sid,
            execution_sid=self.execution_sid,
            widget=self.transitioned_from,
            event=self.name,
            next=self.transitioned_to,
            at=self.date_created,
            parent_sid=self.parent_step_sid,
        )


class ExecutionReport(_StudioData):
    """The data of an ``execution.started`` or ``execution.ended`` event.

    Attributes
    ----------
    started_by : str
        What started the execution: the SID of a call or of a message, or a number.
    status : str
        "started" or "ended".
    """

    execution_sid: ExecutionSid
    flow_sid: FlowSid
    started_by: _Word = ""
    status: _Word = ""
    ended_reason: _Word | None = None
    date_created: MomentMs
    date_updated: MomentMs | None = None

    @property
    def call_sid(self) -> str | None:
        """The call that started the execution; None if no call did."""
        return self.started_by if _CALL_SID.matches(self.started_by) else None

    def to_execution(self) -> Execution:
        """Return what is reported of the execution."""
        has_ended = self.status == "ended"
        return Execution(
            sid=self.execution_sid,
            flow_sid=self.flow_sid,
            started_at=self.date_created,
            ended_at=(self.date_updated or self.date_created) if has_ended else None,
            # Twilio's own example of an execution.started event has an ended_reason.
            ended_reason=self.ended_reason if has_ended else None,
        )
