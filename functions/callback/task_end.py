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

    The recording of a voicemail whose task is completed is archived.
    """
    if not is_callback(task.task_attributes):
        return
    key = record_key(task.workflow_sid, task.task_attributes["callBackData"]["numberToCall"])
    recording_sid = recording_of(task.task_attributes)
    for each in [key, separate_key(key, recording_sid)] if recording_sid else [key]:
        retry_on_conflict(partial(_close, each, task.task_sid))
    if is_completed and recording_sid:
        archive(recording_sid)


def _close(key: str, task_sid: str) -> None:
    record = records.get(key)
    if record is not None and record.task_sid == task_sid and record.state == "open":
        records.save(record.closed(), record)
        logger.info("A callback's record was closed", extra={"task_sid": task_sid})
