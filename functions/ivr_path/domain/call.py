"""What is known of a call itself: its numbers, how far it got, how long it lasted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ivr_path.domain.merge import later

FINAL_RANK: Final = 4

# A call ends once. Should two ends be told of all the same, the one that says most of it stands, whichever
# came first.
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

FINAL: Final = frozenset(status for status, number in _RANKS.items() if number >= FINAL_RANK)
"""Statuses that a call does not leave: https://www.twilio.com/docs/voice/api/call-resource#call-status-values"""

_LONGEST: Final = 256
_LONGEST_DURATION: Final = 9


def seconds(text: str) -> int | None:
    """Return a duration in seconds, or None if the text is none: at most nine ASCII digits."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= _LONGEST_DURATION
    return int(text) if is_number else None


def short(text: str | None) -> str | None:
    """Return a text of at most 256 printable characters; None for any other, which is nobody's address."""
    return text if text and len(text) <= _LONGEST and text.isprintable() else None


def rank(status: str | None) -> int:
    """Return how far along a status is: callbacks may overtake each other, a call does not go back.

    A status that ends a call has at least `FINAL_RANK`, and no two known ones have the same.
    """
    return _RANKS.get(status or "", -1)


@dataclass(frozen=True, slots=True)
class Call:
    """A call, as status callbacks or Twilio's REST API tell of it.

    Attributes
    ----------
    status : str or None
        Twilio's CallStatus, the furthest that was heard of.
    duration : int or None
        Seconds, once the call is over.
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
    def is_over(self) -> bool:
        """Whether the call has ended."""
        return self.status in FINAL

    def fields(self) -> dict[str, str | int | None]:
        """Return what is known under the names of the record, as events and the table have them."""
        return {
            "from": self.from_,
            "to": self.to,
            "direction": self.direction,
            "callStatus": self.status,
            "callDuration": self.duration,
        }

    @staticmethod
    def of(fields: Mapping[str, Any]) -> "Call":
        """Read what `fields` returned; other fields are left alone."""
        return Call(
            fields.get("callStatus"),
            fields.get("callDuration"),
            fields.get("from"),
            fields.get("to"),
            fields.get("direction"),
        )

    def join(self, other: "Call") -> "Call":
        """Return what two accounts of the same call say together."""
        further = max(self.status, other.status, key=lambda status: (rank(status), status or ""))
        return Call(
            status=further,
            duration=later(self.duration, other.duration),
            from_=later(self.from_, other.from_),
            to=later(self.to, other.to),
            direction=later(self.direction, other.direction),
        )

    @staticmethod
    def from_callback(params: Mapping[str, str]) -> "Call":
        """Read a status callback's parameters; what cannot be meant is left out.

        https://www.twilio.com/docs/voice/twiml#request-parameters
        """
        return Call(
            status=short(params.get("CallStatus")),
            duration=seconds(params.get("CallDuration", "")),
            from_=short(params.get("From")),
            to=short(params.get("To")),
            direction=short(params.get("Direction")),
        )
