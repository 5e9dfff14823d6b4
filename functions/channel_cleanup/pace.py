"""How fast Twilio is asked: at the rate in the settings, slower while it answers 429."""

import time
from typing import Final

_SLOWEST: Final = 0.5
_RECOVERY: Final = 1.02
_LONGEST_PAUSE: Final = 16.0


class Pace:
    """Spreads requests in time.

    Parameters
    ----------
    per_second : float
        The most requests a second.
    """

    def __init__(self, per_second: float) -> None:
        self._most = per_second
        self._rate = per_second
        self._next = 0.0
        self._pause = 1.0

    def wait(self) -> None:
        """Wait until the next request may be made."""
        now = time.monotonic()
        if self._next > now:
            time.sleep(self._next - now)
        self._next = max(now, self._next) + 1 / self._rate

    def speed_up(self) -> None:
        """Go a little faster again: Twilio took a request."""
        self._rate = min(self._most, self._rate * _RECOVERY)
        self._pause = 1.0

    def slow_down(self) -> float:
        """Go at half the rate, and return how long to pause first, in seconds: longer each time in a row."""
        self._rate = max(_SLOWEST, self._rate / 2)
        pause, self._pause = self._pause, min(self._pause * 2, _LONGEST_PAUSE)
        return pause
