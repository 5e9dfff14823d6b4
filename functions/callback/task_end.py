"""The end of a task: close the record of its callback, and archive the recording of its voicemail."""

from functools import partial

from callback.domain.callback_record import record_key, separate_key
from callback.domain.task_attributes import is_callback, recording_of
from callback.requests.task_event import TaskPayload
from callback.settings import RecordingSettings
from callback.storage import recordings, records
from switchboard.aws.conditional import retry_on_conflict
from switchboard.log import logger
from switchboard.settings import from_environment
from switchboard.twilio.recordings import delete_recording, fetch_audio


def end_task(task: TaskPayload, *, is_completed: bool) -> None:
    """Close the record of a task that has ended, so that its number can have another callback.

    The recording of a voicemail is archived once the last task of its record is completed. Other tasks have
    the same attributes: the task of the previous attempt, and the task of the call that an agent makes.
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
        _archive(recording_sid)


def _close(key: str, task_sid: str) -> bool:
    """Close a record, and tell whether the task is its own."""
    record = records.get(key)
    if record is None or record.task_sid != task_sid:
        return False
    if record.state == "open":
        records.save(record.closed(), record)
        logger.info("A callback's record was closed", extra={"task_sid": task_sid})
    return True


def _archive(recording_sid: str) -> None:
    """Copy a recording to the bucket and delete it at Twilio, if the settings ask for it.

    The recording is deleted only after the copy is written; a second call finds nothing left to do.
    """
    if not from_environment(RecordingSettings).keep_recordings:
        return
    audio = fetch_audio(recording_sid)
    if audio is not None:
        recordings.keep(recording_sid, audio.read(), audio.content_type)
        delete_recording(recording_sid)
        logger.info("A recording was archived", extra={"recording_sid": recording_sid})
