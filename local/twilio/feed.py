"""A numbered stream of the events on the local phones, whose next event can be waited for."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_KEPT = 5000


class Feed:
    """Numbered events: texts that arrive, phones that ring, what is said and pressed in calls."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._events: deque[dict[str, Any]] = deque(maxlen=_KEPT)
        self._last = 0
        self._listeners: list[Callable[[dict[str, Any]], None]] = []

    @property
    def last(self) -> int:
        """The number of the newest event, 0 before the first."""
        return self._last

    def listen(self, listener: Callable[[dict[str, Any]], None]) -> None:
        """Call ``listener`` with each new event; it must be quick."""
        self._listeners.append(listener)

    def add(self, event: dict[str, Any]) -> None:
        """Publish an event; it gets the next number."""
        with self._changed:
            self._last += 1
            numbered = {"seq": self._last, **event}
            self._events.append(numbered)
            self._changed.notify_all()
        for listener in self._listeners:
            listener(numbered)

    def after(self, seq: int, address: str = "", wait_seconds: float = 0.0) -> list[dict[str, Any]]:
        """Return the events after ``seq``, waiting for one if there is none yet.

        Parameters
        ----------
        seq
            The number of the last event that the caller has seen.
        address
            Only events of this phone; "" for all.
        wait_seconds
            Real seconds to wait at most.
        """

        def newer() -> list[dict[str, Any]]:
            return [
                event
                for event in self._events
                if event["seq"] > seq and (not address or event.get("phone") == address)
            ]

        with self._changed:
            self._changed.wait_for(newer, wait_seconds)
            return newer()
