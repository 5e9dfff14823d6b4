"""Fault injection: the next requests that match a fault fail, or are answered late."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from local.http_messages import LocalError
from local.timeouts import hold_back

NO_ANSWER = 0
_LONGEST_DELAY = 60.0


@dataclass
class Fault:
    """A failure that requests suffer.

    Parameters
    ----------
    match
        Which requests are to fail.
    status
        HTTP status to answer with; from 200 to 399 the request is only answered late, and 0 closes the
        connection without an answer.
    times
        How many requests are still to fail; a client's own retries count.
    delay_seconds
        Real seconds to wait before answering. Longer than a client waits, it makes a service silent.
    code
        Twilio's error code; by default the one that belongs to the status.
    per_second
        How many requests a second pass; only those beyond suffer the fault. None: all suffer it.
    """

    match: str
    status: int
    times: int = 1
    delay_seconds: float = 0.0
    code: int | None = None
    per_second: int | None = None
    _passed: deque[float] = field(default_factory=deque, repr=False)

    def lets_pass(self, now: float) -> bool:
        """Return whether a request at a time, in seconds, is within the rate, and count it if so."""
        if self.per_second is None:
            return False
        while self._passed and self._passed[0] <= now - 1:
            self._passed.popleft()
        if len(self._passed) >= self.per_second:
            return False
        self._passed.append(now)
        return True

    def as_json(self) -> dict[str, Any]:
        """Return the fault as it is shown."""
        shown = {
            "match": self.match,
            "status": self.status,
            "times": self.times,
            "delaySeconds": self.delay_seconds,
        }
        optional = {"code": self.code, "perSecond": self.per_second}
        return shown | {name: value for name, value in optional.items() if value is not None}


class Faults:
    """The faults that are pending.

    Parameters
    ----------
    matches
        ``matches(fault.match, request)`` tells whether a fault is meant for a request.
    """

    def __init__(self, matches: Callable[[str, str], bool]) -> None:
        self._matches = matches
        self._lock = threading.Lock()
        self._released = threading.Event()
        self._is_stopped = False
        self._under_way = 0
        self._faults: list[Fault] = []

    @contextmanager
    def applied(self, request: str) -> Iterator[Fault | None]:
        """Hold a request back as long as its fault says, and yield the fault if the request fails then.

        The request is answered inside the block.
        """
        with self._lock:
            self._under_way += 1
        try:
            yield self._take(request)
        finally:
            with self._lock:
                self._under_way -= 1

    def is_idle(self) -> bool:
        """Whether no request is held back or being answered."""
        return not self._under_way

    def _take(self, request: str) -> Fault | None:
        with self._lock:
            fault = next((one for one in self._faults if self._matches(one.match, request)), None)
            if fault is None or fault.lets_pass(time.monotonic()):
                return None
            fault.times -= 1
            if fault.times <= 0:
                self._faults.remove(fault)
            released = self._released
        fails = fault.status >= 400 or fault.status == NO_ANSWER
        hold_back(0.0 if self._is_stopped else fault.delay_seconds, released, then_fails=fails)
        return fault if fails else None

    def add(self, fields: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Add a fault and return all that are pending.

        Parameters
        ----------
        fields
            ``{"match", "status"?, "times"?, "delaySeconds"?, "code"?, "perSecond"?}``; the status is 500
            unless given.

        Raises
        ------
        LocalError
            400 for a field that is missing or makes no sense.
        """
        fault = _read(fields)
        with self._lock:
            self._faults.append(fault)
        return self.pending()

    def pending(self) -> list[dict[str, Any]]:
        """Return the faults that are still to come."""
        with self._lock:
            return [fault.as_json() for fault in self._faults]

    def clear(self) -> list[dict[str, Any]]:
        """Let requests succeed again, and end the delays of those under way; returns the empty list."""
        with self._lock:
            self._faults.clear()
            self._released.set()
            self._released = threading.Event()
        return []

    def stop(self) -> None:
        """End every delay, also of requests that are still to come."""
        self._is_stopped = True
        self.clear()


def _read(fields: Mapping[str, Any]) -> Fault:
    match, status = fields.get("match"), fields.get("status", 500)
    times, delay, code = fields.get("times", 1), fields.get("delaySeconds", 0), fields.get("code")
    if not isinstance(match, str) or not match:
        raise LocalError(400, "match is missing")
    if status != NO_ANSWER and not _is_whole(status, 200, 599):
        raise LocalError(400, "status must be an HTTP status, 200 to 599, or 0 for no answer")
    if not _is_whole(times, 1, 1_000_000):
        raise LocalError(400, "times must be a whole number from 1")
    if isinstance(delay, bool) or not isinstance(delay, int | float) or not 0 <= delay <= _LONGEST_DELAY:
        raise LocalError(400, f"delaySeconds must be a number from 0 to {_LONGEST_DELAY:g}")
    if code is not None and not _is_whole(code, 1, 99999):
        raise LocalError(400, "code must be one of Twilio's error codes")
    per_second = fields.get("perSecond")
    if per_second is not None and not _is_whole(per_second, 1, 1_000_000):
        raise LocalError(400, "perSecond must be a whole number from 1")
    return Fault(match, status, times, float(delay), code, per_second)


def _is_whole(value: object, lowest: int, highest: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest
