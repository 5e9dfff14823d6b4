"""A section of a page: its content is looked up after the page is there, and can be looked up again."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

from nicegui import ui

from console.context import Console
from console.parts import Words, icon_button, problem
from console.refusal import REFUSALS, explain

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
            ui.timer(every, self.show, immediate=False)

    async def again(self) -> None:
        """Look it up again, kept or not."""
        self._console.answers.forget(self._name)
        await self.show()

    async def show(self) -> None:
        """Draw what is known, or why it cannot be known."""
        try:
            found = await self._console.answers.get(self._name, self._load, self._seconds)
        except REFUSALS as error:
            with self._cleared():
                problem(explain(error))
        except Exception:  # noqa: BLE001  # the page shows what else is known
            _log.exception("%s cannot be shown", self._name)
            with self._cleared():
                problem("This cannot be shown; the console's terminal says why.")
        else:
            with self._cleared():
                self._draw(found)

    @contextmanager
    def _cleared(self) -> Iterator[None]:
        if self.body.is_deleted:  # the page was left meanwhile
            with ui.element("template") as nowhere:
                yield
            nowhere.delete()
            return
        self.body.props["aria-busy"] = "false"
        self.beside.clear()
        self.actions.clear()
        self.body.clear()
        with self.body:
            yield
