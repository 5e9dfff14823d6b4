"""What is looked up for a dialog or a list, and why that fails where it does."""

import logging
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from nicegui import ui

from console.context import Console
from console.parts import button, problem
from console.refusal import REFUSALS, UNEXPECTED, explain

T = TypeVar("T")

_log = logging.getLogger("console")


async def look_up(
    console: Console, load: Callable[[], T], draw: Callable[[T], Any], refuse: Callable[[str], Any]
) -> None:
    """Load something in a thread and draw it, or draw in a sentence why it cannot be shown."""
    try:
        found = await console.answers.do(load)
    except REFUSALS as error:
        refuse(explain(error))
    except Exception:  # noqa: BLE001  # the page shows what else is known
        _log.exception("A part of a page cannot be shown")
        refuse(UNEXPECTED)
    else:
        draw(found)


class LookedUp(Generic[T]):
    """A part of a dialog that is looked up; where that fails it says why, with a button that tries again.

    Parameters
    ----------
    console
    load
        Looks it up, in a thread.
    draw
        Draws it.
    wait
        Draws what is there meanwhile; none: a line without words.
    """

    def __init__(
        self,
        console: Console,
        load: Callable[[], T],
        draw: Callable[[T], Any],
        wait: Callable[[], Any] | None = None,
    ) -> None:
        self._console, self._load, self._draw = console, load, draw
        self._wait = wait or (lambda: ui.skeleton("text", width="60%"))
        self._body = ui.element("div").classes("body").props('aria-live="polite"')

    async def show(self) -> None:
        """Look it up and draw it."""
        self._put(self._wait)
        await look_up(self._console, self._load, self._show, self.refuse)

    def refuse(self, message: str) -> None:
        """Say why it cannot be shown."""
        self._put(lambda: self._draw_problem(message))

    def _show(self, found: T) -> None:
        self._put(lambda: self._draw(found))

    def _draw_problem(self, message: str) -> None:
        problem(message)
        with ui.element("div").classes("line"):
            button("Try again", "refresh", self.show)

    def _put(self, draw: Callable[[], Any]) -> None:
        """Draw in place of what was drawn before, unless the dialog was closed meanwhile."""
        if not self._body.is_deleted:
            self._body.clear()
            with self._body:
                draw()
