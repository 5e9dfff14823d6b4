"""Closing a callback's record when its task ends."""

from functools import partial

from callback.domain.callback_record import record_key, separate_key
from callback.domain.task_attributes import is_callback, recording_of
from callback.recording_archive import archive
from callback.requests.task_event import TaskPayload
from callback.storage import records
from switchboard.aws.conditional import retry_on_conflict
from switchboard.log import logger


def end_task(task: TaskPayload, *, is_completed: bool) -> None:
    """Close the record of a task that has ended, so that its number can have another callback.

    The recording of a voicemail is archived once the last task of its record is completed. Other tasks bear
    the same attributes: that of an attempt before, and that of the call that an agent makes.
    """
    if not is_callback(task.task_attributes):
        return
    key = record_key(task.workflow_sid, task.task_attributes["callBackData"]["numberToCall"])
    recording_sid = recording_of(task.task_attributes)
    keys = [key, separate_key(key, recording_sid)] if recording_sid else [key]
    closed = [retry_on_conflict(partial(_close, each, task.task_sid)) for each in keys]
    if not is_completed or recording_sid is None:
        return
    if any(closed) or records.task_of_recording(recording_sid) == task.task_sid:
        archive(recording_sid)


def _close(key: str, task_sid: str) -> bool:
    """Close a record, and tell whether the task is its own."""
    record = records.get(key)
    if record is None or record.task_sid != task_sid:
        return False
    if record.state == "open":
        records.save(record.closed(), record)
        logger.info("A callback's record was closed", extra={"task_sid": task_sid})
    return True
