"""TaskRouter's events on the bus: the end of a task."""

from typing import Final

from callback.requests.task_event import TaskEvent
from callback.task_end import end_task
from switchboard.processor import Event, processor

_ENDINGS: Final = frozenset({"canceled", "completed", "deleted", "system-deleted", "wrapup"})
"""The last part of the types of the events with which a task ends; a timeout is a cancellation."""


@processor(TaskEvent)
def handler(event: Event[TaskEvent]) -> None:
    """Close the record of a task that was canceled, timed out or completed."""
    ending, task = event.detail_type.rpartition(".")[2], event.detail.task
    if ending in _ENDINGS and task is not None:
        end_task(task, is_completed=ending == "completed")
