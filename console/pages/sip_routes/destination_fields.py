"""Fields for a destination: its type, where it leads, and its share of the calls."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from nicegui import ui

from console.parts import icon_button
from sip_router.domain.destination import DestinationType

TYPES: Final = {
    DestinationType.WEBHOOK.value: "Webhook: a URL that answers with TwiML",
    DestinationType.DIAL_APPLICATION.value: "TwiML application: its SID",
    DestinationType.DIAL_CLIENT.value: "Client: its identity",
    DestinationType.DIAL_SIP.value: "SIP address",
    DestinationType.PLAY.value: "Play: the URL of a recording",
    DestinationType.REFER.value: "Refer: hand the call over to a SIP address",
    DestinationType.SAY.value: "Say: words",
    DestinationType.TWIML.value: "TwiML",
}
_NONE: Final = ""


class DestinationFields:
    """The fields of one destination.

    Parameters
    ----------
    name
        What the destination is, for the fields' labels.
    fields
        The destination as it is.
    is_optional
        Whether there may be none.
    has_weight
        Whether it has a share of the calls.
    remove
        Makes a button that removes the fields; None makes none.
    """

    def __init__(
        self,
        name: str,
        fields: Mapping[str, Any],
        *,
        is_optional: bool = False,
        has_weight: bool = False,
        remove: Callable[[], Any] | None = None,
    ) -> None:
        self._before = fields
        kind = str(fields.get("type", _NONE if is_optional else DestinationType.DIAL_SIP.value))
        options = {**({_NONE: "None"} if is_optional else {}), **TYPES}
        if kind not in options:
            options[kind] = kind
        with ui.element("div").classes("destination"):
            self._type = ui.select(options, value=kind, label=name).props("outlined dense options-dense")
            self._where = ui.textarea(f"{name}: where", value=str(fields.get("destination", "")))
            self._where.props("outlined dense autogrow")
            self._where.bind_visibility_from(self._type, "value", bool)
            self._weight: ui.number | None = None
            if has_weight:
                weight = fields.get("weight", 1)
                self._weight = ui.number(
                    "Share", value=weight if isinstance(weight, int) else 1, min=0, max=10_000, precision=0
                )
                self._weight.props("outlined dense")
            if remove:
                icon_button(f"Remove {name}", "close", remove)

    def value(self) -> dict[str, Any] | None:
        """Return the destination; None where there is none."""
        if not self._type.value:
            return None
        found = {**self._before, "type": self._type.value, "destination": str(self._where.value or "")}
        if self._weight is not None:
            weight = self._weight.value
            if weight is None or (weight == 1 and "weight" not in found):
                found.pop("weight", None)
            else:
                found["weight"] = int(weight)
        return found

    def show_errors(self, errors: Mapping[str, str], prefix: str = "") -> None:
        """Show what is wrong at the fields that have it."""
        self._type.error = errors.get(f"{prefix}type")
        self._where.error = errors.get(f"{prefix}destination") or errors.get(prefix.rstrip("."))
        if self._weight is not None:
            self._weight.error = errors.get(f"{prefix}weight")
