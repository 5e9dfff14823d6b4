"""The form that changes several routes in one step."""

from collections.abc import Collection, Sequence
from typing import Any, Final

from nicegui import Client, ui

from console.context import Console
from console.data.sip_routes.bulk import BulkEdit
from console.data.sip_routes.draft import RouteDraft
from console.data.sip_routes.faults import field_errors
from console.dialogs import dialog
from console.pages.sip_routes.destination_fields import TYPES
from console.pages.sip_routes.schedule_fields import HOLIDAYS, read_holidays
from console.parts import button, discard, text

_SHOWN: Final = 10


async def change_routes(
    console: Console, client: Client, draft: RouteDraft, numbers: Collection[int]
) -> bool:
    """Show the form, and change the routes as it says; return whether anything was changed."""
    form = _BulkForm(console, client, draft, numbers)
    edit: BulkEdit | None = await form.dialog
    discard(form.dialog)
    if edit is None or edit == BulkEdit():
        return False
    draft.change(numbers, edit)
    return True


class _BulkForm:
    def __init__(self, console: Console, client: Client, draft: RouteDraft, numbers: Collection[int]) -> None:
        self._console = console
        self._draft, self._numbers = draft, numbers
        title = "Change 1 route" if len(numbers) == 1 else f"Change {len(numbers):,} routes"
        with dialog(client, title) as self.dialog:
            self.dialog.props("persistent")
            ui.label("What stays empty is left as it is.")
            self._type = ui.select({"": "Leave as it is", **TYPES}, value="", label="Type of destination")
            self._where = ui.textarea("Where calls go")
            self._comment = ui.input("Comment")
            with ui.element("div").classes("pair"):
                self._find = ui.input("Find in destinations, such as pbx-one.example.com")
                self._replacement = ui.input("Replace with")
            self._holidays = ui.textarea(f"Add to routes with hours. {HOLIDAYS}")
            for field in (self._where, self._holidays):
                field.props("autogrow")
            for element in (
                self._type,
                self._where,
                self._comment,
                self._find,
                self._replacement,
                self._holidays,
            ):
                element.props("outlined dense options-dense")
            self._words = text("", "lines wrong").props('role="alert"')
            with ui.element("div").classes("line"):
                button("Change", "check", self._submit, kind="main")
                button("Cancel", "close", lambda: self.dialog.submit(None))

    async def _submit(self) -> None:
        edit = BulkEdit(
            type=self._type.value or "",
            destination=str(self._where.value or "").strip(),
            comment=str(self._comment.value or ""),
            find=str(self._find.value or ""),
            replacement=str(self._replacement.value or ""),
            holidays=read_holidays(str(self._holidays.value or "")) or None,
        )
        routes = [route for number, route in self._draft.routes.items() if number in self._numbers]
        found = await self._console.answers.do(lambda: _faults(edit, routes))
        lines = [f"{address}: {name}: {message}" for address, name, message in found]
        wrong = {name: message for _, name, message in reversed(found)}
        if not lines:
            self.dialog.submit(edit)
            return
        self._type.error = wrong.pop("type", None)
        destination = next((message for name, message in wrong.items() if name.endswith("destination")), None)
        (self._find if edit.find else self._where).error = destination
        holidays = (message for name, message in wrong.items() if name.startswith("schedule"))
        self._holidays.error = next(holidays, None)
        more = [f"… and {len(lines) - _SHOWN:,} more"] if len(lines) > _SHOWN else []
        self._words.text = "\n".join(["This cannot be taken over:", *lines[:_SHOWN], *more])


def _faults(edit: BulkEdit, routes: Sequence[Any]) -> Sequence[tuple[str, str, str]]:
    """Return what would be wrong after a change: address, field, and why."""
    found = []
    for before in routes:
        after = edit(before)
        if after != before:
            address = str(after.get("address", ""))
            found += [(address, name, message) for name, message in field_errors(after).items()]
    return found
