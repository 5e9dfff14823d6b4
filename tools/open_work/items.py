"""Open work, the same shape for every feature."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class OpenItem:
    """Something that has begun and is not finished.

    Attributes
    ----------
    id : str
        By which it is found: a SID, a key, or a number.
    who : str
        The number of the person; "" where there is none.
    state : str
        What has been done, or is waited for.
    since : int
        When it began, ms since the epoch; 0 where that is not known.
    attempts : int
        How often it was tried.
    details : str
        What else helps, such as the survey or the queue.
    """

    id: str
    who: str
    state: str
    since: int
    attempts: int = 0
    details: str = ""

    def as_json(self, now: int) -> dict[str, Any]:
        """Return the item for scripts; its age is in seconds, None where it is not known."""
        return {
            "id": self.id,
            "who": self.who,
            "state": self.state,
            "ageSeconds": max(0, (now - self.since) // 1000) if self.since else None,
            "attempts": self.attempts,
            "details": self.details,
        }


@dataclass(frozen=True)
class Section:
    """The open work of one kind.

    Attributes
    ----------
    name : str
        Such as ``surveys``.
    count : int
        How much there is, of which `items` may be the oldest part.
    items : Sequence[OpenItem]
    problem : str
        Why it cannot be read; "" where it can.
    """

    name: str
    count: int = 0
    items: Sequence[OpenItem] = ()
    problem: str = ""
