"""Reconciling a record with TaskRouter: create its task, or update the task's attributes.

When it is unclear whether a task was created, TaskRouter's newest tasks are searched before another one is
created. What a request has no time for, the scheduled function does (reconcile_due.py).
"""

import random
import time
from collections.abc import Callable
from functools import partial
from typing import Final

from callback.domain.callback_record import DesiredTask, Record, recording_of
from callback.domain.task_attributes import is_same_callback, merge_attributes
from callback.rest_api import TwilioError
from callback.storage import records
from callback.taskrouter_api import Task, create_task, fetch_task, newest_tasks, update_task
from switchboard import aws
from switchboard.aws.conditional import WriteConflict
from switchboard.deadline import remaining
from switchboard.errors import ServiceUnavailable, TwilioUnreachable
from switchboard.log import count, logger
from switchboard.timestamps import now_ms
from switchboard.twilio.errors import definitely_not_sent

_PAUSE_SECONDS: Final = (0.1, 0.3)
REPLY_SECONDS: Final = 0.8
"""The part of a request's time that is kept for its reply."""

_CLOCK_SKEW_MS: Final = 120_000
"""The most that TaskRouter's clock, whose times are whole seconds, may differ from ours."""

_UPDATES: Final = 8


def reconcile(record: Record, *, is_new: bool = False) -> str:
    """Give TaskRouter the task that a leased record desires, and return the task's SID.

    Parameters
    ----------
    record : Record
        As it was written, with the caller's lease.
    is_new : bool
        Whether no request can have created a task for the record yet.

    Raises
    ------
    TwilioError, TwilioUnreachable
        TaskRouter refused, or did not answer. The record stays pending, except where there is certainly no
        task and the person can ask again.
    """
    while True:
        sid, is_complete = _task_of(record, is_new=is_new)
        if not is_complete and not _updated(sid, record.desired):
            # The task has ended without the voicemail, which needs another task.
            record, is_new = _written(record, partial(Record.without_task, now=now_ms())), True
            continue
        try:
            records.save(record.opened(sid, now_ms()), record)
        except WriteConflict as conflict:
            found = records.record_in(conflict.item)
            if found is None or found.lease != record.lease:
                return sid
            # A concurrent request has merged more attributes into the record.
            record = _written(found, partial(Record.with_task, task_sid=sid))
            continue
        except aws.AwsError as error:
            # The task exists: the scheduled function finds it for the record.
            logger.warning("A record does not say that its task exists", exc_info=error)
        return sid


def amend(task_sid: str, desired: DesiredTask) -> None:
    """Add what a request knows to a task that may have ended, as far as TaskRouter accepts the update."""
    try:
        _updated(task_sid, desired)
    except TwilioError as error:
        if error.is_temporary:
            raise
        logger.info("A task that has ended takes no more attributes", extra={"task_sid": task_sid})


def is_open(record: Record) -> bool:
    """Tell whether a record's task is open; where TaskRouter does not answer, the task counts as open."""
    try:
        task = fetch_task(str(record.task_sid))
    except (TwilioError, ServiceUnavailable) as error:
        logger.warning("TaskRouter does not say whether a task is open", exc_info=error)
        return True
    return task is not None and task.is_open


def _task_of(record: Record, *, is_new: bool) -> tuple[str, bool]:
    """Return a record's task, created if there is none, and whether it certainly holds what is desired."""
    if record.task_sid is not None:
        return record.task_sid, False
    task = None if is_new else _search(record)
    return (task.sid, False) if task else (_created(record), True)


def _created(record: Record) -> str:
    try:
        return create_task(record.desired).sid
    except (TwilioError, TwilioUnreachable) as error:
        if definitely_not_sent(error):
            is_final = isinstance(error, TwilioError) and not error.is_temporary
            if not _is_owed(record.desired, is_final=is_final):
                # The caller gets the error, and may ask again.
                records.delete(record)
            raise
        logger.warning("It is unclear whether a task was created", exc_info=error)
        count("CallbackUnclear")
        while remaining(0.0) > REPLY_SECONDS:
            task = _search(record)
            if task is not None:
                return task.sid
            _pause()
        if isinstance(error, TwilioError):
            # Twilio has answered, so no task is on its way any more: the next request need not wait.
            _written(record, partial(Record.released, now=now_ms()))
        raise


def _is_owed(desired: DesiredTask, *, is_final: bool) -> bool:
    """Tell whether a task is to be created later, because nobody would hear that it failed.

    A person who was told so is owed a task even where TaskRouter refuses it: an operator may mend the cause.
    """
    return desired.is_accepted or (desired.recording_sid is not None and not is_final)


def _search(record: Record) -> Task | None:
    """Return the task that was created for a record although TaskRouter's answer was lost."""
    since = record.since - _CLOCK_SKEW_MS
    for task in newest_tasks(record.desired.workflow_sid, since):
        if is_same_callback(task.attributes, record.desired.attributes):
            return task
    return None


def _updated(task_sid: str, desired: DesiredTask) -> bool:
    """Add what is desired to a task; False where the task has ended without the voicemail."""
    for attempt in range(1, _UPDATES + 1):
        task = fetch_task(task_sid)
        if task is None:
            return desired.recording_sid is None
        if not task.is_open and desired.recording_sid not in {None, recording_of(task.attributes)}:
            return False
        attributes = merge_attributes(task.attributes, desired.attributes)
        if attributes == task.attributes:
            return True
        try:
            update_task(task, attributes)
        except TwilioError as error:
            if error.status != 412 or attempt == _UPDATES:
                raise
            _pause()
        else:
            return True
    return True


def _written(record: Record, change: Callable[[Record], Record]) -> Record:
    """Write a change to a record that the caller has leased, on top of what concurrent requests merged."""
    while True:
        changed = change(record)
        try:
            records.save(changed, record)
        except WriteConflict as conflict:
            found = records.record_in(conflict.item)
            if found is None or found.lease != record.lease:
                raise ServiceUnavailable("Another request is creating the callback. Try again.") from None
            record = found
            continue
        return changed


def _pause() -> None:
    time.sleep(random.uniform(*_PAUSE_SECONDS))  # noqa: S311  # separates concurrent requests, guards nothing
