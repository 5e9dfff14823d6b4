"""Requests by their idempotency key: one of equal requests is carried out, the others get its answer.

A record is claimed, then completed with the answer. It stores the request's progress, from which the next
request with the same key continues if Twilio did not confirm a step. A record without an answer is in the
index of due items, so a request that no caller repeats is finished or undone by finish_requests.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Self

from pydantic import Field

from outbound_message.domain.message import OutboundMessage
from outbound_message.domain.progress import Progress
from outbound_message.storage import lease
from switchboard import aws
from switchboard.aws.conditional import WriteConflict, conflicts
from switchboard.inputs.forms import JsonObject, WholeNumber
from switchboard.inputs.model import EventModel, parse
from switchboard.inputs.types import Flag
from switchboard.timestamps import now_ms

PREFIX: Final = "request#"

_FINISH_AFTER_MS: Final = 120_000
"""How long after a try finish_requests looks after a record: callers repeat sooner."""

_Number = Annotated[int, WholeNumber(0, 10**15)]


class KeyReused(Exception):
    """The key was used for a request with other content."""


class StillRunning(Exception):
    """A concurrent request has the key."""


@dataclass
class Claim:
    """A request's claim of its key.

    Attributes
    ----------
    id, owner : str
        The record's key, and the request that claims it.
    marker : str
        The owner of the first claim: every try of the request carries it to Twilio.
    seconds : int
        How long the key holds once a caller has its answer.
    progress : Progress
        The progress as it is stored.
    is_undoing : bool
        Whether what `progress` names is being removed.
    answer : Mapping[str, Any] or None
        The answer of an earlier try; None if the request is to be carried out.
    message : OutboundMessage
        What is requested; without the content where the record was read.
    """

    id: str
    owner: str
    marker: str
    seconds: int
    message: OutboundMessage
    progress: Progress = field(default_factory=Progress)
    is_undoing: bool = False
    answer: Mapping[str, Any] | None = None


class _Message(EventModel):
    from_number: str = ""
    to_number: str = ""
    to_name: str = ""
    with_task: Flag = False
    has_content: Flag = False

    @classmethod
    def of(cls, message: OutboundMessage) -> Self:
        return cls(
            from_number=message.from_number,
            to_number=message.to_number,
            to_name=message.to_name,
            with_task=message.with_task,
            has_content=message.has_content,
        )

    def to_message(self) -> OutboundMessage:
        body = "(not stored)" if self.has_content else None
        return OutboundMessage(
            self.from_number, self.to_number, self.to_name, body=body, with_task=self.with_task
        )


class _Record(EventModel):
    fingerprint: str
    owner: str
    marker: str
    hold_seconds: _Number = lease.DAY_SECONDS
    progress: Progress = Progress()
    is_undoing: Flag = False
    told_at: _Number = 0
    message: _Message = Field(default_factory=_Message)
    # As text, because DynamoDB does not keep the order of fields.
    answer: Annotated[dict[str, Any] | None, JsonObject(100_000)] = None

    def to_claim(self, key: str, owner: str) -> Claim:
        return Claim(
            key,
            owner,
            self.marker,
            self.hold_seconds,
            self.message.to_message(),
            self.progress,
            self.is_undoing,
            self.answer,
        )


def claim(key: str, fingerprint: str, owner: str, seconds: int, message: OutboundMessage) -> Claim:
    """Claim a key for a request, or return the answer of an earlier try.

    Parameters
    ----------
    key : str
        Equal for equal requests.
    fingerprint : str
        A hash of the request's content.
    owner : str
        This request: a random text.
    seconds : int
        How long the key holds once the caller has its answer; without an answer it holds for a day.
    message : OutboundMessage
        What is requested.

    Raises
    ------
    KeyReused
        The key was used for other content.
    StillRunning
        A concurrent request has the key.
    """
    now = now_ms()
    item = {
        "id": key,
        "fingerprint": fingerprint,
        "owner": owner,
        "marker": owner,
        "holdSeconds": seconds,
        "message": _Message.of(message).model_dump(),
        "leaseUntil": now + lease.LEASE_MS,
        "expiresAt": now // 1000 + lease.DAY_SECONDS,
        **lease.due_at(now + _FINISH_AFTER_MS),
    }
    try:
        with conflicts():
            aws.client("dynamodb").put_item(
                TableName=lease.table(),
                Item=aws.to_item(item),
                ConditionExpression="attribute_not_exists(id) OR expiresAt <= :now",
                ExpressionAttributeValues=aws.to_item({":now": now // 1000}),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
    except WriteConflict as conflict:
        return _claim_again(key, owner, fingerprint, parse(_Record, conflict.item))
    return Claim(key, owner, owner, seconds, message)


def claim_due(key: str, owner: str) -> Claim | None:
    """Claim a record that is due, for finish_requests; None if a concurrent request has it."""
    taken = lease.take(key, owner, f"attribute_exists(fingerprint) AND dueAt <= :now AND {lease.ENDED}")
    return None if taken is None else parse(_Record, taken).to_claim(key, owner)


def _claim_again(key: str, owner: str, fingerprint: str, known: _Record) -> Claim:
    if known.fingerprint != fingerprint:
        raise KeyReused
    # The owner is this request where DynamoDB's answer to the claim was lost, and the claim sent again.
    if known.owner != owner and known.answer is None:
        taken = lease.take(key, owner, f"attribute_not_exists(answer) AND {lease.ENDED}")
        if taken is None:
            raise StillRunning
        known = parse(_Record, taken)
    if known.answer is not None and not known.told_at:
        _note_told(key, known.hold_seconds)
    return known.to_claim(key, owner)


def _note_told(key: str, seconds: int) -> None:
    """Start the time for which the key holds: a caller gets the answer for the first time."""
    now = now_ms()
    with conflicts():
        aws.client("dynamodb").update_item(
            TableName=lease.table(),
            Key=aws.to_item({"id": key}),
            UpdateExpression="SET toldAt = :now, expiresAt = :expires",
            ConditionExpression="attribute_exists(answer)",
            ExpressionAttributeValues=aws.to_item({":now": now, ":expires": now // 1000 + seconds}),
        )


def keep_progress(claimed: Claim, progress: Progress) -> None:
    """Store the progress of a request.

    Raises
    ------
    WriteConflict
        The claim's lease has ended, and another request has it.
    """
    lease.update(claimed, progress=progress.model_dump(exclude_none=True), isUndoing=None)
    claimed.progress, claimed.is_undoing = progress, False


def begin_undo(claimed: Claim, progress: Progress) -> None:
    """Store that what `progress` names is being removed, so that no later try continues with it."""
    lease.update(claimed, progress=progress.model_dump(exclude_none=True), isUndoing=True)
    claimed.progress, claimed.is_undoing = progress, True


def end_undo(claimed: Claim) -> None:
    """Forget the progress, whose results are removed; the record is deleted or written over next."""
    claimed.progress, claimed.is_undoing = Progress(), False


def complete(claimed: Claim, answer: Mapping[str, Any], *, is_told: bool = True) -> None:
    """Store the answer for all requests with the same key; one that no caller gets now holds for a day."""
    now = now_ms()
    lease.update(
        claimed,
        answer=json.dumps(answer, ensure_ascii=False),
        toldAt=now if is_told else None,
        expiresAt=now // 1000 + (claimed.seconds if is_told else lease.DAY_SECONDS),
        **lease.due_at(None),
    )


def suspend(claimed: Claim) -> None:
    """Let the next request with the same key, or finish_requests, continue from the stored progress."""
    lease.update(claimed, leaseUntil=0, **lease.due_at(now_ms() + _FINISH_AFTER_MS))


def release(claimed: Claim) -> None:
    """Delete the record of a request whose steps are undone."""
    with conflicts():
        aws.client("dynamodb").delete_item(
            TableName=lease.table(),
            Key=aws.to_item({"id": claimed.id}),
            ConditionExpression="#owner = :owner",
            ExpressionAttributeNames={"#owner": "owner"},
            ExpressionAttributeValues=aws.to_item({":owner": claimed.owner}),
        )
