"""The number of execution environments."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Concurrency:
    """How many execution environments there are, over all functions.

    Parameters
    ----------
    running
        The most invocations at one time; one more waits until another has ended. A quarter is kept for
        requests, whose callers wait, while events, messages and schedules take the others.
    kept
        The most environments, idle ones included. Several times as many as may run: what has to be ended
        for another costs a cold start each time.
    """

    running: int = 12
    kept: int = 36
