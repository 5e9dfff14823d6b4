"""Requests by their idempotency key: of equal requests one is carried out, the others get its answer.

A record is claimed, then completed with the answer. It stores the request's progress, from which the next
request with the same key continues if Twilio did not confirm a step.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from outbound_message.domain.progress import Progress
from outbound_message.storage import lease
from switchboard import aws
from switchboard.aws.conditional import WriteConflict, conflicts
from switchboard.inputs.forms import JsonObject, WholeNumber
from switchboard.inputs.model import EventModel, parse
from switchboard.timestamps import now_ms

_UNCERTAIN_SECONDS: Final = 600
"""How long a key holds after a request whose outcome is unknown."""


class KeyReused(Exception):
    """The key was used for a request with other content."""


class StillRunning(Exception):
    """A concurrent request has the key."""


@dataclass(frozen=True)
class Claim:
    """A request's claim of its key.

    Attributes
    ----------
    id, owner : str
        The record's key, and the request that claims it.
    marker : str
        The owner of the first claim: every try of the request carries it to Twilio.
    progress : Progress
        The progress of earlier tries.
    answer : Mapping[str, Any] or None
        The answer of an earlier try; None if the request is to be carried out.
    """

    id: str
    owner: str
    marker: str
    progress: Progress
    answer: Mapping[str, Any] | None = None


class _Record(EventModel):
    fingerprint: str
    owner: str
    marker: str
    lease_until: Annotated[int, WholeNumber(0, 10**15)]
    progress: Progress = Progress()
    # As text, because DynamoDB does not keep the order of fields.
    answer: Annotated[dict[str, Any] | None, JsonObject(100_000)] = None


def claim(key: str, fingerprint: str, owner: str, seconds: int) -> Claim:
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
        How long the key holds.

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
        "leaseUntil": now + lease.LEASE_MS,
        "expiresAt": now // 1000 + seconds,
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
    return Claim(key, owner, owner, Progress())


def _claim_again(key: str, owner: str, fingerprint: str, known: _Record) -> Claim:
    if known.fingerprint != fingerprint:
        raise KeyReused
    # The owner is this request where DynamoDB's answer to the claim was lost, and the claim sent again.
    if known.owner != owner and known.answer is None:
        taken = lease.take(key, owner, f"attribute_not_exists(answer) AND {lease.ENDED}")
        if taken is None:
            raise StillRunning
        known = parse(_Record, taken)
    return Claim(key, owner, known.marker, known.progress, known.answer)


def keep_progress(claimed: Claim, progress: Progress) -> None:
    """Store the progress of a request.

    Raises
    ------
    WriteConflict
        The claim's lease has ended, and another request has it.
    """
    lease.update(claimed, progress=progress.model_dump(exclude_none=True))


def complete(claimed: Claim, answer: Mapping[str, Any]) -> None:
    """Store the answer for all requests with the same key."""
    lease.update(claimed, answer=json.dumps(answer, ensure_ascii=False))


def suspend(claimed: Claim) -> None:
    """Let the next request with the same key continue from the stored progress."""
    lease.update(claimed, leaseUntil=0, expiresAt=now_ms() // 1000 + _UNCERTAIN_SECONDS)


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
