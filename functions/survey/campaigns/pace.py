"""The pace of a campaign within a minute: its contacts are spread, a few at once."""

import math
import time
from typing import Final

SPREAD_SECONDS: Final = 40.0
"""A minute's contacts are spread over so many seconds, less than a run may take."""

LEAST_PER_SECOND: Final = 10
"""Contacts a second of a small campaign, whose runs are shorter."""

AT_ONCE: Final = 10
"""Recipients who are contacted at the same time: as many may still be contacted when a campaign is paused."""


class Pace:
    """Rate limiter of contacts; it allows several at once, so that there are few batches.

    Parameters
    ----------
    per_minute : int
        Contacts in a minute.
    """

    def __init__(self, per_minute: int) -> None:
        self._per_second = max(LEAST_PER_SECOND, math.ceil(per_minute / SPREAD_SECONDS))
        self._group = min(AT_ONCE, self._per_second // 2)
        # At first those of a second are possible.
        self._began = time.monotonic() - 1
        self._used = 0

    def allowed(self, most: int) -> int:
        """Return how many of `most` contacts are possible now; 0: see `wait`."""
        possible = int((time.monotonic() - self._began) * self._per_second) - self._used
        return min(most, possible, AT_ONCE) if possible >= min(most, self._group) else 0

    def wait(self, most: int) -> float:
        """Return in how many seconds some of `most` contacts are possible."""
        at = self._began + (self._used + min(most, self._group)) / self._per_second
        return max(0.0, at - time.monotonic())

    def use(self, contacts: int) -> None:
        """Count contacts."""
        self._used += contacts
