"""The list of calls: all that were read, or those of a band or a widget; each leads to its path."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode

from nicegui import ui

from console.context import Console
from console.pages.call_paths.paged import Paged
from console.pages.call_paths.words import clock, ending, moment
from console.parts import Words, badge, button, hint, table, text
from tools.ivr_report.journey import Journey

PATH: Final = "/call-paths"
_ON_A_PAGE: Final = 15
_COLUMNS: Final = ("Started (UTC)", "Call", "From", "To", "Duration", "Widgets", "Ended in", "How", "Errors")


class CallList:
    """The card.

    Parameters
    ----------
    console
    calls
        Those that are listed until others are chosen.
    """

    def __init__(self, console: Console, calls: Sequence[Journey]) -> None:
        self._all = calls
        with ui.element("section").classes("card") as card:
            with ui.element("div").classes("top"):
                self._heading = Words("h2", "Calls").props('tabindex="-1"')
            self._which = ui.element("div").classes("line")
            self._paged: Paged[Journey] = Paged(
                "calls", _ON_A_PAGE, lambda shown, _: draw_calls(console, "Calls", shown)
            )
        card.props["aria-labelledby"] = self._heading.html_id
        self._show("", calls)

    def choose(self, about: str, calls: Sequence[Journey]) -> None:
        """List some of the calls only, and go there."""
        self._show(about, calls)
        ui.run_javascript(f"getHtmlElement({self._heading.id}).focus()")

    def _show(self, about: str, calls: Sequence[Journey]) -> None:
        self._which.clear()
        self._which.set_visibility(bool(about))
        with self._which:
            if about:
                badge(f"{len(calls):,}", "accent")
                text(about, "clamp")
                button("All calls", "close", lambda: self.choose("", self._all))
        self._paged.show(calls)


def path_address(call_sid: str) -> str:
    """Return where the page shows one call's path."""
    return f"{PATH}?{urlencode({'call': call_sid})}"


def draw_calls(console: Console, name: str, calls: Sequence[Journey]) -> None:
    """Draw calls as a table, each with a link to its path."""
    if calls:
        table(name, _COLUMNS, [_row(console, call) for call in calls], numbers=(4, 5))
    else:
        hint("No calls.")


def _row(console: Console, call: Journey) -> Sequence[object]:
    return (
        moment(call.started_at),
        lambda: ui.link(call.call_sid, path_address(call.call_sid)).classes("data mono sid"),
        lambda: text(console.masked_person(call.caller), "clamp"),
        lambda: text(console.masked_person(call.called), "clamp"),
        "" if call.seconds is None else clock(call.seconds),
        f"{len(call.visits):,}",
        lambda: text(call.visits[-1].name if call.visits else "", "clamp"),
        ending(call),
        lambda: text(", ".join(call.failures), "clamp"),
    )
