"""Steps of a deployment: each looks whether it is done, so that it can be planned, repeated and resumed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """Something that must be at Twilio.

    Parameters
    ----------
    title
        What it is.
    is_done
        Looks it up.
    make
        Makes it; the steps before it are done.
    """

    title: str
    is_done: Callable[[], bool]
    make: Callable[[], None]


def missing(steps: Iterable[Step]) -> list[str]:
    """Return the titles of what is not done; nothing is changed."""
    return [step.title for step in steps if not step.is_done()]


def carry_out(steps: Sequence[Step], report: Callable[[str], None]) -> None:
    """Make what is missing, one after the other, and report each title."""
    for step in steps:
        if not step.is_done():
            step.make()
            report(step.title)
