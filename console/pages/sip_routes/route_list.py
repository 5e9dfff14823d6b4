"""The list of routes with the draft's buttons: add, change several, delete, import, export, save, publish."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from nicegui import ui
from nicegui.events import UploadEventArguments, ValueChangeEventArguments

from console.context import Console
from console.data.sip_draft import RouteDraft
from console.data.sip_versions import publish_version
from console.data.sip_words import how_matched, route_words
from console.pages.sip_routes.route_form import ask_for_fields, ask_for_route
from console.pages.sip_routes.saving import ask_to_save
from console.parts import Words, badge, button, hint, text
from console.refusal import REFUSALS, explain
from console.section import Section
from tools.sip_map.map_file import read_map, with_what_tables_lack, write_map
from tools.sip_map.table import TableError

_ON_A_PAGE: Final = 25
_MOST_BYTES: Final = 24 * 1024 * 1024


class RouteList:
    """The draft's routes, a page of them at a time.

    Parameters
    ----------
    console
    draft
    section
        Whose heading shows the version and the buttons.
    changed
        Is called when something was saved or published.
    """

    def __init__(
        self,
        console: Console,
        draft: RouteDraft,
        section: Section[Any],
        changed: Callable[[], Awaitable[None]],
    ) -> None:
        self._console, self._draft, self._section, self._changed = console, draft, section, changed
        self._client = ui.context.client
        self._words, self._page = "", 1
        self._selected: set[int] = set()
        self._head()
        search = ui.input(placeholder="Search in all fields", on_change=self._search).props(
            "outlined dense clearable debounce=250"
        )
        search.props["aria-label"] = "Search in all fields"
        self._bulk = ui.element("div").classes("line")
        self._list = ui.element("div").classes("body")
        self._draw()

    def _head(self) -> None:
        base = self._draft.base
        self._section.beside.clear()
        self._section.actions.clear()
        with self._section.beside:
            badge(f"version {base.number}", "accent")
            badge("live" if base.is_live else "not published", "good" if base.is_live else "warn")
            if self._draft.is_changed():
                badge("changes are not saved", "bad")
        with self._section.actions:
            if self._draft.is_changed():
                button("Save …", "save", self._save, kind="main")
                button("Discard", "undo", self._discard)
            elif not base.is_live:
                button("Publish", "publish", self._publish, kind="main")
            button("Add a route", "add", self._add)
            button("Import", "upload_file", self._ask_for_file)
            with button("Export", "download", lambda: None), ui.menu():
                for name in ("sip-routes.csv", "sip-routes.json"):
                    ui.menu_item(name, on_click=lambda name=name: self._export(name))

    def _redraw(self) -> None:
        self._head()
        self._draw()

    def _draw(self) -> None:
        found = self._draft.search(self._words)
        last = max(1, -(-len(found) // _ON_A_PAGE))
        self._page = min(self._page, last)
        shown = found[(self._page - 1) * _ON_A_PAGE : self._page * _ON_A_PAGE]
        self._selected.intersection_update(range(len(self._draft.routes)))
        self._draw_bulk()
        self._list.clear()
        with self._list:
            whole = f"{len(found):,} of {len(self._draft.routes):,}" if self._words else f"{len(found):,}"
            ui.label(f"{whole} routes").classes("quiet").props('role="status"')
            if not found:
                hint(
                    "No route has these words."
                    if self._words
                    else "There are no routes yet: add one, or import a file."
                )
            with ui.element("ul").classes("list"):
                for number in shown:
                    self._draw_route(number)
                if self._page == last and not self._words:
                    self._draw_default()
            if last > 1:
                ui.pagination(1, last, value=self._page, direction_links=True, on_change=self._turn)

    def _draw_route(self, number: int) -> None:
        route = self._draft.routes[number]
        fields: Mapping[str, Any] = route if isinstance(route, Mapping) else {"comment": str(route)}
        address = str(fields.get("address", ""))
        with ui.element("li"):
            with ui.element("div").classes("line"):
                box = ui.checkbox(
                    value=number in self._selected, on_change=lambda event: self._select(number, event.value)
                )
                box.props["aria-label"] = f"Select {address}"
                Words("h3", address or "(no address)").classes("data mono")
                badge(how_matched(fields) or "faulty")
                if fields.get("comment"):
                    text(fields["comment"], "quiet")
                with ui.element("div").classes("end"):
                    button("Edit", "edit", lambda: self._edit(number), address)
            text(route_words(fields), "lines")

    def _draw_default(self) -> None:
        default = self._draft.data.get("default")
        fields: Mapping[str, Any] = default if isinstance(default, Mapping) else {}
        with ui.element("li"):
            with ui.element("div").classes("line"):
                Words("h3", "Every other address")
                badge("default")
                with ui.element("div").classes("end"):
                    button("Edit", "edit", self._edit_default, "the default route")
            text(route_words(fields), "lines")

    def _draw_bulk(self) -> None:
        self._bulk.clear()
        if self._selected:
            with self._bulk:
                ui.label(f"{len(self._selected):,} selected").props('role="status"')
                button("Change", "edit", self._change_selected, "the selected routes")
                button("Delete", "delete", self._delete_selected, "the selected routes", kind="danger")
                button("Select none", "deselect", self._select_none)

    def _search(self, event: ValueChangeEventArguments[Any]) -> None:
        self._words, self._page = str(event.value or ""), 1
        self._draw()

    def _turn(self, event: ValueChangeEventArguments[Any]) -> None:
        self._page = int(event.value)
        self._draw()

    def _select(self, number: int, chosen: bool) -> None:
        (self._selected.add if chosen else self._selected.discard)(number)
        self._draw_bulk()

    def _select_none(self) -> None:
        self._selected.clear()
        self._draw()

    async def _add(self) -> None:
        empty = {"address": "", "comment": "", "type": "dial-sip", "destination": ""}
        if (route := await ask_for_route("Add a route", empty)) is not None:
            self._draft.put(None, route)
            self._redraw()

    async def _edit(self, number: int) -> None:
        before = self._draft.routes[number]
        fields = before if isinstance(before, Mapping) else {}
        route = await ask_for_route(f"Route {fields.get('address', '')}", fields)
        if route is not None and self._draft.routes[number] is before:
            self._draft.put(number, route)
            self._redraw()

    async def _edit_default(self) -> None:
        default = self._draft.data.get("default")
        fields = default if isinstance(default, Mapping) else {}
        if (route := await ask_for_route("Every other address", fields, is_default=True)) is not None:
            self._draft.put_default(route)
            self._redraw()

    async def _change_selected(self) -> None:
        fields = await ask_for_fields(len(self._selected))
        if fields:
            self._draft.change(self._selected, fields)
            self._redraw()

    def _delete_selected(self) -> None:
        self._draft.delete(self._selected)
        self._selected.clear()
        self._redraw()

    def _discard(self) -> None:
        self._draft.replace(self._draft.base.data)
        self._selected.clear()
        self._redraw()

    def _ask_for_file(self) -> None:
        with ui.dialog() as dialog, ui.card().classes("dialog"):
            heading = Words("h2", "Import routes")
            ui.label("A table (.csv, .tsv, .txt) or JSON, as Export writes it. Nothing is saved yet.")

            async def take(event: UploadEventArguments) -> None:
                content = await event.file.read()
                dialog.close()
                self._take(event.file.name, content)

            ui.upload(on_upload=take, auto_upload=True, max_file_size=_MOST_BYTES, label="A file").props(
                "flat bordered"
            )
            button("Close", "close", dialog.close)
        dialog.props["aria-labelledby"] = heading.html_id
        dialog.on("hide", dialog.delete)
        dialog.open()

    def _take(self, name: str, content: bytes) -> None:
        with self._client:
            try:
                data = with_what_tables_lack(name, read_map(name, content), self._draft.base.data)
            except TableError as error:
                ui.notify(str(error), type="negative", timeout=0, close_button="Close")
                return
            if not isinstance(data, Mapping) or not isinstance(data.get("routes"), list):
                ui.notify(f"{name}: must hold routes", type="negative", timeout=0, close_button="Close")
                return
            self._draft.replace(data)
            self._selected.clear()
            self._redraw()
            ui.notify(
                f"{name}: {len(self._draft.routes):,} routes. Save shows what changes and what is wrong."
            )

    def _export(self, name: str) -> None:
        try:
            ui.download.content(write_map(name, self._draft.data).encode(), name)
        except TableError as error:
            ui.notify(str(error), type="negative")

    async def _save(self) -> None:
        if await ask_to_save(self._console, self._draft):
            await self._changed()

    async def _publish(self) -> None:
        try:
            await self._console.answers.do(lambda: publish_version(self._draft.base.sid))
        except REFUSALS as error:
            with self._client:
                ui.notify(explain(error), type="negative")
        else:
            with self._client:
                ui.notify("Published: calls follow within seconds.", type="positive")
        await self._changed()
