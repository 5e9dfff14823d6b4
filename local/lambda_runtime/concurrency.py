"""The number of execution environments, and the places of invocations in them."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from local.timeouts import scaled

_WAIT_SECONDS = 20.0


@dataclass(frozen=True)
class Concurrency:
    """How many execution environments there are, over all functions.

    Parameters
    ----------
    running
        The most invocations at one time; one more waits until another has ended. Half are kept for
        requests, whose callers wait, while events, messages and schedules take the others.
    kept
        The most environments, idle ones included. Several times as many as may run: what has to be ended
        for another costs a cold start each time.
    """

    running: int = 12
    kept: int = 36


class ThrottledError(Exception):
    """There was no place for an invocation in time."""


class Places:
    """The places of invocations: those of requests, and those of all others, each first come, first served.

    Parameters
    ----------
    running
        How many places there are.
    """

    def __init__(self, running: int) -> None:
        self._limits = {True: running - running // 2, False: running}
        self._condition = threading.Condition()
        self._waiting: dict[bool, deque[object]] = {True: deque(), False: deque()}
        self._in_background = 0
        self._taken = 0
        self._stopped = False

    @contextmanager
    def hold(self, *, is_background: bool) -> Iterator[None]:
        """Wait for a place, and hold it.

        Parameters
        ----------
        is_background
            Whether no caller waits for the invocation.

        Raises
        ------
        ThrottledError
            No place was free in time.
        """
        waiting, ticket = self._waiting[is_background], object()
        with self._condition:
            waiting.append(ticket)
            try:
                is_free = self._condition.wait_for(
                    lambda: self._stopped or (waiting[0] is ticket and self._has_room(is_background)),
                    scaled(_WAIT_SECONDS),
                )
            finally:
                waiting.remove(ticket)
                self._condition.notify_all()
            if self._stopped or not is_free:
                raise ThrottledError
            self._taken += 1
            self._in_background += is_background
        try:
            yield
        finally:
            with self._condition:
                self._taken -= 1
                self._in_background -= is_background
                self._condition.notify_all()

    def stop(self) -> None:
        """Refuse all invocations from now on, those that wait included."""
        with self._condition:
            self._stopped = True
            self._condition.notify_all()

    @property
    def waiting(self) -> int:
        """How many invocations wait for a place."""
        return sum(map(len, self._waiting.values()))

    def _has_room(self, is_background: bool) -> bool:
        taken = self._in_background if is_background else self._taken
        return self._taken < self._limits[False] and taken < self._limits[is_background]
