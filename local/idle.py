"""Waiting until the platform is idle."""

import time
from collections.abc import Callable, Sequence

from local.timeouts import scaled

_LOOK_SECONDS = 0.005


def wait_until_idle(parts: Sequence[Callable[[], bool]], seconds: float) -> bool:
    """Wait until every part is idle; return False if that takes longer than ``seconds``.

    All are asked twice, because one may have handed work to another in between.
    """
    deadline = time.monotonic() + scaled(seconds)
    while not all(is_idle() for is_idle in (*parts, *parts)):
        if time.monotonic() > deadline:
            return False
        time.sleep(_LOOK_SECONDS)
    return True
