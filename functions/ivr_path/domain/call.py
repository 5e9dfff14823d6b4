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

_MAX_TEXT: Final = 256
_MAX_DURATION_DIGITS: Final = 9


def parse_duration(text: str) -> int | None:
    """Return a duration in seconds: one to nine ASCII digits; None for any other text."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= _MAX_DURATION_DIGITS
    return int(text) if is_number else None


def parse_text(text: str | None) -> str | None:
    """Return a text of 1 to 256 printable characters; None for any other, which no address or status has."""
    return text if text and len(text) <= _MAX_TEXT and text.isprintable() else None


def status_rank(status: str | None) -> int:
    """Return how far along a status is. Callbacks overtake each other, and a call does not go back.

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
        """Return the call under the field names of the record, which events and the table use too."""
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

    @staticmethod
    def from_callback(params: Mapping[str, str]) -> "Call":
        """Read a status callback's parameters; values that no callback of Twilio's has are left out.

        https://www.twilio.com/docs/voice/twiml#request-parameters
        """
        return Call(
            status=parse_text(params.get("CallStatus")),
            duration=parse_duration(params.get("CallDuration", "")),
            from_=parse_text(params.get("From")),
            to=parse_text(params.get("To")),
            direction=parse_text(params.get("Direction")),
        )
