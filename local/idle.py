"""Waiting until everything that was set off has come to its end."""

import time
from collections.abc import Callable, Sequence

from local.timeouts import scaled

_LOOK_SECONDS = 0.005


def wait_until_idle(parts: Sequence[Callable[[], bool]], seconds: float) -> bool:
    """Wait until every part says that it has nothing to do; False if that takes longer than ``seconds``.

    All are asked twice: what one has handed to another meanwhile is seen the second time.
    """
    deadline = time.monotonic() + scaled(seconds)
    while not all(is_idle() for is_idle in (*parts, *parts)):
        if time.monotonic() > deadline:
            return False
        time.sleep(_LOOK_SECONDS)
    return True
