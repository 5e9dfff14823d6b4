"""Links of calls to their Studio executions: store one, or publish it for later."""

from typing import Final

from ivr_path.domain.execution import Execution
from ivr_path.events import CALL_LINKED, publish_or_enqueue
from ivr_path.requests.call_event import CallEvent
from ivr_path.storage import paths
from switchboard import aws
from switchboard.deadline import within
from switchboard.errors import ServiceUnavailable
from switchboard.log import count, logger

_TABLE_SECONDS: Final = 3.0


def link_execution(call_sid: str, execution: Execution) -> None:
    """Store a link; publish it if the path must be recorded (again), or if the table did not take it.

    Raises
    ------
    ServiceUnavailable
        Neither the table nor the bus nor the queue took the link.
    """
    try:
        with within(_TABLE_SECONDS):
            needs_event = paths.add_link(call_sid, execution).needs_recording
    except aws.AwsError:
        logger.exception("The link could not be stored; it is published instead")
        count("LinkFailed")
        needs_event = True
    if needs_event and not publish_or_enqueue(CALL_LINKED, _event(call_sid, execution)):
        raise ServiceUnavailable("The link could not be stored. Try again later.")


def _event(call_sid: str, execution: Execution) -> CallEvent:
    return CallEvent(
        call_sid=call_sid,
        execution_sid=execution.sid,
        flow_sid=execution.flow_sid,
        linked_at=execution.linked_at,
    )
