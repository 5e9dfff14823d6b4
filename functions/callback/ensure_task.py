"""One task for one callback, whatever is requested twice or at once.

The desired task is stored first, with a lease; then TaskRouter is told (reconcile.py); then the record says
so. A request that finds the record leased merges what it adds, and waits.
"""

import random
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from callback.domain import callback_record as rules
from callback.domain.callback_record import DesiredTask, Record
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
        day = rules.DAY_SECONDS
        super().__init__(
            f"numberToCall has reached its limit of {limit} callbacks a day.",
            retry_after=day - now // 1000 % day,
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
        Runs after the record is stored and before TaskRouter is told; if it raises, the record is deleted.
        It may run more than once.

    Raises
    ------
    callback.rest_api.TwilioError, switchboard.errors.TwilioUnreachable
        TaskRouter refused, or did not answer.
    TooManyCallbacksError
        The limit is reached.
    ServiceUnavailable
        Another request holds the record's lease for longer than this request can wait.
    """
    return retry_on_conflict(_Turn(desired, limit, before_task).run)


def new_lease() -> str:
    """Return an id that tells one request's lease from another's."""
    return uuid.uuid4().hex


class _Turn:
    """One request's way from the record that it finds to a task."""

    def __init__(
        self, desired: DesiredTask, limit: DailyLimit | None, before_task: Callable[[], None]
    ) -> None:
        self._desired = desired
        self._limit = limit
        self._before_task = before_task
        self._key = desired.key
        self._expires_at = now_ms() // 1000 + desired.timeout + rules.DAY_SECONDS
        self._poll_seconds = _FIRST_POLL_SECONDS

    def run(self) -> str:
        """Take one step after the other until there is a task.

        Raises
        ------
        switchboard.aws.conditional.WriteConflict
            A concurrent request has changed the record; `retry_on_conflict` runs the turn again.
        """
        desired, task_of_recording = self._desired, None
        if desired.recording_sid:
            owner = records.owner_of(desired.recording_sid, desired.key, self._expires_at)
            self._key, task_of_recording = owner.key, owner.task_sid
        task_sid: str | None = None
        verified = False
        while task_sid is None:
            record = records.get(self._key)
            if task_of_recording is not None and (record is None or record.task_sid != task_of_recording):
                # The record has gone on to another callback since the recording was made.
                if desired.requeued_from is None:
                    amend(task_of_recording, desired)
                    return task_of_recording
                self._separate()
                task_of_recording = None
                continue
            step = rules.next_step(record, desired, now_ms(), verified=verified)
            if record is None or step == "create":
                return self._create(record)
            if step == "verify":
                verified = is_open(record)
                if not verified:
                    records.save(record.closed(), record)
            else:
                task_sid = self._take(step, record)
        return task_sid

    def _take(self, step: rules.Step, record: Record) -> str | None:
        """Take a step that needs a record; return the task once there is one."""
        match step:
            case "separate":
                self._separate()
            case "amend":
                amend(str(record.task_sid), self._desired)
                return record.task_sid
            case "answer":
                self._before_task()
                return record.task_sid
            case "merge":
                self._before_task()
                lease = new_lease()
                merged = rules.merged_record(record, self._desired, lease, now_ms())
                records.save(merged, record)
                if merged.lease == lease:
                    return reconcile(merged)
            case _:
                self._wait()
        return None

    def _wait(self) -> None:
        """Wait for the request that holds the lease, longer each time: many may wait for the same one."""
        if remaining(10.0) <= REPLY_SECONDS:
            raise ServiceUnavailable(
                "Another request is creating the same callback. Try again.", retry_after=1
            )
        time.sleep(self._poll_seconds * random.uniform(0.8, 1.2))  # noqa: S311  # separates concurrent requests
        self._poll_seconds = min(self._poll_seconds * 1.5, _LONGEST_POLL_SECONDS)

    def _separate(self) -> None:
        """Go on with a record that belongs to the recording alone."""
        recording_sid = str(self._desired.recording_sid)
        self._key = rules.separate_key(self._desired.key, recording_sid)
        records.set_owner(recording_sid, records.RecordingOwner(self._key), self._expires_at)

    def _create(self, old: Record | None) -> str:
        desired, limit = self._desired, self._limit
        is_next_attempt = old is not None and desired.attempts > old.desired.attempts
        if old is not None and old.desired.recording_sid and old.task_sid:
            # A transcription that is still to come belongs to the old task.
            owner = records.RecordingOwner(self._key, old.task_sid)
            if old.desired.recording_sid != desired.recording_sid:
                records.set_owner(old.desired.recording_sid, owner, old.expires_at)
        now = now_ms()
        record = rules.new_record(old, self._key, desired, new_lease(), now)
        records.save(record, old)
        try:
            if limit is not None and limit.per_day and not is_next_attempt:
                _count_callback(limit, now)
            self._before_task()
        except Exception:
            records.delete(record)
            raise
        return reconcile(record, is_new=True)


def _count_callback(limit: DailyLimit, now: int) -> None:
    day = time.strftime("%Y-%m-%d", time.gmtime(now // 1000))
    if not records.count_callback(limit.number, day, limit.per_day, now):
        count("CallbackRefused", reason="limit")
        raise TooManyCallbacksError(limit.per_day, now)
