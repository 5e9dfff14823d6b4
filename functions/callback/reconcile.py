"""Reconciling a record with TaskRouter: create its task, or update it.

domain/callback_state.py says what becomes of a record whose task TaskRouter does not create or update. The
scheduled function (reconcile_due.py) finishes what a request has no time for.
"""

from collections.abc import Callable
from functools import partial

from callback import task_router
from callback.domain.callback_record import DesiredTask, Record
from callback.domain.callback_state import fate_of
from callback.storage import records
from callback.task_router import TaskFailedError
from switchboard import aws
from switchboard.aws.conditional import WriteConflict
from switchboard.errors import ServiceUnavailable
from switchboard.log import logger
from switchboard.timestamps import now_ms


def reconcile(
    record: Record, before: Record | None, *, is_new: bool = False, must_wait: bool = False
) -> str | None:
    """Create or update the task that a leased record desires, store that it exists, and return its SID.

    Parameters
    ----------
    record : Record
        As it was stored, with the caller's lease.
    before : Record or None
        The record that it has replaced, which is stored again where the request fails.
    is_new : bool
        Whether no request can have created a task for the record yet.
    must_wait : bool
        Whether only a task does that no agent has taken.

    Returns
    -------
    str or None
        None where TaskRouter does not do it now: the record is kept, and it is done later.

    Raises
    ------
    Refused, TwilioUnreachable
        TaskRouter refused, or did not answer, and nothing has changed.
    """
    while True:
        try:
            task_sid = _tell(record, is_new=is_new, must_wait=must_wait)
        except TaskFailedError as failed:
            if _is_kept(record, before, failed):
                logger.warning("A callback's task is created or updated later", exc_info=failed)
                return None
            raise failed.error from failed
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
        task_router.update(task_sid, desired, is_own=True)
    except TaskFailedError as failed:
        if failed.failure != "refused":
            raise failed.error from failed
        logger.info("A task that has ended takes no more attributes", extra={"task_sid": task_sid})


def _tell(record: Record, *, is_new: bool, must_wait: bool) -> str | None:
    """Make TaskRouter agree with a record and return the task; None if the record needs another task."""
    desired = record.desired
    if record.task_sid is not None:
        return task_router.update(record.task_sid, desired, must_wait=must_wait)
    if not is_new and (task_sid := task_router.search(desired, record.since)):
        return task_router.update(task_sid, desired, is_own=not must_wait, must_wait=must_wait)
    return task_router.create(desired, record.since)


def _is_kept(record: Record, before: Record | None, failed: TaskFailedError) -> bool:
    """Store what becomes of a record, and tell whether its task is still to be created or updated."""
    match fate_of(record.desired, failed.failure):
        case "undo" if _is_undone(record, before):
            return False
        case "undo" | "release":
            _keep(record, partial(Record.released, now=now_ms()))
        case "keep":
            _keep(record, Record.promised)
    return True


def _is_undone(record: Record, before: Record | None) -> bool:
    """Store the record again that was there before, unless another request has added to this one."""
    try:
        records.restore(before, record)
    except (WriteConflict, aws.AwsError) as error:
        logger.warning("A record is not restored", exc_info=error)
        return False
    return True


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


def _keep(record: Record, change: Callable[[Record], Record]) -> None:
    try:
        _change(record, change)
    except (aws.AwsError, ServiceUnavailable) as error:
        logger.warning("A record stays as it is until its lease expires", exc_info=error)
