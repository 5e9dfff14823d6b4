"""The rate of requests to Twilio: as the settings say, lower while Twilio answers 429."""

import threading
import time
from collections.abc import Callable
from typing import Final, TypeVar

from switchboard.deadline import within
from switchboard.log import count
from switchboard.twilio.outcome import Refused

T = TypeVar("T")

ASK_SECONDS: Final = 8.0
"""The longest that one request may take, with the client's own retries."""

_SLOWEST: Final = 0.5
_RECOVERY: Final = 1.02
_LONGEST_PAUSE: Final = 16.0


class OutOfTime(Exception):
    """The invocation ends before Twilio may be asked again."""


class Pace:
    """Spreads requests in time; several threads may ask at once.

    Parameters
    ----------
    per_second : float
        The most requests a second.
    seconds : float
        For how long requests may be made, from now on.
    """

    def __init__(self, per_second: float, seconds: float) -> None:
        self._most = per_second
        self._ends_at = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._rate = per_second
        self._next = 0.0
        self._pause = 1.0
        self._paused_until = 0.0

    @property
    def seconds_left(self) -> float:
        """The seconds in which requests may still be made."""
        return self._ends_at - time.monotonic()

    def ask(self, request: Callable[[], T]) -> T:
        """Make a request when its turn has come, and again for as long as Twilio answers 429.

        Raises
        ------
        OutOfTime
            There is no time left for it.
        switchboard.twilio.outcome.Refused, switchboard.errors.TwilioUnreachable
            Twilio refuses it otherwise, or does not answer.
        """
        while True:
            self._wait()
            try:
                with within(ASK_SECONDS):
                    answer = request()
            except Refused as error:
                if error.status != 429:
                    raise
                self._slow_down()
            else:
                self._speed_up()
                return answer

    def _wait(self) -> None:
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next)
            if turn + ASK_SECONDS > self._ends_at:
                raise OutOfTime
            self._next = turn + 1 / self._rate
        time.sleep(turn - now)

    def _slow_down(self) -> None:
        """Pause, longer each time in a row, and continue at half the rate."""
        with self._lock:
            now = time.monotonic()
            if now < self._paused_until:
                return  # Requests that were under way at the same time are refused together.
            count("TwilioThrottled")
            self._rate = max(_SLOWEST, self._rate / 2)
            self._next = self._paused_until = now + self._pause
            self._pause = min(self._pause * 2, _LONGEST_PAUSE)

    def _speed_up(self) -> None:
        with self._lock:
            self._rate = min(self._most, self._rate * _RECOVERY)
            if time.monotonic() >= self._paused_until:
                self._pause = 1.0
