"""Studio's events: store what they report, and have a call's path recorded once its execution has ended."""

from ivr_path.domain.execution import Execution
from ivr_path.domain.step import Step
from ivr_path.events import RECORD_AGAIN, enqueue
from ivr_path.requests.call_event import CallEvent
from ivr_path.storage import paths, studio_reports


def store_step(step: Step) -> None:
    """Store a step; if its execution has already ended, have the path recorded again."""
    call_sid = studio_reports.add_step(step)
    if call_sid is not None:
        enqueue(RECORD_AGAIN, CallEvent(call_sid=call_sid, is_extra=True))


def store_execution(call_sid: str, execution: Execution) -> None:
    """Store an execution of a call; if it has ended, have the path recorded."""
    studio_reports.add_execution(call_sid, execution)
    paths.add_execution(call_sid, execution)
    if execution.ended_at is not None:
        enqueue(RECORD_AGAIN, CallEvent(call_sid=call_sid))
