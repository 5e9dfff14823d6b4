"""The deadline of a request: set once by the endpoint, kept by every client.

A webhook of Twilio's is given up after 15 seconds, an Event Streams sink after 5, and several requests with
their retries add up. The endpoint opens a deadline for each request; the AWS and the Twilio client shorten
their timeouts by it and stop retrying when it has passed.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_ends_at: ContextVar[float | None] = ContextVar("deadline", default=None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Limit the work inside to a number of seconds; the earliest of nested deadlines counts.

    Nothing is interrupted: the clients inside fail with their own errors (switchboard.aws.Unreachable,
    switchboard.errors.TwilioUnreachable) once the time is over.

    Example
    -------
        >>> with within(1.0):
        ...     publish("switchboard.survey", "survey.started", {})
    """
    ends_at = time.monotonic() + seconds
    current = _ends_at.get()
    token = _ends_at.set(ends_at if current is None else min(current, ends_at))
    try:
        yield
    finally:
        _ends_at.reset(token)


def remaining(default: float) -> float:
    """Return the seconds that are left, negative once they have passed; `default` without a deadline."""
    ends_at = _ends_at.get()
    return default if ends_at is None else ends_at - time.monotonic()


def try_timeout(longest: float) -> float:
    """Return the timeout of one try, in seconds: at most half of what is left, so that another try fits."""
    return min(longest, max(remaining(2 * longest) / 2, 0.05))
