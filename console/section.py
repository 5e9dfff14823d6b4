"""A section of a page: its content is looked up after the page is there, and can be looked up again."""

import logging
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from nicegui import ui

from console.context import Console
from console.parts import Words, icon_button, problem
from console.refusal import REFUSALS, UNEXPECTED, explain

T = TypeVar("T")

_log = logging.getLogger("console")


class Section(Generic[T]):
    """A card with a heading.

    Parameters
    ----------
    console
    title
    name
        The answer's name among `Answers`.
    load
        Looks it up, in a thread.
    draw
        Draws it.
    seconds
        How old a kept answer may be.
    every
        Seconds after which it is looked up again while the page is open; 0 for never.

    Attributes
    ----------
    beside, actions, body : ui.element
        Places in the card: beside the heading, at its end, and below it.
    others : list[ui.element]
        Places elsewhere in which `draw` draws, too.
    """

    def __init__(
        self,
        console: Console,
        title: str,
        name: str,
        load: Callable[[], T],
        draw: Callable[[T], Any],
        *,
        seconds: float = 5.0,
        every: float = 0.0,
    ) -> None:
        self._console, self._name, self._load, self._draw = console, name, load, draw
        self._seconds = seconds
        self._drawn: T | None = None
        self._problem = ""
        self.others: list[ui.element] = []
        with ui.element("section").classes("card") as self.card:
            with ui.element("div").classes("top"):
                heading = Words("h2", title)
                self.beside = ui.element("div").classes("line")
                with ui.element("div").classes("end"):
                    self.actions = ui.element("div").classes("line")
                    icon_button(f"Look up {title} again", "refresh", self.again)
            self.body = ui.element("div").classes("body").props('aria-busy="true"')
            with self.body:
                ui.skeleton("text", width="60%")
                ui.skeleton("text", width="40%")
        self.card.props["aria-labelledby"] = heading.html_id
        ui.timer(0, self.show, once=True)
        if every:
            ui.timer(every, self._follow, immediate=False)

    async def again(self) -> None:
        """Look it up again, kept or not."""
        self._console.answers.forget(self._name)
        await self.show()

    async def _follow(self) -> None:
        """Draw it anew only where it has changed, so that the focus stays where it is."""
        await self.show(anew=False)

    async def show(self, *, anew: bool = True) -> None:
        """Draw what is known, or why it cannot be known; `anew` draws also what is drawn already."""
        try:
            found = await self._console.answers.get(self._name, self._load, self._seconds)
        except REFUSALS as error:
            self._refuse(explain(error), anew=anew)
        except Exception:  # noqa: BLE001  # the page shows what else is known
            _log.exception("%s cannot be shown", self._name)
            self._refuse(UNEXPECTED, anew=anew)
        else:
            if anew or self._problem or found != self._drawn:
                self._try_to_put(found)

    def _refuse(self, message: str, *, anew: bool) -> None:
        """Say why it cannot be shown; only once for the same reason, since it is read out."""
        if anew or message != self._problem:
            self._put(None, lambda: problem(message))
            self._problem = message

    def _try_to_put(self, found: T) -> None:
        try:
            self._put(found, lambda: self._draw(found))
        except Exception:  # noqa: BLE001  # as above
            _log.exception("%s cannot be shown", self._name)
            self._put(None, lambda: problem(UNEXPECTED))

    def _put(self, found: T | None, draw: Callable[[], Any]) -> None:
        """Draw in place of what was drawn before, unless the page was left meanwhile."""
        if self.body.is_deleted:
            return
        self._drawn, self._problem = found, ""
        self.body.props["aria-busy"] = "false"
        for part in (self.beside, self.actions, self.body, *self.others):
            part.clear()
        with self.body:
            draw()
