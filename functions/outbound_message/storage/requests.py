"""Requests by their idempotency key: one of those that are the same works, the others get its answer.

A record is claimed, then completed with the answer. Where Twilio did not say what came of a request, the
record keeps how far it came, and the next request with the same key goes on from there.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from outbound_message.domain.message import Progress
from outbound_message.storage import owned
from switchboard import aws
from switchboard.aws.conditional import WriteConflict, conflicts
from switchboard.timestamps import now_ms

UNCERTAIN_SECONDS: Final = 600
"""How long a request with the same content is the same one, where it is not known what came of the first."""
LEASE_MS: Final = 20_000
"""How long a claim holds: longer than the function may run, so that no request works on a lapsed one."""


class KeyReused(Exception):
    """The key has been used for a request with other content."""


class StillRunning(Exception):
    """A request with this key is being worked on."""


@dataclass(frozen=True)
class Claim:
    """A request's claim of its key.

    Attributes
    ----------
    id, owner : str
        The record's key, and this claim's own mark.
    marker : str
        The mark of the first claim: every try of the request carries it to Twilio.
    progress : Progress
        How far an earlier request with this key came.
    answer : Mapping[str, Any] or None
        What the request was answered before; None where there is work to do.
    """

    id: str
    owner: str
    marker: str
    progress: Progress
    answer: Mapping[str, Any] | None = None


def claim(key: str, fingerprint: str, owner: str, seconds: int) -> Claim:
    """Claim a key for a request, or return what it was answered before.

    Parameters
    ----------
    key : str
        Stands for all requests that are the same.
    fingerprint : str
        Stands for the request's content.
    owner : str
        This claim's own mark.
    seconds : int
        How long the key is remembered.

    Raises
    ------
    KeyReused
        The key stands for other content.
    StillRunning
        A concurrent request has the key.
    """
    now = now_ms()
    item = {
        "id": key,
        "fingerprint": fingerprint,
        "owner": owner,
        "marker": owner,
        "leaseUntil": now + LEASE_MS,
        "expiresAt": now // 1000 + seconds,
    }
    try:
        with conflicts():
            aws.client("dynamodb").put_item(
                TableName=owned.table(),
                Item=aws.to_item(item),
                ConditionExpression="attribute_not_exists(id) OR expiresAt <= :now",
                ExpressionAttributeValues=aws.to_item({":now": now // 1000}),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
    except WriteConflict as conflict:
        return _claim_again(key, fingerprint, owner, conflict.item)
    return Claim(key, owner, owner, Progress())


def _claim_again(key: str, fingerprint: str, owner: str, known: Mapping[str, Any]) -> Claim:
    if known.get("fingerprint") != fingerprint:
        raise KeyReused
    if known.get("owner") == owner:
        return _of(key, owner, known)  # the answer to the claim was lost, and it was sent again
    if "answer" in known:
        return replace(_of(key, owner, known), answer=json.loads(known["answer"]))
    if int(known.get("leaseUntil", 0)) > now_ms():
        raise StillRunning
    try:
        with conflicts():
            answer = aws.client("dynamodb").update_item(
                TableName=owned.table(),
                Key=aws.to_item({"id": key}),
                UpdateExpression="SET #owner = :owner, leaseUntil = :until",
                ConditionExpression="#owner = :known AND attribute_not_exists(answer)",
                ExpressionAttributeNames={"#owner": "owner"},
                ExpressionAttributeValues=aws.to_item(
                    {":owner": owner, ":until": now_ms() + LEASE_MS, ":known": known["owner"]}
                ),
                ReturnValues="ALL_NEW",
            )
    except WriteConflict:
        raise StillRunning from None
    return _of(key, owner, aws.from_item(answer["Attributes"]))


def _of(key: str, owner: str, item: Mapping[str, Any]) -> Claim:
    return Claim(key, owner, item["marker"], Progress.of(item))


def note(claimed: Claim, **progress: str | int | bool) -> None:
    """Keep how far a request came; names are those of the stored record, such as ``interactionSid``.

    Raises
    ------
    WriteConflict
        The claim has lapsed, and another request has it.
    """
    owned.update(claimed, "SET " + ", ".join(f"#{name} = :{name}" for name in progress), progress)


def complete(claimed: Claim, answer: Mapping[str, Any]) -> None:
    """Keep the answer for all requests with the same key."""
    owned.update(claimed, "SET answer = :answer", {"answer": json.dumps(answer, ensure_ascii=False)})


def suspend(claimed: Claim) -> None:
    """Let the next request with the same key go on where this one stopped."""
    expires = now_ms() // 1000 + UNCERTAIN_SECONDS
    owned.update(claimed, "SET leaseUntil = :none, expiresAt = :expires", {"none": 0, "expires": expires})


def release(claimed: Claim) -> None:
    """Forget a request of which nothing is left."""
    with conflicts():
        aws.client("dynamodb").delete_item(
            TableName=owned.table(),
            Key=aws.to_item({"id": claimed.id}),
            ConditionExpression="#owner = :owner",
            ExpressionAttributeNames={"#owner": "owner"},
            ExpressionAttributeValues=aws.to_item({":owner": claimed.owner}),
        )


def wait_for_another(deadline: float) -> bool:
    """Wait a little for a concurrent request; False once the deadline, by time.monotonic(), has passed."""
    if time.monotonic() >= deadline:
        return False
    time.sleep(0.15)
    return True
