"""The call itself: its numbers, its status and its duration."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ivr_path.domain.merge import max_known

FINAL_RANK: Final = 4

# A call ends once. Should two final statuses be reported all the same, the one with the higher rank stands,
# whichever came first.
_RANKS: Final = {
    "queued": 0,
    "initiated": 1,
    "ringing": 2,
    "in-progress": 3,
    "canceled": FINAL_RANK,
    "failed": FINAL_RANK + 1,
    "no-answer": FINAL_RANK + 2,
    "busy": FINAL_RANK + 3,
    "completed": FINAL_RANK + 4,
}

FINAL_STATUSES: Final = frozenset(status for status, rank in _RANKS.items() if rank >= FINAL_RANK)
"""Statuses that end a call: https://www.twilio.com/docs/voice/api/call-resource#call-status-values"""


def status_rank(status: str | None) -> int:
    """Return the rank of a status. Callbacks overtake each other, and a call does not go back.

    A status that ends a call has at least `FINAL_RANK`; no two known statuses have the same rank.
    """
    return _RANKS.get(status or "", -1)


@dataclass(frozen=True, slots=True)
class Call:
    """A call, as status callbacks or Twilio's REST API report it.

    Attributes
    ----------
    status : str or None
        Twilio's CallStatus: the highest rank that was reported.
    duration : int or None
        Seconds, once the call has ended.
    from_, to : str or None
        E.164 numbers, ``sip:`` or ``client:`` addresses.
    direction : str or None
        Such as "inbound".
    """

    status: str | None = None
    duration: int | None = None
    from_: str | None = None
    to: str | None = None
    direction: str | None = None

    @property
    def has_ended(self) -> bool:
        """Whether the status is final."""
        return self.status in FINAL_STATUSES

    def to_fields(self) -> dict[str, str | int | None]:
        """Return the call under the field names of the record, which are those of the table, too."""
        return {
            "from": self.from_,
            "to": self.to,
            "direction": self.direction,
            "callStatus": self.status,
            "callDuration": self.duration,
        }

    @staticmethod
    def from_fields(fields: Mapping[str, Any]) -> "Call":
        """Read what `to_fields` returned; other fields are ignored."""
        return Call(
            fields.get("callStatus"),
            fields.get("callDuration"),
            fields.get("from"),
            fields.get("to"),
            fields.get("direction"),
        )

    def merge(self, other: "Call") -> "Call":
        """Return one call from two reports of it."""
        return Call(
            status=max(self.status, other.status, key=lambda status: (status_rank(status), status or "")),
            duration=max_known(self.duration, other.duration),
            from_=max_known(self.from_, other.from_),
            to=max_known(self.to, other.to),
            direction=max_known(self.direction, other.direction),
        )
