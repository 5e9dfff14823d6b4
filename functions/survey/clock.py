"""The time of a turn."""

import time


def now() -> int:
    """Return milliseconds since the epoch."""
    return int(time.time() * 1000)
