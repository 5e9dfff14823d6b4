"""Requests that start surveys, by their idempotency key: equal requests are carried out once.

A record is claimed before anything is sent, and completed with the answer. A record without an answer says
since when the request may have been carried out, so that the next try looks at Twilio first.
"""

import json
from dataclasses import dataclass
from typing import Any, Final

from survey.settings import SessionSettings
from switchboard import aws
from switchboard.aws.conditional import WriteConflict, conflicts
from switchboard.settings import from_environment
from switchboard.timestamps import now_ms

LEASE_MS: Final = 40_000
"""Duration of a try's lease of its key: longer than a function may run."""

DAY_SECONDS: Final = 86_400

_PREFIX: Final = "#start#"
_KIND: Final = "#start"


class KeyReused(Exception):
    """The key was used for a request with other content."""


class StillRunning(Exception):
    """A concurrent request has the key."""


@dataclass(frozen=True, slots=True)
class StartClaim:
    """A request's claim of its key.

    Attributes
    ----------
    key, fingerprint, owner : str
        The key, a hash of the content, and a random text of this try.
    since : int
        When the first try claimed the key, in ms.
    is_first : bool
        Whether no earlier try can have sent anything.
    answer : dict or None
        The answer of an earlier try.
    """

    key: str
    fingerprint: str
    owner: str
    since: int
    is_first: bool
    answer: dict[str, Any] | None = None


def claim(key: str, fingerprint: str, owner: str) -> StartClaim:
    """Claim a key for a request, or return the answer of an earlier try.

    Raises
    ------
    KeyReused
        The key was used for other content.
    StillRunning
        A concurrent request has the key.
    """
    now = now_ms()
    fresh = StartClaim(key, fingerprint, owner, now, is_first=True)
    try:
        _put(fresh, now, "attribute_not_exists(respondent) OR expiresAt <= :now", {":now": now // 1000})
    except WriteConflict as conflict:
        known = conflict.item
    else:
        return fresh
    if known["fingerprint"] != fingerprint:
        raise KeyReused
    if "answer" in known:
        answer = json.loads(known["answer"])
        return StartClaim(key, fingerprint, owner, known["since"], is_first=False, answer=answer)
    if known["owner"] == owner:
        return fresh  # DynamoDB's answer to the claim was lost, and the claim sent again.
    if known["leaseUntil"] > now:
        raise StillRunning
    taken = StartClaim(key, fingerprint, owner, known["since"], is_first=False)
    try:
        _put(taken, now, "#owner = :known AND attribute_not_exists(answer)", {":known": known["owner"]})
    except WriteConflict:
        raise StillRunning from None
    return taken


def complete(claimed: StartClaim, answer: dict[str, Any]) -> None:
    """Store the answer for all requests with the same key, for a day from now."""
    _put_over(claimed, answer=json.dumps(answer))


def suspend(claimed: StartClaim) -> None:
    """Let the next request with the same key find out what became of this one."""
    _put_over(claimed, leaseUntil=0)


def release(claimed: StartClaim) -> None:
    """Delete the record of a request that sent nothing."""
    with conflicts():
        aws.client("dynamodb").delete_item(
            TableName=_table(),
            Key=aws.to_item(_key(claimed)),
            ConditionExpression="#owner = :owner",
            ExpressionAttributeNames={"#owner": "owner"},
            ExpressionAttributeValues=aws.to_item({":owner": claimed.owner}),
        )


def _put_over(claimed: StartClaim, **values: Any) -> None:
    _put(claimed, now_ms(), "#owner = :known", {":known": claimed.owner}, **values)


def _put(claimed: StartClaim, now: int, condition: str, compared: dict[str, Any], **values: Any) -> None:
    item = {
        **_key(claimed),
        "fingerprint": claimed.fingerprint,
        "owner": claimed.owner,
        "since": claimed.since,
        "leaseUntil": now + LEASE_MS,
        "expiresAt": now // 1000 + DAY_SECONDS,
        **values,
    }
    names: Any = {"ExpressionAttributeNames": {"#owner": "owner"}} if "#owner" in condition else {}
    with conflicts():
        aws.client("dynamodb").put_item(
            TableName=_table(),
            Item=aws.to_item(item),
            ConditionExpression=condition,
            ExpressionAttributeValues=aws.to_item(compared),
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
            **names,
        )


def _key(claimed: StartClaim) -> dict[str, Any]:
    return {"respondent": f"{_PREFIX}{claimed.key}", "surveyId": _KIND}


def _table() -> str:
    return from_environment(SessionSettings).survey_sessions_table
