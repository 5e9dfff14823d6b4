"""Create at most one TaskRouter task per callback, also for repeated and concurrent requests.

Load what is stored; decide (domain/callback_state.py); store the desired task with a lease; tell TaskRouter
(reconcile.py), and store what it has.
"""

import random
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, assert_never

from callback.domain.callback_record import DAY_SECONDS, DesiredTask, Found, new_record
from callback.domain.callback_state import next_step
from callback.reconcile import REPLY_SECONDS, amend, is_open, reconcile
from callback.storage import records
from switchboard.aws.conditional import retry_on_conflict
from switchboard.deadline import remaining
from switchboard.errors import ServiceUnavailable, TooManyRequests
from switchboard.log import count
from switchboard.timestamps import now_ms

_FIRST_POLL_SECONDS: Final = 0.1
_LONGEST_POLL_SECONDS: Final = 1.0


@dataclass(frozen=True)
class DailyLimit:
    """How many callbacks a number may have in a day (UTC), and which number is counted."""

    number: str
    per_day: int


class TooManyCallbacksError(TooManyRequests):
    """429: the number has had all its callbacks for today."""

    def __init__(self, limit: int, now: int) -> None:
        super().__init__(
            f"numberToCall has reached its limit of {limit} callbacks a day.",
            retry_after=DAY_SECONDS - now // 1000 % DAY_SECONDS,
        )


def ensure_task(
    desired: DesiredTask, limit: DailyLimit | None = None, before_task: Callable[[], None] = lambda: None
) -> str:
    """Return the SID of the task that a request becomes, or into which it is merged.

    Parameters
    ----------
    desired : DesiredTask
    limit : DailyLimit, optional
        Counts where the request becomes a task of its own.
    before_task : Callable[[], None], optional
        Runs when there is a record and before TaskRouter is told; if it raises, nothing has changed.
        It may run more than once.

    Raises
    ------
    switchboard.twilio.outcome.Refused, switchboard.errors.TwilioUnreachable
        TaskRouter refused, or did not answer.
    TooManyCallbacksError
        The limit is reached.
    ServiceUnavailable
        Another request holds the record's lease for longer than this request can wait.
    """
    return retry_on_conflict(partial(_take_steps, desired, limit, before_task))


def new_lease() -> str:
    """Return an id that tells one request's lease from another's."""
    return uuid.uuid4().hex


def _take_steps(desired: DesiredTask, limit: DailyLimit | None, before_task: Callable[[], None]) -> str:
    """Take one step after the other until there is a task.

    Raises
    ------
    switchboard.aws.conditional.WriteConflict
        A concurrent request has changed the record.
    """
    found = records.find(desired, now_ms())
    poll_seconds = _FIRST_POLL_SECONDS
    while True:
        step = next_step(found, desired, now_ms())
        match step:
            case "create":
                return _create(found, desired, limit, before_task)
            case "merge":
                before_task()
                lease = new_lease()
                merged = found.known.merged(desired, lease, now_ms())
                records.save(merged, found.known)
                if merged.lease == lease:
                    return reconcile(merged)
                found = replace(found, record=merged)
            case "amend":
                amend(found.task_sid, desired)
                return found.task_sid
            case "answer":
                before_task()
                return found.task_sid
            case "confirm":
                found = _confirm(found)
            case "separate":
                found = records.separate(desired, now_ms())
            case "wait":
                poll_seconds = _wait(poll_seconds)
                found = replace(found, record=records.get(found.key))
            case _:
                assert_never(step)


def _create(
    found: Found, desired: DesiredTask, limit: DailyLimit | None, before_task: Callable[[], None]
) -> str:
    old, now = found.record, now_ms()
    _keep_recording_with_task(found, desired)
    record = new_record(old, found.key, desired, new_lease(), now)
    records.save(record, old)
    try:
        is_next_attempt = old is not None and desired.attempts > old.desired.attempts
        if limit is not None and limit.per_day and not is_next_attempt:
            _count_callback(limit, now)
        before_task()
    except Exception:
        records.delete(record)
        raise
    return reconcile(record, is_new=True)


def _keep_recording_with_task(found: Found, desired: DesiredTask) -> None:
    """Store the task of the old record's recording, before the record is replaced by another callback's."""
    old = found.record
    if old is None or old.task_sid is None:
        return
    recording_sid = old.desired.recording_sid
    if recording_sid not in {None, desired.recording_sid}:
        records.set_owner(str(recording_sid), found.key, old.expires_at, old.task_sid)


def _confirm(found: Found) -> Found:
    """Ask TaskRouter whether the record's task is open, and return what is stored then."""
    record = found.known
    if is_open(record):
        return replace(found, record=record.confirmed(now_ms()))
    closed = record.closed()
    records.save(closed, record)
    return replace(found, record=closed)


def _wait(seconds: float) -> float:
    """Wait for the request that holds the lease, and return how many seconds to wait the next time."""
    if remaining(10.0) <= REPLY_SECONDS:
        raise ServiceUnavailable("Another request is creating the same callback. Try again.", retry_after=1)
    time.sleep(seconds * random.uniform(0.8, 1.2))  # noqa: S311  # separates concurrent requests
    return min(seconds * 1.5, _LONGEST_POLL_SECONDS)


def _count_callback(limit: DailyLimit, now: int) -> None:
    day = time.strftime("%Y-%m-%d", time.gmtime(now // 1000))
    if not records.count_callback(limit.number, day, limit.per_day, now):
        count("CallbackRefused", reason="limit")
        raise TooManyCallbacksError(limit.per_day, now)
