"""Reconciling a record with TaskRouter: create its task, or update the task's attributes.

When it is unclear whether a task was created, TaskRouter's newest tasks are searched before another one is
created. The scheduled function (reconcile_due.py) finishes what a request has no time for.
"""

import random
import time
from collections.abc import Callable
from functools import partial
from typing import Final

from callback.domain.callback_record import DesiredTask, Record
from callback.domain.callback_state import Failure, fate_of
from callback.domain.task_attributes import is_same_callback, merge_attributes, recording_of
from callback.settings import workspace_sid
from callback.storage import records
from switchboard import aws
from switchboard.aws.conditional import WriteConflict
from switchboard.deadline import remaining
from switchboard.errors import ServiceUnavailable, TwilioUnreachable
from switchboard.log import count, logger
from switchboard.timestamps import now_ms
from switchboard.twilio.outcome import Refused, definitely_not_sent
from switchboard.twilio.taskrouter import create_task, fetch_task, newest_tasks, update_task

_PAUSE_SECONDS: Final = (0.1, 0.3)
REPLY_SECONDS: Final = 0.8
"""The part of a request's time that is kept for its reply."""

_CLOCK_SKEW_MS: Final = 120_000
"""The most that TaskRouter's clock, whose times are whole seconds, may differ from ours."""

_MOST_UPDATES: Final = 8


def reconcile(record: Record, *, is_new: bool = False) -> str:
    """Create or update the task that a leased record desires, store that it exists, and return its SID.

    Parameters
    ----------
    record : Record
        As it was stored, with the caller's lease.
    is_new : bool
        Whether no request can have created a task for the record yet.

    Raises
    ------
    Refused, TwilioUnreachable
        TaskRouter refused, or did not answer. domain/callback_state.py says what becomes of the record.
    """
    while True:
        task_sid = _tell(record, is_new=is_new)
        if task_sid is None:
            record, is_new = _change(record, partial(Record.without_task, now=now_ms())), True
            continue
        try:
            stored = _store(record.opened(task_sid, now_ms()), record)
        except aws.AwsError as error:
            # The task exists: the scheduled function finds it for the record.
            logger.warning("A record does not say that its task exists", exc_info=error)
            return task_sid
        if stored is None or stored.lease != record.lease:
            return task_sid
        # A concurrent request has merged more into the record.
        record = _change(stored, partial(Record.with_task, task_sid=task_sid))


def amend(task_sid: str, desired: DesiredTask) -> None:
    """Add a request's attributes to a task that may have ended, if TaskRouter still accepts updates of it."""
    try:
        _update(task_sid, desired)
    except Refused as error:
        if error.is_temporary:
            raise
        logger.info("A task that has ended takes no more attributes", extra={"task_sid": task_sid})


def is_open(record: Record) -> bool:
    """Tell whether a record's task is open; where TaskRouter does not answer, the task counts as open."""
    try:
        task = fetch_task(workspace_sid(), str(record.task_sid))
    except (Refused, ServiceUnavailable) as error:
        logger.warning("TaskRouter does not say whether a task is open", exc_info=error)
        return True
    return task is not None and task.is_open


def _tell(record: Record, *, is_new: bool) -> str | None:
    """Make TaskRouter agree with a record and return the task; None if it has ended without the voicemail."""
    task_sid = record.task_sid
    try:
        if task_sid is None and not is_new:
            task_sid = _search(record)
        if task_sid is not None:
            return _update(task_sid, record.desired)
    except (Refused, TwilioUnreachable):
        # Nothing was created, and an update can be repeated.
        _release(record)
        raise
    return _create(record)


def _create(record: Record) -> str | None:
    desired = record.desired
    try:
        return create_task(
            workspace_sid(),
            desired.workflow_sid,
            desired.attributes,
            task_channel=desired.task_channel,
            priority=desired.priority,
            timeout=desired.timeout,
            virtual_start=desired.virtual_start,
        ).sid
    except (Refused, TwilioUnreachable) as error:
        failure = _failure(error)
        if failure in {"failed", "unanswered"}:
            logger.warning("It is unclear whether a task was created", exc_info=error)
            count("CallbackUnclear")
            while remaining(0.0) > REPLY_SECONDS:
                if task_sid := _search(record):
                    return _update(task_sid, desired)
                _pause()
        match fate_of(desired, failure):
            case "delete":
                records.delete(record)
            case "release":
                _release(record)
            case "keep":
                pass
        raise


def _failure(error: Refused | TwilioUnreachable) -> Failure:
    if isinstance(error, TwilioUnreachable):
        return "not_sent" if error.never_connected else "unanswered"
    if not definitely_not_sent(error):
        return "failed"
    return "not_sent" if error.is_temporary else "refused"


def _search(record: Record) -> str | None:
    """Find the task that was created for a record although TaskRouter's answer was lost."""
    since = record.since - _CLOCK_SKEW_MS
    for task in newest_tasks(workspace_sid(), record.desired.workflow_sid, since):
        if is_same_callback(task.attributes, record.desired.attributes):
            return task.sid
    return None


def _update(task_sid: str, desired: DesiredTask) -> str | None:
    """Add what is desired to a task and return its SID; None if it has ended without the voicemail."""
    updates = 1
    while True:
        task = fetch_task(workspace_sid(), task_sid)
        if task is None:
            return None if desired.recording_sid else task_sid
        if not task.is_open and desired.recording_sid not in {None, recording_of(task.attributes)}:
            return None
        attributes = merge_attributes(task.attributes, desired.attributes)
        if attributes == task.attributes:
            return task_sid
        try:
            update_task(task, attributes)
        except Refused as error:
            if error.status != 412 or updates == _MOST_UPDATES:
                raise
            updates += 1
            _pause()
        else:
            return task_sid


def _store(record: Record, expected: Record) -> Record | None:
    """Replace the expected record; return the record that is stored then, which may be another request's."""
    try:
        records.save(record, expected)
    except WriteConflict as conflict:
        return records.record_in(conflict.item)
    return record


def _change(record: Record, change: Callable[[Record], Record]) -> Record:
    """Store a change to a record that the caller has leased, on top of what concurrent requests merged."""
    while True:
        changed = change(record)
        stored = _store(changed, record)
        if stored is None or stored.lease != record.lease:
            raise ServiceUnavailable("Another request is creating the callback. Try again.")
        if stored is changed:
            return stored
        record = stored


def _release(record: Record) -> None:
    try:
        _change(record, partial(Record.released, now=now_ms()))
    except (aws.AwsError, ServiceUnavailable) as error:
        logger.warning("A record is not released before its lease expires", exc_info=error)


def _pause() -> None:
    time.sleep(random.uniform(*_PAUSE_SECONDS))  # noqa: S311  # separates concurrent requests, guards nothing
