"""The section of routes: the version, the draft's buttons, what another changed meanwhile, and the grid."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from functools import partial
from typing import Any, Final

from nicegui import ui

from console.context import Console
from console.data.sip_routes.draft import Base, RouteDraft, load_base
from console.dialogs import ask, tell
from console.pages.sip_routes.clashes import draw_clashes
from console.pages.sip_routes.import_dialog import ImportDialog
from console.pages.sip_routes.route_form import UNFINISHED, Edited
from console.pages.sip_routes.route_grid import RouteGrid
from console.pages.sip_routes.saving import ask_to_publish, ask_to_save
from console.parts import badge, button
from console.section import Section
from tools.sip_map.map_file import write_map
from tools.sip_map.table import TableError

DRAFT: Final = "sip draft"
LATEST: Final = "sip latest"

_FILES: Final = {"sip-routes.csv": "Table (.csv)", "sip-routes.json": "JSON (.json)"}
_EMPTY: Final[Mapping[str, str]] = {"address": "", "comment": "", "type": "dial-sip", "destination": ""}


class RouteSection:
    """The section.

    Parameters
    ----------
    console
    changed
        Is called when something was saved or published.
    """

    def __init__(self, console: Console, changed: Callable[[], Awaitable[None]]) -> None:
        self._console, self._changed = console, changed
        self._client = ui.context.client
        self._grid = RouteGrid(console, self._redraw)
        self._drawn = -1
        self._is_checked = self._is_asking = False
        self._section = Section(console, "Routes", LATEST, self._load, self._draw, seconds=5, every=15)
        with self._section.card:
            self._grid.draw_search().move(target_index=1)
        ui.timer(1.0, self._follow)

    @property
    def draft(self) -> RouteDraft | None:
        """What is edited; None before it is loaded."""
        found: RouteDraft | None = self._console.kept.get(DRAFT)
        return found

    async def again(self) -> None:
        """Look up the latest version again."""
        await self._section.again()

    def _load(self) -> Base:
        return load_base(self.draft.base if self.draft else None)

    def _draw(self, base: Base) -> None:
        draft = self.draft
        if draft is None:
            draft = self._console.kept[DRAFT] = RouteDraft(base)
        elif base.number < draft.base.number and not self._is_checked:
            # It was looked up before the draft was saved, or the platform was started anew.
            self._is_checked = True
            ui.timer(0, self.again, once=True)
        else:
            self._is_checked = False
            was_changed, number = draft.is_changed, draft.base.number
            draft.rebase(base)
            if was_changed and base.number != number:
                words = f"Version {base.number} was saved meanwhile. Your changes are kept, on top of it."
                tell(self._client, words, is_good=True)
        self._above = ui.element("div").classes("body")
        self._grid.draw(draft)
        self._draw_head(draft)

    def _redraw(self) -> None:
        if (draft := self.draft) is not None:
            self._grid.draw_rows()
            self._draw_head(draft)

    def _follow(self) -> None:
        """Draw what was edited on another page of the same operator."""
        if self._drawn >= 0 and (draft := self.draft) is not None and draft.revision != self._drawn:
            self._redraw()

    def _draw_head(self, draft: RouteDraft) -> None:
        base, is_changed = draft.base, draft.is_changed
        self._drawn = draft.revision
        for part in (self._section.beside, self._section.actions, self._above):
            part.clear()
        with self._section.beside:
            badge(f"version {base.number}", "accent")
            badge("live" if base.is_live else "not published", "good" if base.is_live else "warn")
            if is_changed:
                badge("changes are not saved", "bad")
        with self._section.actions:
            if is_changed and not draft.clashes:
                button("Save …", "save", self._save, kind="main")
            elif not is_changed and not base.is_live:
                button("Publish …", "publish", self._publish, kind="main")
            if draft.has_steps:
                button("Undo", "undo", self._undo)
            if is_changed:
                button("Discard", "delete_sweep", self._discard)
            button("Add a route", "add", partial(self._grid.open_form, Edited(None, None, _EMPTY)))
            button("Import", "upload_file", self._import)
            with button("Export", "download", lambda: None), ui.menu():
                for name, words in _FILES.items():
                    ui.menu_item(words, on_click=partial(self._export, name))
        with self._above:
            self._draw_unfinished()
            draw_clashes(self._console, draft, self._redraw)

    def _draw_unfinished(self) -> None:
        edited: Edited | None = self._console.kept.get(UNFINISHED)
        if edited is None:
            return
        with ui.element("div").classes("notice"):
            ui.icon("edit_note").props('aria-hidden="true"')
            ui.label("A form was left open. What you typed is kept.")
            button("Open it again", "edit", partial(self._open_again, edited))
            button("Drop it", "close", self._drop_unfinished)

    async def _open_again(self, edited: Edited) -> None:
        await self._grid.open_form(edited)
        self._redraw()

    def _drop_unfinished(self) -> None:
        self._console.kept.pop(UNFINISHED, None)
        self._redraw()

    def _undo(self) -> None:
        if (draft := self.draft) is not None:
            draft.undo()
            self._redraw()

    async def _discard(self) -> None:
        about = "The routes are shown again as they were saved last."
        if (draft := self.draft) is not None and await ask(
            self._client, "Discard all changes that are not saved?", about, "Discard them", "delete_sweep"
        ):
            draft.discard()
            self._redraw()

    def _import(self) -> None:
        if (draft := self.draft) is not None:
            ImportDialog(self._console, self._client, draft, self._redraw)

    def _export(self, name: str) -> None:
        if (draft := self.draft) is None:
            return
        try:
            content = write_map(name, draft.data).encode("utf-8", "surrogatepass")
        except TableError as error:
            tell(self._client, str(error), is_good=False)
        else:
            ui.download.content(content, name)

    async def _save(self) -> None:
        if (draft := self.draft) is not None:
            await self._ask(ask_to_save(self._console, self._client, draft))

    async def _publish(self) -> None:
        if (draft := self.draft) is not None:
            base = draft.base
            await self._ask(ask_to_publish(self._console, self._client, base.sid, base.number))

    async def _ask(self, question: Coroutine[Any, Any, bool]) -> None:
        """Ask before something is saved or published; the second click of two asks nothing."""
        if self._is_asking:
            question.close()
            return
        self._is_asking = True
        try:
            is_done = await question
        finally:
            self._is_asking = False
        if is_done:
            await self._changed()
