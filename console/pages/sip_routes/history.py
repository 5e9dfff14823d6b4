"""The history of route tables: who saved what and when, what changed, and the way back."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from nicegui import ui

from console.context import Console
from console.data.sip_versions import VersionRow, changes_since_before, load_history, roll_back_to
from console.parts import Words, badge, button, code, hint, text
from console.refusal import REFUSALS, explain
from console.section import Section

HISTORY = "sip history"


class HistorySection:
    """The section with the latest versions.

    Parameters
    ----------
    console
    changed
        Is called when a version was published or rolled back.
    """

    def __init__(self, console: Console, changed: Callable[[], Awaitable[None]]) -> None:
        self._console, self._changed = console, changed
        self._client = ui.context.client
        self._section = Section(console, "History", HISTORY, load_history, self._draw, seconds=5)

    async def again(self) -> None:
        """Look up the history again."""
        await self._section.again()

    def _draw(self, versions: Sequence[VersionRow]) -> None:
        with ui.element("ul").classes("list"):
            for version in versions:
                self._draw_version(version)

    def _draw_version(self, version: VersionRow) -> None:
        with ui.element("li"):
            with ui.element("div").classes("line"):
                Words("h3", f"Version {version.number}")
                if version.is_live:
                    badge("live", "good")
                text(f"{version.routes:,} routes", "quiet")
                with ui.element("div").classes("end"):
                    about = f"version {version.number}"
                    button("What changed", "difference", partial(self._show_changes, version), about)
                    if not version.is_live:
                        button("Go back", "history", partial(self._ask_to_roll_back, version), about)
            if version.note:
                text(version.note)
            text(f"{version.at[:16].replace('T', ' ')} UTC, {version.by}", "quiet")

    async def _show_changes(self, version: VersionRow) -> None:
        try:
            lines = await self._console.answers.do(lambda: changes_since_before(version))
        except REFUSALS as error:
            self._tell(explain(error), "negative")
            return
        with self._client, ui.dialog() as dialog, ui.card().classes("dialog"):
            heading = Words("h2", f"What version {version.number} changed")
            if lines:
                code("\n".join(lines), "What changed")
            else:
                hint("It changed no route.")
            button("Close", "close", dialog.close)
        dialog.props["aria-labelledby"] = heading.html_id
        dialog.on("hide", dialog.delete)
        dialog.open()

    async def _ask_to_roll_back(self, version: VersionRow) -> None:
        with self._client, ui.dialog() as dialog, ui.card().classes("dialog"):
            heading = Words("h2", f"Route calls by version {version.number}?")
            ui.label("Its map becomes the newest version, and calls follow it within seconds.")
            with ui.element("div").classes("line"):
                button("Route calls by it", "history", lambda: dialog.submit(True), kind="main")
                button("Leave it", "close", lambda: dialog.submit(False))
        dialog.props["aria-labelledby"] = heading.html_id
        agreed = await dialog
        dialog.delete()
        if agreed:
            await self._do(
                lambda: roll_back_to(version.sid, ""), f"Calls follow version {version.number} again."
            )

    async def _do(self, work: Callable[[], Any], done: str) -> None:
        try:
            await self._console.answers.do(work)
        except REFUSALS as error:
            self._tell(explain(error), "negative")
        else:
            self._tell(done, "positive")
        await self._changed()

    def _tell(self, message: str, kind: str) -> None:
        with self._client:
            ui.notify(message, type="positive" if kind == "positive" else "negative")
