"""The events of a call that this feature sends to itself, by the bus or straight into the queue."""

from typing import Annotated, Any

from pydantic import Strict

from ivr_path.domain.call import Call
from ivr_path.domain.execution import Execution
from switchboard.inputs.forms import WholeNumber
from switchboard.inputs.model import EventModel
from switchboard.inputs.types import CallSid, ExecutionSid, FlowSid

_Milliseconds = Annotated[int | None, Strict()]


class CallEvent(EventModel):
    """The detail of call.ended, call.linked and call.record-again: a call whose path is to be recorded.

    Attributes
    ----------
    flow_sid : str or None
        Beside an execution its flow, beside a status the flow that got the redirect.
    from_, to, direction, call_status, call_duration
        What a status callback reported (`ivr_path.domain.call.Call`).
    at : int or None
        When it did, in milliseconds since the epoch.
    execution_sid, linked_at
        What a flow reported (`ivr_path.domain.execution.Execution`).
    attempt : int
        Number of the attempt to record the path, from 1.
    is_extra : bool
        Whether other attempts follow even if this one fails.
    """

    call_sid: CallSid
    flow_sid: FlowSid | None = None
    from_: str | None = None
    to: str | None = None
    direction: str | None = None
    call_status: str | None = None
    call_duration: Annotated[int | None, Strict()] = None
    at: _Milliseconds = None
    execution_sid: ExecutionSid | None = None
    linked_at: _Milliseconds = None
    attempt: Annotated[int, WholeNumber(1, 1000)] = 1
    is_extra: Annotated[bool, Strict()] = False

    @property
    def call(self) -> Call | None:
        """What a status callback reported; None if the event is not about one."""
        if self.call_status is None:
            return None
        return Call(self.call_status, self.call_duration, self.from_, self.to, self.direction)

    @property
    def execution(self) -> Execution | None:
        """The execution that a flow has linked; None if the event is not about a link."""
        if self.execution_sid is None or self.flow_sid is None:
            return None
        return Execution(self.execution_sid, self.flow_sid, linked_at=self.linked_at)

    def to_detail(self) -> dict[str, Any]:
        """Return the detail as JSON can say it, with the fields that were given."""
        return self.model_dump(mode="json", exclude_unset=True)
