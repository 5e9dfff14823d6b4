"""Tasks that are created while their records cannot be stored, marked by an attribute, and merged later."""

from collections.abc import Callable
from typing import Any, Final

from callback import task_router
from callback.domain.callback_record import DesiredTask
from callback.domain.task_attributes import (
    UNRECORDED,
    is_callback,
    is_same_callback,
    recording_of,
)
from callback.settings import workspace_sid
from callback.task_router import TaskFailedError
from switchboard.errors import TwilioUnreachable
from switchboard.log import logger
from switchboard.timestamps import now_ms
from switchboard.twilio.outcome import Refused
from switchboard.twilio.taskrouter import Task, fetch_task, newest_tasks, update_task

MERGED: Final = "Merged into another callback of the same number"


def place(desired: DesiredTask, before_task: Callable[[], None]) -> str:
    """Create a marked task, or update the one that waits for the same number; return its SID.

    Parameters
    ----------
    desired : DesiredTask
    before_task : Callable[[], None]
        Runs once there is a task; if it raises, the task that was created is canceled.

    Raises
    ------
    Refused, TwilioUnreachable
        TaskRouter refused, or did not answer.
    """
    try:
        task = _existing(desired)
        if task is not None:
            before_task()
            return task_router.update(task.sid, desired, is_own=True) or task.sid
        marked = {**desired.attributes, UNRECORDED[0]: UNRECORDED[1]}
        task_sid = task_router.create(desired, now_ms(), marked)
    except TaskFailedError as failed:
        raise failed.error from failed
    try:
        before_task()
    except Exception:
        cancel(task_sid)
        raise
    return task_sid


def cancel(task_sid: str) -> None:
    """Cancel a task that is not needed, unless an agent has taken it."""
    try:
        task = fetch_task(workspace_sid(), task_sid)
        if task is not None and task.waits:
            update_task(task, task.attributes, status="canceled", reason=MERGED)
    except (Refused, TwilioUnreachable) as error:
        logger.warning("A task that is not needed cannot be canceled", exc_info=error)


def unmark(task: Task) -> None:
    """Take the mark from a task."""
    attributes: dict[str, Any] = {
        name: value for name, value in task.attributes.items() if name != UNRECORDED[0]
    }
    update_task(task, attributes)


def _existing(desired: DesiredTask) -> Task | None:
    """Return the task of the same request or recording, or the one that waits for the same number."""
    recording_sid, found = desired.recording_sid, None
    since = now_ms() - desired.timeout * 1000
    for task in newest_tasks(workspace_sid(), desired.workflow_sid, since):
        if not is_callback(task.attributes):
            continue
        if is_same_callback(task.attributes, desired.attributes) or (
            recording_sid is not None
            and desired.requeued_from is None
            and recording_of(task.attributes) == recording_sid
        ):
            return task
        is_number = task.attributes["callBackData"]["numberToCall"] == desired.number
        can_join = recording_sid is None or recording_of(task.attributes) is None
        if found is None and task.waits and is_number and can_join and desired.requeued_from is None:
            found = task
    return found
