"""What Studio's events lead to: they are stored, and an ended execution has its call's path recorded."""

from ivr_path.domain.step import Step
from ivr_path.domain.studio_event import CallExecution
from ivr_path.events import RECORD_AGAIN, enqueue
from ivr_path.storage import paths, studio_reports


def store_step(step: Step) -> None:
    """Store a step; if its execution has already ended, have the path recorded again."""
    call_sid = studio_reports.add_step(step)
    if call_sid is not None:
        enqueue(RECORD_AGAIN, {"callSid": call_sid, "isExtra": True})


def store_execution(started: CallExecution) -> None:
    """Store an execution; if it has ended, have the path recorded."""
    studio_reports.add_execution(started.call_sid, started.execution)
    paths.add_execution(started.call_sid, started.execution)
    if started.execution.ended_at is not None:
        enqueue(RECORD_AGAIN, {"callSid": started.call_sid})
