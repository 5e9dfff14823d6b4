"""Texts that say how long ago something was, or how long it is until then, kept up to date."""

import contextlib
import time
from collections.abc import Callable
from typing import Final

from nicegui import ui

from console.context import Console
from console.parts import text
from console.refusal import REFUSALS
from tools.stack.table import age

_EVERY_SECONDS: Final = 20
_CLOCK: Final = "clock"


class Ages:
    """The texts of a list; they change as the stack's clock goes on or is moved, until it is drawn anew.

    Parameters
    ----------
    console
    clock_ahead
        By how many ms the stack's clock is ahead of this machine's.
    """

    def __init__(self, console: Console, clock_ahead: int) -> None:
        self._console, self._clock_ahead = console, clock_ahead
        self._shown: list[tuple[ui.label, Callable[[int], str]]] = []
        ui.timer(_EVERY_SECONDS, self._update, immediate=False)

    def show(self, words: Callable[[int], str], classes: str = "") -> None:
        """Show a text that depends on the time, in ms since the epoch."""
        self._shown.append((text(words(self._now()), classes), words))

    def _now(self) -> int:
        return int(time.time() * 1000) + self._clock_ahead

    async def _update(self) -> None:
        with contextlib.suppress(*REFUSALS):  # then the clock is where it was
            self._clock_ahead = await self._console.answers.get(
                _CLOCK, lambda: self._console.stack.now() - int(time.time() * 1000), _EVERY_SECONDS / 2
            )
        now = self._now()
        for label, words in self._shown:
            if not label.is_deleted:
                label.set_text(words(now))


def since(at: int, now: int) -> str:
    """Return how long something has lasted that began at a time; both in ms since the epoch."""
    return age((now - at) / 1000)


def relative(at: int, now: int) -> str:
    """Return a point in time as seen from now: ``3 h ago``, or ``in 3 h``."""
    return f"in {age((at - now) / 1000)}" if at > now else f"{age((now - at) / 1000)} ago"
