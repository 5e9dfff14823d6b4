"""Timeouts that do not run out because a machine is slow, only because a fault keeps a service silent.

On a machine that is busy with other programs everything answers late, and a timeout in real seconds would
end what works. So each second of a timeout lasts ``TIMEOUT_SCALE`` real ones (1 unless the environment says
otherwise; tests set 10), and a function's monotonic clock is as much slower while it waits. A delay that a
fault orders is announced to the client by an interim response (RFC 9110, 15.2). It moves the client's clock
by the seconds of the delay, or of the timeout that is shorter; a client that would wait in vain gives up at
once.
"""

import contextlib
import http.client
import math
import os
import re
import select
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

client: ContextVar[socket.socket | None] = ContextVar("client", default=None)
"""The connection to the client whose request is being served, if it takes interim responses."""

_HELD = re.compile(r"Held for ([0-9.]+) s from ([0-9.]+)(, then failed)?")
_LOOK_SECONDS = 0.05


def scale() -> float:
    """Return how many real seconds each second of a timeout lasts."""
    return float(os.environ.get("TIMEOUT_SCALE") or 1)


def scaled(seconds: float) -> float:
    """Return how many real seconds a timeout lasts."""
    return seconds * scale()


def hold_back(seconds: float, released: threading.Event, *, then_fails: bool) -> None:
    """Wait before a request is carried out or fails, at most until an event.

    The client is told. If its timeout is shorter, it gives up at once and answers with the seconds that it
    has not waited, by which the request is carried out earlier, too.
    """
    connection = client.get()
    if seconds and connection is not None:
        _send(connection, f"HTTP/1.1 100 {held(seconds, then_fails=then_fails)}\r\n\r\n")
    ends_at = time.monotonic() + seconds
    while (left := ends_at - time.monotonic()) > 0 and not released.wait(min(left, _LOOK_SECONDS)):
        if connection is not None and select.select([connection], [], [], 0)[0]:
            skipped = _receive(connection)
            if not skipped and then_fails:
                return  # There is nobody to answer.
            ends_at -= float(skipped or 0)
            connection = None


def _receive(connection: socket.socket) -> bytes:
    with contextlib.suppress(OSError):
        return connection.recv(32)
    return b""


def _send(connection: socket.socket, text: str) -> None:
    with contextlib.suppress(OSError):  # the other side has gone
        connection.sendall(text.encode())


def held(seconds: float, *, then_fails: bool) -> str:
    """Return the reason phrase of the interim response (status 100) that announces a delay from now on."""
    return f"Held for {seconds:g} s from {time.monotonic():.6f}{', then failed' if then_fails else ''}"


class ScaledTime:
    """A process's time in which a second lasts several real ones: its sockets' timeouts and its clock.

    Parameters
    ----------
    factor
        How many real seconds a second lasts.
    on_end
        Called when the time is over that `limit` has set.
    """

    def __init__(self, factor: float, on_end: Callable[[], None] | None = None) -> None:
        self._ends_at = math.inf
        self._factor = factor
        self._on_end = on_end
        self._skipped = 0.0
        self._lock = threading.Lock()
        self._real_monotonic, self._real_sleep = time.monotonic, time.sleep

    def monotonic(self) -> float:
        """Return the time in seconds, from an arbitrary beginning: processor time counts in full."""
        cpu = time.process_time()
        return cpu + (self._real_monotonic() - cpu) / self._factor + self._skipped

    def limit(self, ends_at: float) -> None:
        """Call ``on_end`` when the clock reaches a time by a pause, by computing or by a delay."""
        self._ends_at = ends_at
        left = 0.0 if ends_at == math.inf else max(ends_at - self.monotonic(), 0.001)
        signal.signal(signal.SIGPROF, lambda _number, _frame: self._end())
        signal.setitimer(signal.ITIMER_PROF, left)

    def sleep(self, seconds: float) -> None:
        """Sleep for so many real seconds, after which as many have passed by this clock."""
        until = self.monotonic() + seconds
        self._real_sleep(min(seconds, max(self._ends_at - self.monotonic(), 0)))
        self._skip_to(until)

    def scale_sockets(self) -> None:
        """Scale the timeouts of this process's sockets, and let its HTTP clients understand delays."""
        sockets: Any = socket.socket
        responses: Any = http.client.HTTPResponse
        set_timeout, read_status = sockets.settimeout, responses._read_status  # noqa: SLF001  # it has no other door

        def set_scaled_timeout(connection: socket.socket, seconds: float | None) -> None:
            set_timeout(connection, None if seconds is None else seconds * self._factor)

        def read_last_status(response: Any) -> Any:
            found = read_status(response)
            if (delay := _HELD.fullmatch(found[2].strip())) is None:
                return found
            response.fp.readline()  # the end of the interim response
            connection = response.fp.raw._sock  # noqa: SLF001
            with self._held(connection, float(delay[1]), float(delay[2]), then_fails=bool(delay[3])):
                return read_status(response)

        sockets.settimeout, responses._read_status = set_scaled_timeout, read_last_status  # noqa: SLF001

    def scale_clock(self) -> None:
        """Replace this process's ``time.monotonic`` and ``time.sleep``."""
        clock: Any = time
        clock.monotonic, clock.sleep = self.monotonic, self.sleep

    @contextmanager
    def _held(
        self, connection: socket.socket, seconds: float, began_at: float, *, then_fails: bool
    ) -> Iterator[None]:
        """Let the time pass of an answer that is held back; TimeoutError where that takes too long.

        When that began, the other process says: this one may have learned of it later, on a busy machine.
        """
        timeout = connection.gettimeout()
        patience = math.inf if timeout is None else timeout / self._factor
        before = self.monotonic()
        if seconds >= patience:
            if not then_fails:
                _send(connection, str(patience))
            self._skip_to(before + patience)
            raise TimeoutError("timed out")
        try:
            yield
        finally:
            self._skip_to(before + min(seconds, self._real_monotonic() - began_at))

    def _skip_to(self, moment: float) -> None:
        with self._lock:
            self._skipped += max(0.0, moment - self.monotonic())
        if moment >= self._ends_at:
            self._end()

    def _end(self) -> None:
        if self._on_end is not None:
            self._on_end()
