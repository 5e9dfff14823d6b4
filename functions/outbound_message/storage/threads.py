"""One request at a time per pair of numbers, so that the second finds what the first made."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

from outbound_message.storage import owned
from outbound_message.storage.requests import LEASE_MS, wait_for_another
from switchboard import aws
from switchboard.aws.conditional import WriteConflict, conflicts
from switchboard.errors import ServiceUnavailable
from switchboard.timestamps import now_ms

_KEPT_SECONDS: Final = 7 * 86_400


@dataclass
class Thread:
    """The turn of one request for a pair of numbers.

    Attributes
    ----------
    id, owner : str
        The record's key, and the mark of the request that has the turn.
    unattached_sid : str or None
        A conversation that was made for the pair and has not got the customer yet.
    """

    id: str
    owner: str
    unattached_sid: str | None = None

    def keep_unattached(self, conversation_sid: str | None) -> None:
        """Remember a conversation without its customer, so that the next request uses it; None forgets it."""
        if conversation_sid == self.unattached_sid:
            return
        if conversation_sid is None:
            owned.update(self, "REMOVE unattachedSid", {})
        else:
            owned.update(self, "SET unattachedSid = :sid", {"sid": conversation_sid})
        self.unattached_sid = conversation_sid


@contextmanager
def turn(from_number: str, to_number: str, owner: str, deadline: float) -> Iterator[Thread]:
    """Wait for the turn of a request, and end it.

    Raises
    ------
    ServiceUnavailable
        Another request kept the turn until the deadline, by time.monotonic().
    """
    pair = hashlib.sha256(f"{from_number} {to_number}".encode()).hexdigest()
    thread = _take(f"thread#{pair}", owner)
    while thread is None:
        if not wait_for_another(deadline):
            raise ServiceUnavailable("toNumber is being sent another message. Try again later.")
        thread = _take(f"thread#{pair}", owner)
    try:
        yield thread
    finally:
        with suppress(WriteConflict, aws.AwsError):  # The lease ends by itself, too.
            owned.update(thread, "SET leaseUntil = :none", {"none": 0})


def _take(key: str, owner: str) -> Thread | None:
    now = now_ms()
    try:
        with conflicts():
            answer = aws.client("dynamodb").update_item(
                TableName=owned.table(),
                Key=aws.to_item({"id": key}),
                UpdateExpression="SET #owner = :owner, leaseUntil = :until, expiresAt = :expires",
                ConditionExpression="attribute_not_exists(id) OR leaseUntil <= :now OR #owner = :owner",
                ExpressionAttributeNames={"#owner": "owner"},
                ExpressionAttributeValues=aws.to_item(
                    {
                        ":owner": owner,
                        ":until": now + LEASE_MS,
                        ":now": now,
                        ":expires": now // 1000 + _KEPT_SECONDS,
                    }
                ),
                ReturnValues="ALL_NEW",
            )
    except WriteConflict:
        return None
    return Thread(key, owner, aws.from_item(answer["Attributes"]).get("unattachedSid"))
