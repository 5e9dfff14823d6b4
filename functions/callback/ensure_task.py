"""Create at most one TaskRouter task per callback, also for repeated and concurrent requests.

Load what is stored; decide (domain/callback_state.py); store the desired task with a lease; tell TaskRouter
(reconcile.py), and store what it has. While the table fails, the task is created without a record
(unrecorded.py).
"""

import random
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, assert_never

from callback import unrecorded
from callback.domain.callback_record import DesiredTask, Found, Record, is_next_attempt, new_record
from callback.domain.callback_state import addition_of, next_step
from callback.reconcile import amend, reconcile
from callback.storage import records
from callback.storage.daily_limit import DailyLimit, count_task
from callback.task_router import REPLY_SECONDS, task_state
from switchboard import aws
from switchboard.aws.conditional import WriteConflict, retry_on_conflict
from switchboard.deadline import remaining, within
from switchboard.errors import ServiceUnavailable
from switchboard.log import count, logger
from switchboard.timestamps import now_ms

_FIRST_POLL_SECONDS: Final = 0.1
_LONGEST_POLL_SECONDS: Final = 1.0

_KEPT_SECONDS: Final = 4.0
"""How long a request that is kept waits for the SID of its task, before it is answered without one."""

_STORAGE_SECONDS: Final = 3.0
"""The most that the table gets of a request's time, so that there is enough for a task without a record."""


def ensure_task(
    desired: DesiredTask, limit: DailyLimit | None = None, before_task: Callable[[], None] = lambda: None
) -> str | None:
    """Return the SID of the task that a request becomes, or into which it is merged.

    Parameters
    ----------
    desired : DesiredTask
    limit : DailyLimit, optional
        Counts where the request becomes a task of its own.
    before_task : Callable[[], None], optional
        Runs when there is a record and before TaskRouter is told; if it raises, nothing has changed.
        It may run more than once.

    Returns
    -------
    str or None
        None where TaskRouter did not say whether there is a task: the request is kept, and becomes one.

    Raises
    ------
    switchboard.twilio.outcome.Refused, switchboard.errors.TwilioUnreachable
        TaskRouter refused, or did not answer.
    TooManyCallbacksError
        The limit is reached.
    ServiceUnavailable
        Another request holds the record's lease for longer than this request can wait, or TaskRouter does
        not say whether an earlier task still waits.
    """
    request = _Request(desired, limit, before_task)
    try:
        return retry_on_conflict(request.take_steps)
    except WriteConflict as conflict:
        raise ServiceUnavailable("Too many requests for the same callback. Try again.") from conflict
    except aws.AwsError as error:
        logger.error("A callback's record cannot be stored", exc_info=error)
        count("CallbackUnrecorded")
        return unrecorded.place(desired, before_task)


def adopt(desired: DesiredTask, task_sid: str) -> str | None:
    """Store the record of a task that has none, or merge what is desired into another task that waits.

    Returns
    -------
    str or None
        The task that has everything; None where TaskRouter does not say.

    Raises
    ------
    aws.AwsError, WriteConflict, ServiceUnavailable, Refused
        Nothing is stored, or not everything.
    """
    return retry_on_conflict(_Request(desired, adopted=task_sid).take_steps)


