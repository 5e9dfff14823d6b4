"""The history of one callback, in a dialog."""

from collections.abc import Sequence

from nicegui import Client, ui

from console.context import Console
from console.data.callbacks.history import Happening, load_history
from console.data.callbacks.words import person
from console.data.moments import moment
from console.dialogs import window
from console.pages.looking_up import LookedUp
from console.parts import Words, text
from tools.open_work.callbacks import OpenCallback


class HistoryDialog:
    """A dialog with what has happened to a callback, oldest first."""

    def __init__(self, console: Console, client: Client, item: OpenCallback) -> None:
        self._console, self._client, self._item = console, client, item

    async def open(self) -> None:
        """Open the dialog, and look the history up."""
        name = person(self._console, self._item.number)
        with window(self._client, f"History of the {self._item.kind} of {name}"):
            if self._item.task_sid:
                text(self._item.task_sid, "quiet mono")
            history = LookedUp(self._console, lambda: load_history(self._console, self._item), _draw)
        await history.show()


def _draw(found: Sequence[Happening]) -> None:
    with ui.element("ol").classes("list history"):
        for one in found:
            with ui.element("li"):
                with ui.element("div").classes("line"):
                    text(moment(one.at), "quiet mono")
                    Words("h3", one.what).classes("data")
                if one.details:
                    text(one.details, "lines").props('dir="auto"')
