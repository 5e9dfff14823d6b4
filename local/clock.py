"""The platform's clock: real time plus an offset that a test or a developer moves forward."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

_LAST_SECOND = datetime(2200, 1, 1, tzinfo=UTC).timestamp()


class Clock:
    """Tells the platform's time.

    Everything on the platform reads this clock: the stand-in for Twilio, the schedules, the expiry of
    DynamoDB items, the time stamps of the AWS stand-in and, inside the workers, ``time.time()`` and
    ``datetime.now()``.

    Parameters
    ----------
    offset
        Seconds ahead of real time.
    """

    def __init__(self, offset: float = 0.0) -> None:
        self._offset = float(offset)
        self._lock = threading.Lock()
        self._listeners: list[Callable[[float], None]] = []

    @property
    def offset(self) -> float:
        """Seconds that this clock is ahead of real time."""
        return self._offset

    def now(self) -> float:
        """Return the platform's time in seconds since the epoch."""
        return time.time() + self._offset

    def datetime(self) -> datetime:
        """Return the platform's time as an aware datetime in UTC."""
        return datetime.fromtimestamp(self.now(), tz=UTC)

    def on_advance(self, listener: Callable[[float], None]) -> None:
        """Call ``listener(seconds)`` whenever the clock has been moved, in the order of registration."""
        self._listeners.append(listener)

    def advance(self, seconds: float) -> float:
        """Move the clock forward and call every listener.

        Parameters
        ----------
        seconds
            How far; not negative.

        Returns
        -------
        float
            The platform's new time in seconds since the epoch.

        Raises
        ------
        ValueError
            If ``seconds`` is negative, as a clock that runs backwards would break conditional writes and
            expiry, or leads beyond the year 2199, where schedules end.
        """
        if not seconds >= 0:
            raise ValueError("the clock only moves forward")
        with self._lock:
            if self.now() + seconds > _LAST_SECOND:
                raise ValueError("the clock ends with the year 2199")
            self._offset += seconds
        for listener in self._listeners:
            listener(seconds)
        return self.now()