@dataclass(frozen=True)
class _Request:
    """What a request desires.

    Attributes
    ----------
    desired : DesiredTask
    limit : DailyLimit or None
    before_task : Callable[[], None]
    adopted : str or None
        The task that exists for it already.
    """

    desired: DesiredTask
    limit: DailyLimit | None = None
    before_task: Callable[[], None] = lambda: None
    adopted: str | None = None

    def take_steps(self) -> str | None:  # noqa: C901  # a case for each step
        """Take one step after the other until there is a task.

        Raises
        ------
        WriteConflict
            A concurrent request has changed the record.
        """
        desired, started = self.desired, time.monotonic()
        with within(_STORAGE_SECONDS):
            found = records.find(desired, now_ms())
        poll_seconds, is_kept = _FIRST_POLL_SECONDS, False
        while True:
            step = next_step(found, desired, now_ms())
            match step:
                case "create":
                    return self._create(found)
                case "merge":
                    addition = addition_of(desired, found.record)
                    self.before_task()
                    lease = new_lease()
                    merged = found.known.merged(desired, lease, now_ms())
                    _save(merged, found.record)
                    if merged.lease == lease:
                        must_wait = addition not in {"retry", "again", "details"}
                        return reconcile(merged, found.record, must_wait=must_wait)
                    found, is_kept = replace(found, record=merged, task_state=None), True
                case "amend":
                    amend(found.task_sid, desired)
                    return found.task_sid
                case "answer":
                    self.before_task()
                    return found.task_sid
                case "confirm":
                    found = _confirm(found)
                case "separate":
                    found = records.separate(desired, now_ms())
                case "wait":
                    if _has_waited(started, is_kept=is_kept or found.known.desired.is_accepted):
                        return None
                    poll_seconds = _wait(poll_seconds)
                    found = replace(found, record=records.get(found.key), task_state=None)
                case "refuse":
                    raise ServiceUnavailable("TaskRouter does not answer. Try again.")
                case _:
                    assert_never(step)

    def _create(self, found: Found) -> str | None:
        old, desired, now = found.record, self.desired, now_ms()
        _keep_recording_with_task(found, desired)
        record = new_record(old, found.key, desired, new_lease(), now)
        if self.adopted is not None:
            _save(record.opened(self.adopted, now), old)
            return self.adopted
        _save(record, old)
        try:
            if not (desired.requeued_from or (old is not None and is_next_attempt(old, desired))):
                count_task(desired, self.limit, now)
            self.before_task()
        except Exception:
            _restore(old, record)
            raise
        return reconcile(record, old, is_new=True)


def new_lease() -> str:
    """Return an id that tells one request's lease from another's."""
    return uuid.uuid4().hex


def _restore(before: Record | None, record: Record) -> None:
    """Store again what a record has replaced, unless another request has added to it."""
    try:
        records.restore(before, record)
    except (aws.AwsError, WriteConflict) as error:
        logger.warning("A record is not restored", exc_info=error)


def _save(record: Record, expected: Record | None) -> None:
    with within(_STORAGE_SECONDS):
        records.save(record, expected)


def _keep_recording_with_task(found: Found, desired: DesiredTask) -> None:
    """Store the task of the old record's recording, before the record is replaced by another callback's."""
    old = found.record
    if old is None or old.task_sid is None:
        return
    recording_sid = old.desired.recording_sid
    if recording_sid not in {None, desired.recording_sid}:
        records.set_owner(str(recording_sid), found.key, old.expires_at, old.task_sid)


def _confirm(found: Found) -> Found:
    """Ask TaskRouter for the state of the record's task, and return what is stored then."""
    record = found.known
    state = task_state(record)
    if state == "ended":
        record = record.closed()
        records.save(record, found.record)
    return replace(found, record=record, task_state=state)


def _has_waited(started: float, *, is_kept: bool) -> bool:
    """Tell whether a request that is kept has waited long enough for the one that holds the lease."""
    return is_kept and (
        time.monotonic() - started > _KEPT_SECONDS or remaining(10.0) <= REPLY_SECONDS + _LONGEST_POLL_SECONDS
    )


def _wait(seconds: float) -> float:
    """Wait for the request that holds the lease, and return how many seconds to wait the next time."""
    if remaining(10.0) <= REPLY_SECONDS:
        raise ServiceUnavailable("Another request is creating the same callback. Try again.", retry_after=1)
    time.sleep(seconds * random.uniform(0.8, 1.2))  # noqa: S311  # separates concurrent requests
    return min(seconds * 1.5, _LONGEST_POLL_SECONDS)
