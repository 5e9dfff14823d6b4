"""A cache in memory that keeps serving a value while its source fails."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from switchboard.log import logger

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

RETRY_SECONDS: Final = 5.0
"""After a failed read, how long the last value serves before the source is asked again."""


@dataclass
class _Entry(Generic[V]):
    value: V
    read_at: float
    retry_at: float = 0.0


class Cache(Generic[K, V]):
    """A cache with a time to live, which serves the last value while its source fails.

    Parameters
    ----------
    load : Callable[[K], V]
        Reads a value from its source.
    seconds : float or Callable[[], float]
        How long a value is used before it is read again; a callable is asked each time.
    stale_on : tuple of exception types
        Errors of `load` after which the last value is used, for RETRY_SECONDS at a time. Without a last
        value, and for any other error, `get` raises what `load` raised.
    size : int
        The most keys that are kept; the least recently used one goes first.
    """

    def __init__(
        self,
        load: Callable[[K], V],
        seconds: float | Callable[[], float],
        *,
        stale_on: tuple[type[Exception], ...] = (),
        size: int = 256,
    ) -> None:
        self._load = load
        self._seconds = seconds
        self._stale_on = stale_on
        self._size = size
        self._entries: OrderedDict[K, _Entry[V]] = OrderedDict()

    def get(self, key: K, max_age: float | None = None) -> V:
        """Return the value of a key.

        Parameters
        ----------
        key : K
        max_age : float, optional
            The oldest acceptable value, in seconds, where the caller has reason to believe that it changed.
        """
        # Wall-clock time: a frozen Lambda environment's monotonic clock may stand still for hours.
        now = time.time()
        entry = self._entries.get(key)
        limit = self._time_to_live() if max_age is None else max_age
        if entry is not None and (
            0 <= now - entry.read_at < limit or 0 < entry.retry_at - now <= RETRY_SECONDS
        ):
            self._entries.move_to_end(key)
            return entry.value
        try:
            value = self._load(key)
        except self._stale_on as error:
            if entry is None:
                raise
            logger.warning("The last cached value is used: it cannot be read again", exc_info=error)
            entry.retry_at = time.time() + RETRY_SECONDS
            return entry.value
        self.set(key, value)
        return value

    def peek(self, key: K) -> V | None:
        """Return the last value of a key, however old; None if there is none."""
        entry = self._entries.get(key)
        return entry.value if entry is not None else None

    def set(self, key: K, value: V) -> None:
        """Keep a value as if it had just been read."""
        self._entries[key] = _Entry(value, time.time())
        self._entries.move_to_end(key)
        while len(self._entries) > self._size:
            self._entries.popitem(last=False)

    def clear(self) -> None:
        """Read every value again when it is next needed."""
        self._entries.clear()

    def _time_to_live(self) -> float:
        return self._seconds() if callable(self._seconds) else self._seconds
