"""A callback's record: the desired task, the task in TaskRouter, and the lease of the request between them.

There is one record for each number and workflow, so that a person has one open callback; each further
voicemail has a record of its own. A record holds the desired attributes of its task. The request that holds
the record's lease makes TaskRouter agree; once a lease has expired, another request or the scheduled
function takes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from callback.domain.task_attributes import add_messages, attempts_of, merge_attributes, recording_of
from switchboard.timestamps import parse_iso_ms

LEASE_MS: Final = 30_000
"""Longer than any request and than the timeout of any function that serves one."""

DAY_SECONDS: Final = 86400

RecordState = Literal["pending", "open", "closed"]


@dataclass(frozen=True)
class DesiredTask:
    """The task that a request wants TaskRouter to have.

    Attributes
    ----------
    number, workflow_sid : str
    attributes : Mapping[str, Any]
        Of the task.
    timeout, priority : int
    task_channel : str
    virtual_start : str or None
        Since when the person has been waiting, ISO 8601.
    token : str or None
        The same on every retry of one webhook.
    requeued_from : str or None
        The task of which this is the next attempt.
    is_accepted : bool
        Whether the person has been told that the request is accepted: the task is created however long it
        takes.
    """

    number: str
    workflow_sid: str
    attributes: Mapping[str, Any]
    timeout: int
    priority: int
    task_channel: str
    virtual_start: str | None = None
    token: str | None = None
    requeued_from: str | None = None
    is_accepted: bool = False

    @property
    def recording_sid(self) -> str | None:
        """The voicemail's recording."""
        return recording_of(self.attributes)

    @property
    def must_be_kept(self) -> bool:
        """Whether the request would be lost with an error: the person was promised a task, or has spoken."""
        return self.is_accepted or self.recording_sid is not None

    @property
    def attempts(self) -> int:
        """How often the callback was put back into the queue."""
        return attempts_of(self.attributes)

    @property
    def key(self) -> str:
        """The key of the record of this number and workflow."""
        return record_key(self.workflow_sid, self.number)

    def expires_at(self, since: int) -> int:
        """Return the time to live of what is stored, seconds since the epoch: a day more than the timeout.

        Parameters
        ----------
        since : int
            When the task was desired or created, milliseconds since the epoch.
        """
        return since // 1000 + self.timeout + DAY_SECONDS


@dataclass(frozen=True)
class Record:
    """A callback as it is stored.

    Attributes
    ----------
    key : str
    desired : DesiredTask
        All requests for this callback merged.
    state : {"pending", "open", "closed"}
        ``pending`` until TaskRouter has confirmed everything that is desired; then whether the task is open.
    version : int
        Grows with every write.
    since : int
        When the record began, milliseconds since the epoch.
    lease : str
        The id of the request that reconciles the record while it is pending.
    leased_until : int
        When the lease expires, milliseconds since the epoch.
    confirmed_at : int
        When TaskRouter was last known to have the task, milliseconds since the epoch.
    task_sid : str or None
    """

    key: str
    desired: DesiredTask
    state: RecordState
    version: int
    since: int
    lease: str = ""
    leased_until: int = 0
    confirmed_at: int = 0
    task_sid: str | None = None

    @property
    def expires_at(self) -> int:
        """The record's time to live, seconds since the epoch."""
        return self.desired.expires_at(max(self.since, self.confirmed_at))

    def opened(self, task_sid: str, now: int) -> "Record":
        """Return the record of a task that holds everything desired."""
        return self._next(state="open", lease="", leased_until=0, task_sid=task_sid, confirmed_at=now)

    def closed(self) -> "Record":
        """Return the record of a task that has ended."""
        return self._next(state="closed", lease="", leased_until=0)

    def leased(self, lease: str, now: int) -> "Record":
        """Return the record while the request with this lease reconciles it."""
        return self._next(state="pending", lease=lease, leased_until=now + LEASE_MS)

    def promised(self) -> "Record":
        """Return the record of a task that is created however long it takes."""
        return self._next(desired=replace(self.desired, is_accepted=True))

    def released(self, now: int) -> "Record":
        """Return the same record without the lease, for another request or the scheduled function."""
        return replace(self.promised(), leased_until=now)

    def with_task(self, task_sid: str) -> "Record":
        """Return the record of a task that exists but may lack some of what is desired."""
        return self._next(task_sid=task_sid)

    def without_task(self, now: int) -> "Record":
        """Return the record that needs another task, because its task has ended."""
        return self._next(since=now, task_sid=None, confirmed_at=0)

    def merged(self, desired: DesiredTask, lease: str, now: int) -> "Record":
        """Return the record with what a request adds: its messages, a higher priority, an earlier place.

        The request gets the lease, unless another request holds it, which then finds that the record has
        changed. Of a task that is put back into the queue only the messages are new.
        """
        known = self.desired
        merge = add_messages if desired.requeued_from else merge_attributes
        merged = replace(
            known,
            attributes=merge(known.attributes, desired.attributes),
            priority=max(known.priority, desired.priority),
            virtual_start=self._earliest_start(desired),
            is_accepted=known.is_accepted or desired.is_accepted,
        )
        record = self if self.is_leased(now) else self.leased(lease, now)
        return replace(record, version=self.version + 1, desired=merged)

    def is_changed_by(self, desired: DesiredTask) -> bool:
        """Tell whether a request adds something."""
        merged, known = self.merged(desired, "", 0).desired, self.desired
        return (merged.attributes, merged.priority, merged.virtual_start) != (
            known.attributes,
            known.priority,
            known.virtual_start,
        )

    def _earliest_start(self, desired: DesiredTask) -> str | None:
        own, other = self.desired.virtual_start, desired.virtual_start
        if other is None:
            return own
        return other if parse_iso_ms(other) < (parse_iso_ms(own) if own else self.since) else own

    def is_leased(self, now: int) -> bool:
        """Tell whether a request is reconciling the record."""
        return self.state == "pending" and self.leased_until > now

    def _next(self, **changes: Any) -> "Record":
        return replace(self, version=self.version + 1, **changes)


