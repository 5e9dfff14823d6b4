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

_KEPT_SECONDS: Final = 7 * lease.DAY_SECONDS


@dataclass
class Thread:
    """A request's turn for a pair of numbers.

    Attributes
    ----------
    id, owner : str
        The item's key, and the request that has the turn.
    is_unshared : bool
        Whether no other request has had a turn since this one's last try.
    unattached : str or None
        Unique name of a conversation that Twilio was asked to create, and that no request's progress names.
    """

    id: str
    owner: str
    is_unshared: bool = True
    unattached: str | None = None

    def keep_unattached(self, unique_name: str) -> None:
        """Store a conversation before it is created, so that it is found if Twilio does not confirm it."""
        if unique_name != self.unattached:
            lease.update(self, unattached=unique_name)
            self.unattached = unique_name


@contextmanager
def turn(from_number: str, to_number: str, marker: str, owner: str, deadline: float) -> Iterator[Thread]:
    """Wait for a request's turn, and end the turn when the block is left.

    Parameters
    ----------
    from_number, to_number : str
        The pair.
    marker, owner : str
        Who takes the turn: the same marker at every try, another owner each time.
    deadline : float
        Until when to wait, by time.monotonic().

    Raises
    ------
    ServiceUnavailable
        Another request kept the turn until the deadline.
    """
    pair = hashlib.sha256(f"{from_number} {to_number}".encode()).hexdigest()
    thread = _take(f"thread#{pair}", marker, owner)
    while thread is None:
        if not lease.wait_for_another(deadline):
            raise ServiceUnavailable("toNumber is being sent another message. Try again later.")
        thread = _take(f"thread#{pair}", marker, owner)
    try:
        yield thread
    finally:
        with suppress(WriteConflict, aws.AwsError):  # The lease ends by itself, too.
            lease.update(thread, leaseUntil=0, unattached=thread.unattached)


def _take(key: str, marker: str, owner: str) -> Thread | None:
    found = lease.take(
        key,
        owner,
        f"attribute_not_exists(id) OR {lease.ENDED}",
        "previousMarker = if_not_exists(marker, :marker)",
        marker=marker,
        expiresAt=now_ms() // 1000 + _KEPT_SECONDS,
    )
    if found is None:
        return None
    return Thread(key, owner, found["previousMarker"] == marker, found.get("unattached"))
