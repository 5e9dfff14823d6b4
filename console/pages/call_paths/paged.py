"""Long lists, a page at a time: what is on the page is drawn anew, the buttons stay and keep the focus."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from nicegui import ui

from console.parts import button

T = TypeVar("T")


class Paged(Generic[T]):
    """A list with its buttons, drawn where it is made.

    Parameters
    ----------
    name
        Of the list; read out with the buttons.
    size
        How many items a page has.
    draw
        Draws the items of a page; the second argument is the number of items before them.
    """

    def __init__(self, name: str, size: int, draw: Callable[[Sequence[T], int], Any]) -> None:
        self._size, self._draw = size, draw
        self._items: Sequence[T] = ()
        self._page = 1
        self._place = ui.element("div").classes("body")
        self._nav = ui.element("nav").classes("line")
        self._nav.props["aria-label"] = f"Pages of {name}"
        with self._nav:
            self._back = button("Previous", "chevron_left", lambda: self._turn(-1), f"page of {name}")
            self._words = ui.label().classes("quiet").props('aria-live="polite"')
            self._on = button("Next", "chevron_right", lambda: self._turn(1), f"page of {name}")

    def show(self, items: Sequence[T], page: int = 1) -> None:
        """Show other items."""
        self._items, self._page = items, page
        self._turn(0)

    def _turn(self, by: int) -> None:
        last = max(1, -(-len(self._items) // self._size))
        self._page = min(max(1, self._page + by), last)
        start = (self._page - 1) * self._size
        self._place.clear()
        with self._place:
            self._draw(self._items[start : start + self._size], start)
        self._words.text = f"Page {self._page:,} of {last:,}"
        self._nav.set_visibility(last > 1)
        self._back.set_enabled(self._page > 1)
        self._on.set_enabled(self._page < last)
