"""The history of route tables: who saved what and when, what changed, publishing, and the way back."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from nicegui import ui

from console.context import Console
from console.data.sip_routes.versions import (
    HistoryPage,
    VersionRow,
    changes_from,
    load_history,
    roll_back_to,
)
from console.dialogs import dialog, tell, window
from console.pages.sip_routes.changes_view import draw_changes
from console.pages.sip_routes.saving import ask_to_publish
from console.parts import Words, badge, button, discard, hint, text
from console.refusal import REFUSALS, explain
from console.section import Section

HISTORY: Final = "sip history"


class HistorySection:
    """The section with the latest versions; older ones are added when they are asked for.

    Parameters
    ----------
    console
    changed
        Is called when a version was published or rolled back.
    """

    def __init__(self, console: Console, changed: Callable[[], Awaitable[None]]) -> None:
        self._console, self._changed = console, changed
        self._client = ui.context.client
        self._cursor, self._is_asking = "", False
        self._section = Section(console, "History", HISTORY, load_history, self._draw, seconds=5, every=15)

    async def again(self) -> None:
        """Look up the history again."""
        await self._section.again()

    def _draw(self, page: HistoryPage) -> None:
        if not page.versions:
            hint("Nothing was saved yet: calls follow the file that was deployed.")
        self._list = ui.element("ul").classes("list")
        self._older = ui.element("div").classes("line")
        self._add(page)

    def _add(self, page: HistoryPage) -> None:
        with self._list:
            for version in page.versions:
                self._draw_version(version)
        self._older.clear()
        self._cursor = page.cursor
        if page.cursor:
            with self._older:
                button("Older versions", "expand_more", partial(self._add_older, page.cursor))

    async def _add_older(self, cursor: str) -> None:
        if cursor != self._cursor:  # the second click of two
            return
        self._cursor = ""
        try:
            page = await self._console.answers.do(lambda: load_history(cursor))
        except REFUSALS as error:
            self._cursor = cursor
            tell(self._client, explain(error), is_good=False)
        else:
            self._add(page)

    def _draw_version(self, version: VersionRow) -> None:
        about = f"version {version.number}"
        with ui.element("li"):
            with ui.element("div").classes("line"):
                Words("h3", f"Version {version.number}")
                if version.is_live:
                    badge("live", "good")
                elif version.is_waiting:
                    badge("not published", "warn")
                text("1 route" if version.routes == 1 else f"{version.routes:,} routes", "quiet")
                with ui.element("div").classes("end"):
                    if version.parent:
                        button("What changed", "difference", partial(self._show_changes, version), about)
                    if version.is_waiting:
                        button("Publish", "publish", partial(self._ask_to_publish, version), about)
                    elif not version.is_live:
                        button("Roll back", "history", partial(self._ask_to_roll_back, version), about)
            if version.note:
                text(self._console.masked(version.note), "clamp")
            text(f"{version.at[:16].replace('T', ' ')} UTC, {self._console.masked(version.by)}", "quiet")

    async def _show_changes(self, version: VersionRow) -> None:
        try:
            changes = await self._console.answers.do(lambda: changes_from(version.parent, version.sid))
        except REFUSALS as error:
            tell(self._client, explain(error), is_good=False)
            return
        with window(self._client, f"What version {version.number} changed"):
            draw_changes(self._console, changes, "It changed no route.")

    async def _ask_to_publish(self, version: VersionRow) -> None:
        if await ask_to_publish(self._console, self._client, version.sid, version.number):
            await self._changed()

    async def _ask_to_roll_back(self, version: VersionRow) -> None:
        if self._is_asking:  # the second click of two
            return
        self._is_asking = True
        try:
            await self._roll_back(version)
        finally:
            self._is_asking = False

    async def _roll_back(self, version: VersionRow) -> None:
        try:
            changes = await self._console.answers.do(lambda: changes_from("live", version.sid))
        except REFUSALS as error:
            tell(self._client, explain(error), is_good=False)
            return
        with dialog(self._client, f"Roll back to version {version.number}?") as made:
            ui.label(
                "Its map becomes the newest version, and calls follow it within seconds. "
                "The versions between stay in the history. What changes for calls:"
            )
            draw_changes(self._console, changes)
            note = ui.input("Note for the history", placeholder=f"Back to version {version.number}")
            note.props("outlined dense maxlength=500")
            with ui.element("div").classes("line"):
                button("Roll back to it", "history", lambda: made.submit(True), kind="main")
                button("Cancel", "close", lambda: made.submit(False))
        agreed, words = await made, str(note.value or "")
        discard(made)
        if not agreed:
            return
        try:
            number = await self._console.answers.do(lambda: roll_back_to(version.sid, words))
        except REFUSALS as error:
            tell(self._client, explain(error), is_good=False)
        else:
            tell(
                self._client,
                f"Calls follow the map of version {version.number} again, which is now version {number}.",
                is_good=True,
            )
        await self._changed()