TaskState = Literal["waiting", "taken", "ended", "unknown"]
"""No agent has taken the task; an agent has; the task has ended; TaskRouter did not answer."""


@dataclass(frozen=True)
class Found:
    """What is stored for a request, and what TaskRouter says of it.

    Attributes
    ----------
    key : str
        The key of the record.
    record : Record or None
        The record of the request's recording, else of its number and workflow.
    recording_task : str or None
        The task of the request's recording, where a newer callback has taken over the record since.
    task_state : TaskState or None
        Of the record's task, if this request has asked TaskRouter.
    """

    key: str
    record: Record | None
    recording_task: str | None = None
    task_state: TaskState | None = None

    @property
    def known(self) -> Record:
        """The record, in a state that has one."""
        if self.record is None:
            raise LookupError(self.key)
        return self.record

    @property
    def task_sid(self) -> str:
        """The task of the request's recording, else of the record."""
        return self.recording_task or str(self.known.task_sid)


def new_record(old: Record | None, key: str, desired: DesiredTask, lease: str, now: int) -> Record:
    """Return the record of a new callback, which replaces the record of one that has ended.

    What an earlier request has merged into a pending record and its task lacks, the next attempt gets.

    Parameters
    ----------
    old : Record or None
    key : str
    desired : DesiredTask
    lease : str
        Of the request.
    now : int
        Milliseconds since the epoch.
    """
    version = old.version + 1 if old else 1
    if old is not None and old.state == "pending" and is_next_attempt(old, desired):
        desired = replace(desired, attributes=merge_attributes(desired.attributes, old.desired.attributes))
    return Record(key, desired, "pending", version, now, lease=lease, leased_until=now + LEASE_MS)


def record_key(workflow_sid: str, number: str) -> str:
    """Return the key of the record of a number and workflow."""
    return f"number#{workflow_sid}#{number}"


def separate_key(key: str, recording_sid: str) -> str:
    """Return the key of the record of a further voicemail from the same number."""
    return f"{key}#{recording_sid}"


def is_next_attempt(record: Record, desired: DesiredTask) -> bool:
    """Tell whether a request is for the next attempt at the record's callback.

    Older Flex plugins put a callback back into the queue by creating another one with one attempt more.
    """
    if desired.requeued_from is not None:
        return desired.requeued_from == record.task_sid
    return desired.attempts > record.desired.attempts
