"""The import of a file: a report for each line, before anything of it is taken over."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from nicegui import Client, ui
from nicegui.events import UploadEventArguments

from console.context import Console
from console.data.sip_routes.draft import RouteDraft
from console.data.sip_routes.imports import FAULTY, Import, read_import, report_of
from console.dialogs import dialog, tell
from console.parts import badge, button, discard, hint, problem, table
from tools.sip_map.table import TableError

_ON_A_PAGE: Final = 50
_MOST_BYTES: Final = 24 * 1024 * 1024
_COLOURS: Final = {FAULTY: "bad", "new": "good", "changed": "accent", "unchanged": ""}


class ImportDialog:
    """The dialog; opens at once.

    Parameters
    ----------
    console
    client
    draft
    taken
        Is called when the draft has changed.
    """

    def __init__(self, console: Console, client: Client, draft: RouteDraft, taken: Callable[[], Any]) -> None:
        self._console, self._client, self._draft, self._taken = console, client, draft, taken
        self._page, self._is_faulty_only = 1, False
        with dialog(client, "Import routes") as self._dialog:
            self._body = ui.element("div").classes("body")
        self._dialog.on("hide", lambda: discard(self._dialog))
        self._ask_for_file()
        self._dialog.open()

    def _ask_for_file(self, refusal: str = "") -> None:
        self._body.clear()
        with self._body:
            ui.label(
                "A table (.csv, .tsv, .txt) or JSON, as Export writes it. You see what each line does before "
                "anything is taken over, and nothing is saved yet."
            )
            if refusal:
                problem(refusal)
            upload = ui.upload(
                on_upload=self._read,
                on_rejected=lambda: self._ask_for_file(f"The file is larger than {_MOST_BYTES >> 20} MB."),
                auto_upload=True,
                max_file_size=_MOST_BYTES,
            ).classes("file")
            upload.props('accept=".csv,.tsv,.txt,.json"')
            with ui.element("div").classes("line"):
                choose = button("Choose a file", "upload_file", lambda: None, kind="main")
                # A browser opens its dialog only at once, not after the server was asked.
                choose.on("click", js_handler=f"() => getElement({upload.id}).pickFiles()")
                button("Close", "close", self._dialog.close)

    async def _read(self, event: UploadEventArguments) -> None:
        name, content = event.file.name, await event.file.read()
        data, base = self._draft.data, self._draft.base.data
        try:
            found = await self._console.answers.do(lambda: read_import(name, content, data, base))
        except TableError as error:
            self._ask_for_file(str(error) if str(error).startswith(name) else f"{name}: {error}")
            return
        if not self._body.is_deleted:
            self._page, self._is_faulty_only = 1, not found.is_faultless
            self._show(found)

    def _show(self, found: Import) -> None:
        self._body.clear()
        rows = [row for row in found.rows if row.state == FAULTY or not self._is_faulty_only]
        last = max(1, -(-len(rows) // _ON_A_PAGE))
        with self._body:
            with ui.element("div").classes("line"):
                ui.label(found.name).classes("data")
                for state, colour in _COLOURS.items():
                    if number := found.numbers[state]:
                        badge(f"{number:,} {state}", colour)
            if not found.rows:
                hint("The file holds no routes.")
            if not found.is_faultless:
                only = ui.switch("Only faulty lines", value=self._is_faulty_only)
                only.on_value_change(lambda event: self._choose(found, is_faulty_only=event.value))
            start = (self._page - 1) * _ON_A_PAGE
            shown = [
                (row.line or "", row.state, *map(self._console.masked, (row.address, row.message)))
                for row in rows[start : start + _ON_A_PAGE]
            ]
            if shown:
                table("Lines of the file", ("Line", "State", "Address", "What is wrong"), shown, numbers=(0,))
            if last > 1:
                ui.pagination(
                    1,
                    last,
                    value=self._page,
                    direction_links=True,
                    on_change=lambda event: self._turn(found, event),
                )
            self._draw_buttons(found)

    def _draw_buttons(self, found: Import) -> None:
        if found.routes or found.default is not None:
            ui.label(
                "Add them: each takes the place of the route with the same address, and other routes stay. "
                "Replace all: routes that are not in the file are deleted."
                if found.is_faultless
                else "Faulty lines are left out if you add the others. To replace all, mend the file."
            ).classes("quiet")
        with ui.element("div").classes("line"):
            if found.routes or found.default is not None:
                words = "Add them" if found.is_faultless else "Add the others"
                button(words, "playlist_add", lambda: self._take(found, is_whole=False), kind="main")
                if found.is_faultless:
                    button("Replace all", "published_with_changes", lambda: self._take(found, is_whole=True))
            button("Download the report", "download", lambda: self._download(found))
            button("Another file", "upload_file", partial(self._ask_for_file, ""))
            button("Close", "close", self._dialog.close)

    def _choose(self, found: Import, *, is_faulty_only: bool) -> None:
        self._page, self._is_faulty_only = 1, is_faulty_only
        self._show(found)

    def _turn(self, found: Import, event: Any) -> None:
        self._page = int(event.value)
        self._show(found)

    def _download(self, found: Import) -> None:
        ui.download.content(report_of(found).encode("utf-8", "replace"), "import-report.csv")

    def _take(self, found: Import, *, is_whole: bool) -> None:
        # The draft may have changed since the file was read: routes are added to it as it is now.
        self._draft.replace(found.whole if is_whole else found.added_to(self._draft.data))
        self._dialog.close()
        self._taken()
        number = f"{len(found.routes):,} {'route' if len(found.routes) == 1 else 'routes'}"
        tell(self._client, f"{found.name}: {number} taken over, not saved yet.", is_good=True)
