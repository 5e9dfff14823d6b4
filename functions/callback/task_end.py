"""Closing a callback's record when its task ends."""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from callback.domain.callback_record import record_key, recording_of, separate_key
from callback.domain.task_attributes import is_callback
from callback.storage import records
from switchboard.aws.conditional import retry_on_conflict
from switchboard.log import logger

ENDINGS = frozenset({"canceled", "completed", "deleted", "system-deleted", "wrapup"})
"""The last part of the types of the events with which a task ends; a timeout is a cancellation."""


def close_record(payload: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Close the record of a task that has ended, so that the person may ask for another callback.

    Parameters
    ----------
    payload : Mapping[str, Any]
        Of TaskRouter's event: https://www.twilio.com/docs/events/event-types/taskrouter/task.

    Returns
    -------
    Mapping or None
        The task's attributes; None if the task is not a callback.
    """
    attributes = _attributes(payload.get("task_attributes"))
    task_sid, workflow_sid = payload.get("task_sid"), payload.get("workflow_sid")
    if not is_callback(attributes) or not isinstance(task_sid, str):
        return None
    key = record_key(str(workflow_sid), attributes["callBackData"]["numberToCall"])
    recording_sid = recording_of(attributes)
    for each in [key, separate_key(key, recording_sid)] if recording_sid else [key]:
        retry_on_conflict(partial(_close, each, task_sid))
    return attributes


def _close(key: str, task_sid: str) -> None:
    record = records.get(key)
    if record is not None and record.task_sid == task_sid and record.state == "open":
        records.save(record.closed(), record)
        logger.info("A callback's record was closed", extra={"task_sid": task_sid})


def _attributes(text: Any) -> Mapping[str, Any]:
    try:
        found = json.loads(text) if isinstance(text, str) else text
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {}
