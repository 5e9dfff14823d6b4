"""What happens on the platform and what caused it: requests, invocations, events, changes, calls to Twilio.

Functions send the ID of their invocation with each request to AWS and Twilio (`INVOCATION_HEADER`), so that
what they do is known by its cause. An entry is numbered when it begins, and published again when it ends.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from local.clock import Clock

INVOCATION_HEADER: Final = "X-Local-Invocation"
_KEPT: Final = 3000

Kind = Literal["request", "invocation", "event", "change", "message", "twilio"]


class Activity:
    """The latest entries, which can be waited for.

    Parameters
    ----------
    clock
        The platform's clock.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._entries: OrderedDict[int, dict[str, Any]] = OrderedDict()  # by number; the last published last
        self._numbers: OrderedDict[str, int] = OrderedDict()
        self._last_number = self._last = 0

    def begin(self, kind: Kind, name: str, cause: int = 0, known_as: str = "", **fields: Any) -> int:
        """Publish an entry, and return its number.

        Parameters
        ----------
        kind, name
            What happens.
        cause
            The number of the entry that caused it; 0 where none did.
        known_as
            An ID by which what it causes will name it.
        fields
            What else is known, for JSON.
        """
        with self._changed:
            self._last_number += 1
            number = self._last_number
            if known_as:
                self._numbers[known_as] = number
            trace = self._entries.get(cause, {}).get("trace", cause) or number
            entry = {"number": number, "trace": trace, "cause": cause, "kind": kind, "name": name}
            self._publish(
                {**entry, "at": self._clock.datetime().isoformat(timespec="milliseconds"), **fields}
            )
            for kept in (self._entries, self._numbers):
                while len(kept) > _KEPT:
                    kept.popitem(last=False)
        return number

    def end(self, number: int, **fields: Any) -> None:
        """Publish an entry again with what is known now; one that is forgotten stays so."""
        with self._changed:
            if number in self._entries:
                self._publish({**self._entries[number], **fields})

    def number_of(self, key: str) -> int:
        """Return the number of the entry with a key; 0 where there is none."""
        with self._changed:
            return self._numbers.get(key, 0)

    def after(self, seq: int, wait_seconds: float = 0.0) -> dict[str, Any]:
        """Return what was published after ``seq``, each entry in its latest form, and the last ``seq``.

        Parameters
        ----------
        seq
            The last that the caller has seen; 0 for all that is kept.
        wait_seconds
            How long to wait where there is nothing yet.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._last > seq, wait_seconds)
            newer = []
            for entry in reversed(self._entries.values()):
                if entry["seq"] <= seq:
                    break
                newer.append(entry)
            return {"entries": newer[::-1], "last": self._last}

    def _publish(self, entry: dict[str, Any]) -> None:
        self._last += 1
        self._entries[entry["number"]] = {**entry, "seq": self._last}
        self._entries.move_to_end(entry["number"])
        self._changed.notify_all()
