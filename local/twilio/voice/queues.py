"""The account's queues, which exist on demand: https://www.twilio.com/docs/voice/api/queue-resource."""

from __future__ import annotations

import hashlib


class Queues:
    """Names and SIDs of queues; a queue that waits for a workflow has the workflow's SID as its name.

    Parameters
    ----------
    account_sid
        The account.
    """

    def __init__(self, account_sid: str) -> None:
        self._account_sid = account_sid
        self._names: dict[str, str] = {}

    def sid(self, name: str) -> str:
        """Return the SID of a queue: the same for the same name."""
        sid = "QU" + hashlib.sha256(f"{self._account_sid} {name}".encode()).hexdigest()[:32]
        self._names[sid] = name
        return sid

    def names(self) -> dict[str, str]:
        """Return the names of the queues that calls have been in, by SID."""
        return dict(self._names)
