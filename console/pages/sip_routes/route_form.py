"""The form of a route, in a dialog: errors stand at the fields that have them."""

from collections.abc import Mapping
from typing import Any, Final

from nicegui import ui

from console.data.sip_draft import field_errors
from console.pages.sip_routes.destination_fields import TYPES, DestinationFields
from console.pages.sip_routes.schedule_fields import ScheduleFields
from console.parts import Words, button, text

_MATCHES: Final = {
    "": "As the address tells: ^… is a pattern, …* a prefix, all else exact",
    "exact": "Exactly this address",
    "prefix": "Addresses that begin so",
    "pattern": "A regular expression",
}
_MOST_ALTERNATIVES: Final = 20


async def ask_for_route(
    title: str, route: Mapping[str, Any], *, is_default: bool = False
) -> dict[str, Any] | None:
    """Return the route as the operator has edited it, without faults; None where nothing is to change."""
    form = RouteForm(title, route, is_default=is_default)
    found: dict[str, Any] | None = await form.dialog
    form.dialog.delete()
    return found


async def ask_for_fields(number: int) -> dict[str, Any]:
    """Return the fields that several routes are to get; none where nothing is to change."""
    with ui.dialog() as dialog, ui.card().classes("dialog"):
        heading = Words("h2", f"Change {number:,} routes")
        ui.label("What stays empty is left as it is.")
        kind = ui.select({"": "Leave as it is", **TYPES}, value="", label="Type").props(
            "outlined dense options-dense"
        )
        where = ui.textarea("Where to").props("outlined dense autogrow")
        comment = ui.input("Comment").props("outlined dense")
        with ui.element("div").classes("line"):
            button("Change", "check", lambda: dialog.submit(True), kind="main")
            button("Cancel", "close", lambda: dialog.submit(False))
    dialog.props["aria-labelledby"] = heading.html_id
    agreed = await dialog
    found = {"type": kind.value, "destination": where.value, "comment": comment.value}
    dialog.delete()
    return {name: value for name, value in found.items() if value} if agreed else {}


class RouteForm:
    """The dialog of one route."""

    def __init__(self, title: str, route: Mapping[str, Any], *, is_default: bool) -> None:
        self._route, self._is_default = route, is_default
        self._address: ui.input | None = None
        self._match: ui.select | None = None
        with ui.dialog() as self.dialog, ui.card().classes("dialog"):
            heading = Words("h2", title).classes("data clamp")
            if not is_default:
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
            self._words = text("", "quiet lines").props('role="status"')
            with ui.element("div").classes("line"):
                button("Take over", "check", self._submit, kind="main")
                button("Cancel", "close", lambda: self.dialog.submit(None))
        self.dialog.props["aria-labelledby"] = heading.html_id

    def value(self) -> dict[str, Any]:
        """Return the route as the fields have it; what they do not know stays."""
        own = self._own.value() or {}
        found: dict[str, Any] = {**self._route, **own, "comment": str(self._comment.value or "")}
        if self._address is not None and self._match is not None:
            found["address"] = str(self._address.value or "").strip()
            _set(found, "match", self._match.value or None)
        _set(found, "alternatives", [one for field in self._alternatives if (one := field.value())] or None)
        _set(found, "schedule", self._schedule.value())
        _set(found, "otherwise", self._otherwise.value())
        _set(found, "fallback", self._fallback.value())
        return found

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
        errors = field_errors(route, is_default=self._is_default)
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
