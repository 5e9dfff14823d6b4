"""The form of a route, in a dialog: errors stand at the fields that have them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from nicegui import Client, ui

from console.context import Console
from console.data.sip_routes.draft import RouteDraft
from console.data.sip_routes.faults import field_errors
from console.dialogs import dialog
from console.pages.sip_routes.destination_fields import DestinationFields
from console.pages.sip_routes.schedule_fields import ScheduleFields
from console.parts import button, discard, text

UNFINISHED: Final = "sip form"
"""Where a form that is open is kept, so that it can be opened again after the page was left."""

_MATCHES: Final = {
    "": "As the address tells: ^… is a pattern, …* a prefix, all else exact",
    "exact": "Exactly this address",
    "prefix": "Addresses that begin so",
    "pattern": "A regular expression",
}
_MOST_ALTERNATIVES: Final = 20


@dataclass(frozen=True)
class Edited:
    """A route that is edited.

    Attributes
    ----------
    number : int or None
        Its number in the draft; None where it is new, or the default route.
    before : Any
        As it was when the form was opened first; None where it is new.
    route : Mapping[str, Any]
        As the form has it.
    is_default : bool
    """

    number: int | None
    before: Any
    route: Mapping[str, Any]
    is_default: bool = False

    @property
    def title(self) -> str:
        """The form's heading."""
        if self.is_default:
            return "Every other address"
        address = self.before.get("address", "") if isinstance(self.before, Mapping) else ""
        return "Add a route" if self.number is None else f"Route {address}"


async def edit_route(console: Console, client: Client, draft: RouteDraft, edited: Edited) -> bool:
    """Show the form of a route, and put into the draft what comes of it; return whether anything did."""
    form = RouteForm(console, client, draft, edited)
    found: dict[str, Any] | None = await form.dialog
    if client.id not in Client.instances:
        return False  # the page was left: what was typed is kept for the next time
    console.kept.pop(UNFINISHED, None)
    discard(form.dialog)
    if found is None or found == edited.before:
        return False
    if edited.is_default:
        draft.put_default(edited.before, found)
    else:
        draft.put(edited.number, edited.before, found)
    return True


class RouteForm:
    """The dialog of one route."""

    def __init__(self, console: Console, client: Client, draft: RouteDraft, edited: Edited) -> None:
        self._console, self._draft, self._edited = console, draft, edited
        self._route = route = edited.route
        self._address: ui.input | None = None
        self._match: ui.select | None = None
        with dialog(client, edited.title) as self.dialog:
            self.dialog.props("persistent")
            if not edited.is_default:
                self._draw_address()
            self._own = DestinationFields("Where calls go", route, has_weight=True)
            self._comment = ui.input("Comment", value=str(route.get("comment") or "")).props("outlined dense")
            self._draw_alternatives()
            with ui.expansion("Hours", icon="schedule", value="schedule" in route):
                self._schedule = ScheduleFields(route.get("schedule"))
                self._otherwise = DestinationFields(
                    "When it is closed", _part(route, "otherwise"), is_optional=True
                )
            with ui.expansion("If that fails", icon="alt_route", value="fallback" in route):
                self._fallback = DestinationFields("Then", _part(route, "fallback"), is_optional=True)
            self._words = text("", "lines wrong").props('role="alert"')
            with ui.element("div").classes("line"):
                button("Take over", "check", self._submit, kind="main")
                button("Cancel", "close", lambda: self.dialog.submit(None))
            ui.timer(1.0, self._keep)

    def value(self) -> dict[str, Any]:
        """Return the route as the fields have it; what they do not know stays."""
        own = self._own.value() or {}
        found: dict[str, Any] = {**self._route, **own, "comment": str(self._comment.value or "")}
        if "weight" not in own:
            found.pop("weight", None)
        if self._edited.is_default and not found["comment"] and "comment" not in self._route:
            del found["comment"]
        if self._address is not None and self._match is not None:
            found["address"] = str(self._address.value or "").strip()
            _set(found, "match", self._match.value or None)
        _set(found, "alternatives", [one for field in self._alternatives if (one := field.value())] or None)
        _set(found, "schedule", self._schedule.value())
        _set(found, "otherwise", self._otherwise.value())
        _set(found, "fallback", self._fallback.value())
        return found

    def _keep(self) -> None:
        edited = self._edited
        route = self.value()
        if route != edited.route and self.dialog.client.has_socket_connection:
            self._console.kept[UNFINISHED] = Edited(edited.number, edited.before, route, edited.is_default)

    def _draw_address(self) -> None:
        self._address = ui.input("Address", value=str(self._route.get("address", ""))).props("outlined dense")
        match = str(self._route.get("match") or "")
        options = _MATCHES if match in _MATCHES else {**_MATCHES, match: match}
        self._match = ui.select(options, value=match, label="How it is compared").props(
            "outlined dense options-dense"
        )

    def _draw_alternatives(self) -> None:
        self._alternatives: list[DestinationFields] = []
        with ui.expansion("Shares", icon="call_split", value=bool(self._route.get("alternatives"))):
            ui.label("Calls are shared out between these destinations; the same call always gets the same.")
            self._more = ui.element("div").classes("body")
            listed = self._route.get("alternatives")
            for one in listed if isinstance(listed, list) else ():
                self._add_alternative(one if isinstance(one, Mapping) else {})
            button("Another destination", "add", lambda: self._add_alternative({}))

    def _add_alternative(self, fields: Mapping[str, Any]) -> None:
        if len(self._alternatives) >= _MOST_ALTERNATIVES:
            return
        with self._more, ui.element("div").classes("body") as block:

            def remove() -> None:
                self._alternatives.remove(made)
                block.delete()

            made = DestinationFields("Another destination", fields, has_weight=True, remove=remove)
        self._alternatives.append(made)

    def _submit(self) -> None:
        route = self.value()
        others = (one for number, one in self._draft.routes.items() if number != self._edited.number)
        errors = field_errors(route, others, is_default=self._edited.is_default)
        if not errors:
            self.dialog.submit(route)
            return
        shown = dict(errors)
        if self._address is not None and self._match is not None:
            self._address.error = shown.pop("address", None)
            self._match.error = shown.pop("match", None)
        self._own.show_errors(shown)
        for number, field in enumerate(self._alternatives):
            field.show_errors(shown, f"alternatives[{number}].")
        self._schedule.show_errors(shown)
        self._otherwise.show_errors(shown, "otherwise.")
        self._fallback.show_errors(shown, "fallback.")
        listed = "\n".join(f"{field or 'route'}: {message}" for field, message in errors.items())
        self._words.text = f"This cannot be taken over yet:\n{listed}"


def _part(route: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = route.get(name)
    return part if isinstance(part, Mapping) else {}


def _set(route: dict[str, Any], name: str, value: Any) -> None:
    """Set a field, or take it away where there is nothing to say."""
    if value is None:
        route.pop(name, None)
    else:
        route[name] = value
