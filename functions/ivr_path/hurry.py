"""Work that an answer must not wait for longer than so many seconds."""

import threading
from collections.abc import Callable
from typing import TypeVar

from switchboard.log import logger

T = TypeVar("T")


def within(seconds: float, work: Callable[[], T], otherwise: T) -> T:
    """Return what `work` returns, or `otherwise` if that takes too long or fails.

    AWS and Twilio clients have time limits of their own, but several requests with their retries add up. Work
    that is late goes on beside the answer, as long as Lambda lets it.
    """
    results: list[T] = []

    def carry() -> None:
        try:
            results.append(work())
        except Exception:  # noqa: BLE001  # in a thread of its own, where nobody would see it
            logger.exception("Work beside an answer failed")

    thread = threading.Thread(target=carry, daemon=True)
    thread.start()
    thread.join(max(seconds, 0.0))
    return results[0] if results else otherwise
