"""Turns: one request at a time for a pair of numbers, so that the second finds what the first created."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

from outbound_message.storage import lease
from switchboard import aws
from switchboard.aws.conditional import WriteConflict
from switchboard.errors import ServiceUnavailable
from switchboard.timestamps import now_ms

_KEPT_SECONDS: Final = 7 * 86_400


@dataclass
class Thread:
    """A request's turn for a pair of numbers.

    Attributes
    ----------
    id, owner : str
        The item's key, and the request that has the turn.
    unattached_sid : str or None
        A conversation that was created for the pair, without the customer as yet.
    """

    id: str
    owner: str
    unattached_sid: str | None = None

    def keep_unattached(self, conversation_sid: str | None) -> None:
        """Store a conversation without its customer, so that the next request uses it; None removes it."""
        if conversation_sid != self.unattached_sid:
            lease.update(self, unattachedSid=conversation_sid)
            self.unattached_sid = conversation_sid


@contextmanager
def turn(from_number: str, to_number: str, owner: str, deadline: float) -> Iterator[Thread]:
    """Wait for a request's turn, and end the turn when the block is left.

    Raises
    ------
    ServiceUnavailable
        Another request kept the turn until the deadline, by time.monotonic().
    """
    pair = hashlib.sha256(f"{from_number} {to_number}".encode()).hexdigest()
    thread = _take(f"thread#{pair}", owner)
    while thread is None:
        if not lease.wait_for_another(deadline):
            raise ServiceUnavailable("toNumber is being sent another message. Try again later.")
        thread = _take(f"thread#{pair}", owner)
    try:
        yield thread
    finally:
        with suppress(WriteConflict, aws.AwsError):  # The lease ends by itself, too.
            lease.update(thread, leaseUntil=0)


def _take(key: str, owner: str) -> Thread | None:
    expires = now_ms() // 1000 + _KEPT_SECONDS
    found = lease.take(key, owner, f"attribute_not_exists(id) OR {lease.ENDED}", expiresAt=expires)
    return None if found is None else Thread(key, owner, found.get("unattachedSid"))
