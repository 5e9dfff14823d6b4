"""A callback's record: the task that TaskRouter should have, the task that it has, and who reconciles them.

There is one record for each number and workflow, so that a person has one open callback; each further
voicemail has a record of its own. A record holds the desired attributes of its task. The request that holds
the record's lease makes TaskRouter agree; when a lease has expired, another request or the scheduled
function takes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from callback.domain.task_attributes import attempts_of, merge_attributes

LEASE_MS: Final = 30_000
"""Longer than any request and than the timeout of any function that serves one."""

FRESH_MS: Final = 5_000
"""For so long TaskRouter is not asked whether a task that it has confirmed is still open."""

DAY_SECONDS: Final = 86400

State = Literal["pending", "open", "closed"]


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
    def attempts(self) -> int:
        """How often the callback was put back into the queue."""
        return attempts_of(self.attributes)

    @property
    def key(self) -> str:
        """The key of the record of this number and workflow."""
        return record_key(self.workflow_sid, self.number)


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
    state: State
    version: int
    since: int
    lease: str = ""
    leased_until: int = 0
    confirmed_at: int = 0
    task_sid: str | None = None

    @property
    def expires_at(self) -> int:
        """When the record can be deleted, seconds since the epoch: a day after its task's timeout."""
        return max(self.since, self.confirmed_at) // 1000 + self.desired.timeout + DAY_SECONDS

    def opened(self, task_sid: str, now: int) -> "Record":
        """Return the record of a task that holds everything desired."""
        return self._next(state="open", lease="", leased_until=0, task_sid=task_sid, confirmed_at=now)

    def closed(self) -> "Record":
        """Return the record of a task that has ended."""
        return self._next(state="closed", lease="", leased_until=0)

    def leased(self, lease: str, now: int) -> "Record":
        """Return the record while the request with this lease reconciles it."""
        return self._next(state="pending", lease=lease, leased_until=now + LEASE_MS)

    def released(self, now: int) -> "Record":
        """Return the record that another request, or the scheduled function, may reconcile at once."""
        return self._next(leased_until=now)

    def with_attributes(self, attributes: Mapping[str, Any]) -> "Record":
        """Return the record with other desired attributes."""
        return self._next(desired=replace(self.desired, attributes=attributes))

    def with_task(self, task_sid: str) -> "Record":
        """Return the record of a task that exists but may lack some of what is desired."""
        return self._next(task_sid=task_sid)

    def without_task(self, now: int) -> "Record":
        """Return the record that needs another task, because its task has ended."""
        return self._next(since=now, task_sid=None, confirmed_at=0)

    def is_leased(self, now: int) -> bool:
        """Tell whether a request is reconciling the record."""
        return self.state == "pending" and self.leased_until > now

    def _next(self, **changes: Any) -> "Record":
        return replace(self, version=self.version + 1, **changes)


Step = Literal["create", "separate", "verify", "merge", "wait", "amend", "answer"]


def next_step(  # noqa: PLR0911  # a case for each state that a record is found in
    record: Record | None, desired: DesiredTask, now: int, *, verified: bool = False
) -> Step:
    """Return what a request does next about the record that it finds.

    Parameters
    ----------
    record : Record or None
        The record of the request's number and workflow, or of its recording.
    desired : DesiredTask
    now : int
        Milliseconds since the epoch.
    verified : bool
        Whether TaskRouter has just said that the record's task is open.

    Returns
    -------
    str
        ``create`` a record and its task; ``separate``: use a record of its own, because the open task has
        another recording; ``verify`` that the task is open; ``merge`` what the request adds into the
        record; ``wait`` for the request that reconciles the record; ``amend`` a task that has ended;
        ``answer`` with the task.
    """
    if record is None or record.expires_at * 1000 <= now:
        return "create"
    if (
        desired.token
        and desired.token == record.desired.token
        and record.task_sid
        and record.state != "pending"
    ):
        return "answer"
    if record.state == "closed":
        has_same_recording = desired.recording_sid and desired.recording_sid == record.desired.recording_sid
        return "amend" if has_same_recording and not _is_next_attempt(record, desired) else "create"
    if _is_next_attempt(record, desired):
        return "wait" if record.is_leased(now) else "create"
    if desired.requeued_from is None and _has_another_recording(record, desired):
        return "separate"
    if record.state == "open":
        if not verified and not 0 <= now - record.confirmed_at < FRESH_MS:
            return "verify"
        return "answer" if _adds_nothing(record, desired) else "merge"
    return "wait" if record.is_leased(now) and _adds_nothing(record, desired) else "merge"


def new_record(old: Record | None, key: str, desired: DesiredTask, lease: str, now: int) -> Record:
    """Return the record of a new callback, which replaces the record of one that has ended.

    What an earlier request has merged into a pending record and its task lacks, the next attempt gets.
    """
    version = old.version + 1 if old else 1
    if old is not None and old.state == "pending" and _is_next_attempt(old, desired):
        desired = replace(desired, attributes=merge_attributes(desired.attributes, old.desired.attributes))
    return Record(key, desired, "pending", version, now, lease=lease, leased_until=now + LEASE_MS)


def merged_record(record: Record, desired: DesiredTask, lease: str, now: int) -> Record:
    """Return a record with the attributes that a request adds.

    The request gets the lease, unless another request holds it, which then finds that the record has changed.
    """
    attributes = record.desired.attributes
    if desired.requeued_from is None:
        attributes = merge_attributes(attributes, desired.attributes)
    merged = record.with_attributes(attributes)
    if record.is_leased(now):
        return merged
    return replace(merged.leased(lease, now), version=merged.version)


def record_key(workflow_sid: str, number: str) -> str:
    """Return the key of the record of a number and workflow."""
    return f"number#{workflow_sid}#{number}"


def separate_key(key: str, recording_sid: str) -> str:
    """Return the key of the record of a further voicemail from the same number."""
    return f"{key}#{recording_sid}"


def recording_of(attributes: Mapping[str, Any]) -> str | None:
    """Return the SID of the recording that attributes name."""
    data = attributes.get("callBackData")
    sid = data.get("RecordingSid") if isinstance(data, Mapping) else None
    return sid if isinstance(sid, str) else None


def _is_next_attempt(record: Record, desired: DesiredTask) -> bool:
    """Tell whether a request is for the next attempt at the record's callback.

    Older Flex plugins put a callback back into the queue by creating another one with one attempt more.
    """
    if desired.requeued_from is not None:
        return desired.requeued_from == record.task_sid
    return desired.attempts > record.desired.attempts


def _has_another_recording(record: Record, desired: DesiredTask) -> bool:
    known = record.desired.recording_sid
    return desired.recording_sid is not None and known is not None and known != desired.recording_sid


def _adds_nothing(record: Record, desired: DesiredTask) -> bool:
    if desired.requeued_from is not None:
        return True
    return merge_attributes(record.desired.attributes, desired.attributes) == record.desired.attributes
