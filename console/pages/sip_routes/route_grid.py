"""The grid of routes: search, pages, selection, and the buttons of each row."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from nicegui import ui
from nicegui.events import ValueChangeEventArguments

from console.context import Console
from console.data.sip_routes.draft import RouteDraft
from console.data.sip_routes.words import how_matched, route_words
from console.dialogs import ask
from console.pages.sip_routes.bulk_form import change_routes
from console.pages.sip_routes.route_form import Edited, edit_route
from console.parts import Words, badge, button, hint, icon_button, text
from sip_router.domain.route import Kind

_ON_A_PAGE: Final = 25


class RouteGrid:
    """The draft's routes, a page of them at a time. It keeps its search and page when it is drawn anew.

    Parameters
    ----------
    console
    changed
        Is called when the draft was changed.
    """

    def __init__(self, console: Console, changed: Callable[[], Any]) -> None:
        self._console, self._changed = console, changed
        self._client = ui.context.client
        self._words, self._page = "", 1
        self._selected: set[int] = set()
        self._draft: RouteDraft
        self._is_drawn = False

    def draw_search(self) -> ui.element:
        """Draw the field for searches, once: what is typed stays when the grid is drawn anew."""
        search = ui.input(placeholder="Search in all fields", on_change=self._search)
        search.props('outlined dense clearable debounce=250 type="search"')
        search.props["aria-label"] = "Search in all fields"
        return search

    def draw(self, draft: RouteDraft) -> None:
        """Draw the grid here."""
        self._draft, self._is_drawn = draft, True
        self._bulk = ui.element("div").classes("line bulk")
        self._list = ui.element("div").classes("body")
        self.draw_rows()

    def draw_rows(self) -> None:
        """Draw the page of routes that is shown."""
        found = self._draft.search(self._words)
        last = max(1, -(-len(found) // _ON_A_PAGE))
        self._page = min(self._page, last)
        shown = found[(self._page - 1) * _ON_A_PAGE : self._page * _ON_A_PAGE]
        self._selected.intersection_update(self._draft.routes)
        self._draw_bulk(found)
        self._list.clear()
        with self._list:
            has_default = self._draft.is_default_found(self._words)
            if not found and not (self._words and has_default):
                hint(
                    "No route has these words."
                    if self._words
                    else "There are no routes yet: add one, or import a file."
                )
            if found or has_default:
                self._draw_grid(shown, has_default=has_default)
            if last > 1:
                pages = ui.pagination(1, last, value=self._page, direction_links=True, on_change=self._turn)
                pages.props("max-pages=7")

    def _draw_grid(self, shown: Sequence[int], *, has_default: bool) -> None:
        with (
            ui.element("div").classes("scroll").props('tabindex="0" role="region" aria-label="Routes"'),
            ui.element("table").classes("rows routes"),
        ):
            with ui.element("thead"), ui.element("tr"):
                with Words("th", "").props('scope="col"'):
                    if shown:
                        box = ui.checkbox(value=self._selected.issuperset(shown))
                        box.props["aria-label"] = "Select all on this page"
                        box.on_value_change(lambda event: self._select_page(shown, chosen=event.value))
                for column in ("Address", "Where calls go", "Comment", "Actions"):
                    Words("th", column).props('scope="col"')
            with ui.element("tbody"):
                for number in shown:
                    self._draw_route(number)
                if has_default:
                    self._draw_default()

    def _draw_route(self, number: int) -> None:
        route = self._draft.routes[number]
        fields: Mapping[str, Any] = route if isinstance(route, Mapping) else {"comment": str(route)}
        address, kind = self._masked(fields.get("address", "")), how_matched(fields)
        with ui.element("tr"):
            with ui.element("td"):
                box = ui.checkbox(value=number in self._selected)
                box.on_value_change(lambda event: self._select(number, chosen=event.value))
                box.props["aria-label"] = f"Select {address}"
            with ui.element("th").props('scope="row"'):
                text(address or "(no address)", "mono")
                with ui.element("div").classes("line"):
                    if kind != Kind.EXACT:
                        badge(kind or "faulty", "" if kind else "bad")
                    if state := self._draft.state_of(number):
                        badge(state, "warn")
            self._draw_words(fields)
            with ui.element("td").classes("actions"), ui.element("div").classes("line"):
                button("Edit", "edit", partial(self._edit, number), address)
                icon_button(f"Copy {address}", "content_copy", partial(self._copy, fields))
                if kind == Kind.PATTERN:
                    icon_button(f"Try {address} earlier", "arrow_upward", partial(self._move, number, -1))
                    icon_button(f"Try {address} later", "arrow_downward", partial(self._move, number, 1))

    def _draw_default(self) -> None:
        default = self._draft.default
        fields: Mapping[str, Any] = default if isinstance(default, Mapping) else {}
        with ui.element("tr"):
            ui.element("td")
            with ui.element("th").props('scope="row"'):
                ui.label("Every other address")
                if default != self._draft.base.data.get("default"):
                    badge("edited", "warn")
            self._draw_words(fields)
            with ui.element("td").classes("actions"):
                button("Edit", "edit", self._edit_default, "the default route")

    def _draw_words(self, fields: Mapping[str, Any]) -> None:
        where = Words("td", self._masked(route_words(fields))).classes("data lines")
        where.props["data-label"] = "Where calls go"
        comment = Words("td", self._masked(fields.get("comment") or "")).classes("data comment")
        comment.props["data-label"] = "Comment"

    def _masked(self, value: Any) -> str:
        return str(self._console.masked(str(value)))

    def _draw_bulk(self, found: Sequence[int]) -> None:
        self._bulk.clear()
        whole = len(self._draft.routes)
        count = f"{len(found):,} of {whole:,}" if self._words else f"{whole:,}"
        with self._bulk:
            ui.label(f"{count} {'route' if whole == 1 else 'routes'}").classes("quiet").props('role="status"')
            if self._selected:
                ui.label(f"{len(self._selected):,} selected").props('role="status"')
                button("Change", "edit", self._change_selected, "the selected routes")
                button("Delete", "delete", self._delete_selected, "the selected routes", kind="danger")
                button("Select none", "deselect", partial(self._choose, ()))
            if len(found) > len(self._selected):
                words = f"Select all {len(found):,}" + (" found" if self._words else "")
                button(words, "select_all", partial(self._choose, found))

    def _search(self, event: ValueChangeEventArguments[Any]) -> None:
        self._words, self._page = str(event.value or ""), 1
        if self._is_drawn:
            self.draw_rows()

    def _turn(self, event: ValueChangeEventArguments[Any]) -> None:
        self._page = int(event.value)
        self.draw_rows()

    def _select(self, number: int, *, chosen: bool) -> None:
        (self._selected.add if chosen else self._selected.discard)(number)
        self._draw_bulk(self._draft.search(self._words))

    def _select_page(self, shown: Sequence[int], *, chosen: bool) -> None:
        (self._selected.update if chosen else self._selected.difference_update)(shown)
        self.draw_rows()

    def _choose(self, numbers: Sequence[int]) -> None:
        self._selected = set(numbers)
        self.draw_rows()

    def _move(self, number: int, step: int) -> None:
        self._draft.move(number, step)
        self._changed()

    async def _edit(self, number: int) -> None:
        if number not in self._draft.routes:  # it was deleted on another page
            self.draw_rows()
            return
        route = self._draft.routes[number]
        await self.open_form(Edited(number, route, route if isinstance(route, Mapping) else {}))

    async def _edit_default(self) -> None:
        default = self._draft.default
        fields = default if isinstance(default, Mapping) else {}
        await self.open_form(Edited(None, default, fields, is_default=True))

    async def _copy(self, fields: Mapping[str, Any]) -> None:
        await self.open_form(Edited(None, None, {**fields, "address": ""}))

    async def open_form(self, edited: Edited) -> None:
        """Show the form of a route."""
        if await edit_route(self._console, self._client, self._draft, edited):
            self._changed()

    async def _change_selected(self) -> None:
        if await change_routes(self._console, self._client, self._draft, frozenset(self._selected)):
            self._changed()

    async def _delete_selected(self) -> None:
        number = "1 route" if len(self._selected) == 1 else f"{len(self._selected):,} routes"
        about = "Calls follow only what you save and publish. Undo brings them back until then."
        chosen = frozenset(self._selected)
        if await ask(self._client, f"Delete {number}?", about, f"Delete {number}", "delete"):
            self._draft.delete(chosen)
            self._selected.clear()
            self._changed()
