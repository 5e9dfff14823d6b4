"""The state machine of a callback: what a request does next, by what is stored and what the request adds.

`STEPS` is the machine: a row for each state in which a request finds the record, a column for what the
request adds to it. `FATES` says what becomes of a record whose task could not be created. Mypy refuses a
state, an addition or a failure that has no row or column.
"""

from typing import Final, Literal, TypedDict

from callback.domain.callback_record import DesiredTask, Found, Record, is_next_attempt
from callback.domain.task_attributes import adds_details_only

State = Literal[
    "absent", "replaced", "closed", "taken", "unknown", "unconfirmed", "waiting", "pending", "leased"
]
"""
===========  =========================================================================================
absent       there is no record, or it has expired
replaced     the task of the request's recording is another one than the record's by now
closed       the record's task has ended
taken        an agent is at work on the record's task
unknown      TaskRouter was asked whether the record's task still waits, and did not answer
unconfirmed  the record's task waited when TaskRouter was last asked
waiting      TaskRouter has just said that no agent has taken the record's task
pending      TaskRouter lacks something, and no request is telling it
leased       TaskRouter lacks something, and another request is telling it
===========  =========================================================================================
"""

Addition = Literal["retry", "again", "nothing", "news", "details", "recording", "attempt"]
"""
===========  =========================================================================================
retry        the same request again: with the token of its webhook, or with its recording and no news
again        the next attempt that the record's task is already
nothing      another request without news
news         a message, a first recording, a higher priority and the like
details      more about the record's recording, such as its transcription
recording    another recording than the record's, or one that is requeued beside a callback without any
attempt      the next attempt at the record's callback
===========  =========================================================================================
"""

Step = Literal["create", "separate", "confirm", "merge", "wait", "amend", "answer", "refuse"]
"""
===========  =========================================================================================
create       store a new record, create its task, answer with it
merge        store what the request adds; unless another request holds the lease, update the task, answer
amend        update the task that has ended, as far as TaskRouter allows, answer with it
answer       answer with the task
confirm      ask TaskRouter whether the task still waits, then decide again
separate     change to a record of the recording's own, then decide again
wait         wait for the request that holds the lease, then decide again
refuse       answer 503; create a task for a recording, and for a person who was promised one
===========  =========================================================================================
"""


class _Row(TypedDict):
    retry: Step
    again: Step
    nothing: Step
    news: Step
    details: Step
    recording: Step
    attempt: Step


class _Steps(TypedDict):
    absent: _Row
    replaced: _Row
    closed: _Row
    taken: _Row
    unknown: _Row
    unconfirmed: _Row
    waiting: _Row
    pending: _Row
    leased: _Row


def _row(  # noqa: PLR0917  # in the order of the columns
    retry: Step, again: Step, nothing: Step, news: Step, details: Step, recording: Step, attempt: Step
) -> _Row:
    return _Row(
        retry=retry,
        again=again,
        nothing=nothing,
        news=news,
        details=details,
        recording=recording,
        attempt=attempt,
    )


# fmt: off
STEPS: Final[_Steps] = {
    #                   retry     again      nothing    news       details    recording   attempt
    "absent":      _row("create", "create",  "create",  "create",  "create",  "create",   "create"),
    "replaced":    _row("amend",  "amend",   "amend",   "amend",   "amend",   "amend",    "separate"),
    "closed":      _row("answer", "create",  "create",  "create",  "amend",   "create",   "create"),
    "taken":       _row("answer", "answer",  "create",  "create",  "merge",   "create",   "create"),
    "unknown":     _row("answer", "refuse",  "refuse",  "refuse",  "merge",   "separate", "create"),
    "unconfirmed": _row("answer", "confirm", "confirm", "confirm", "confirm", "separate", "create"),
    "waiting":     _row("answer", "answer",  "answer",  "merge",   "merge",   "separate", "create"),
    "pending":     _row("merge",  "merge",   "merge",   "merge",   "merge",   "separate", "create"),
    "leased":      _row("wait",   "wait",    "wait",    "merge",   "merge",   "separate", "wait"),
}
# fmt: on


def next_step(found: Found, desired: DesiredTask, now: int) -> Step:
    """Return what a request does next.

    Parameters
    ----------
    found : Found
    desired : DesiredTask
    now : int
        Milliseconds since the epoch.
    """
    state = state_of(found, now)
    record = None if state in {"absent", "replaced"} else found.record
    step = STEPS[state][addition_of(desired, record)]
    return "create" if step == "refuse" and desired.must_be_kept else step


def state_of(found: Found, now: int) -> State:  # a case for each state
    """Return the state in which a request finds the record; `now` in milliseconds since the epoch."""
    record = found.record
    if found.recording_task and (record is None or record.task_sid != found.recording_task):
        return "replaced"
    if record is None or record.expires_at * 1000 <= now:
        return "absent"
    if record.state == "pending":
        return "leased" if record.is_leased(now) else "pending"
    if record.state == "closed" or found.task_state == "ended":
        return "closed"
    return found.task_state or "unconfirmed"


def addition_of(  # noqa: PLR0911  # a case for each column
    desired: DesiredTask, record: Record | None
) -> Addition:
    """Return what a request adds to the record of its callback; None where there is no such record."""
    if record is None:
        return "attempt" if desired.requeued_from else "news"
    if desired.token and desired.token == record.desired.token:
        return "retry"
    if is_next_attempt(record, desired):
        return "attempt"
    known, recording_sid = record.desired, desired.recording_sid
    is_requeue = desired.requeued_from is not None
    if recording_sid not in {None, known.recording_sid} and (known.recording_sid or is_requeue):
        return "recording"
    if is_requeue and desired.requeued_from == known.requeued_from:
        return "again"
    if not record.is_changed_by(desired):
        is_same = recording_sid is not None and not is_requeue
        return "retry" if is_same else "nothing"
    return "details" if adds_details_only(known.attributes, desired.attributes) else "news"


Failure = Literal["refused", "not_sent", "failed", "unanswered"]
"""
===========  =========================================================================================
refused      TaskRouter refused to create the task, and would again
not_sent     TaskRouter certainly created no task, and may do so later
failed       TaskRouter answered with an error of its own, and may have created the task
unanswered   TaskRouter did not answer, and may still be about to create the task
===========  =========================================================================================
"""

Fate = Literal["undo", "release", "keep"]
"""
===========  =========================================================================================
undo         the record is as it was before: the caller gets the error and can ask again
release      the next request or the scheduled function may create the task at once
keep         the same, once the lease has expired: then a task that was created can be found
===========  =========================================================================================
"""


class _Fates(TypedDict):
    asked: Fate
    voicemail: Fate
    promised: Fate


class _FatesByFailure(TypedDict):
    refused: _Fates
    not_sent: _Fates
    failed: _Fates
    unanswered: _Fates


# No caller reads the answer to a recording's callback. A promised task is created however long it takes,
# because the caller was already told that it is accepted, and an operator may remove the cause of a refusal.
FATES: Final[_FatesByFailure] = {
    "refused": {"asked": "undo", "voicemail": "undo", "promised": "release"},
    "not_sent": {"asked": "undo", "voicemail": "release", "promised": "release"},
    "failed": {"asked": "release", "voicemail": "release", "promised": "release"},
    "unanswered": {"asked": "keep", "voicemail": "keep", "promised": "keep"},
}


def fate_of(desired: DesiredTask, failure: Failure) -> Fate:
    """Return what becomes of the record of a task that could not be created or updated."""
    fates = FATES[failure]
    if desired.is_accepted:
        return fates["promised"]
    return fates["voicemail"] if desired.recording_sid else fates["asked"]
