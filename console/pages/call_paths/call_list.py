"""The list of calls: all that were read, or those of a band or a widget; each leads to its path."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode

from nicegui import ui

from console.context import Console
from console.pages.call_paths.words import clock, ending, moment
from console.parts import Words, badge, button, hint, table
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
        self._console, self._all = console, calls
        self._calls, self._about, self._page = calls, "", 1
        with ui.element("section").classes("card") as card:
            with ui.element("div").classes("top"):
                heading = Words("h2", "Calls").props('tabindex="-1"')
            self._draw()
        self._heading = heading
        card.props["aria-labelledby"] = heading.html_id

    def choose(self, about: str, calls: Sequence[Journey]) -> None:
        """List some of the calls only, and go there."""
        self._calls, self._about, self._page = calls, about, 1
        self._draw.refresh()
        ui.run_javascript(f"getHtmlElement({self._heading.id}).focus()")

    @ui.refreshable_method
    def _draw(self) -> None:
        if self._about:
            with ui.element("div").classes("line"):
                badge(f"{len(self._calls):,}", "accent")
                ui.label(self._about).classes("data clamp")
                button("All calls", "close", lambda: self.choose("", self._all))
        draw_calls(
            self._console, "Calls", self._calls[(self._page - 1) * _ON_A_PAGE : self._page * _ON_A_PAGE]
        )
        if not self._calls:
            hint("No calls.")
        if (last := -(-len(self._calls) // _ON_A_PAGE)) > 1:
            ui.pagination(
                1,
                last,
                value=self._page,
                direction_links=True,
                on_change=lambda event: self._turn(event.value),
            ).props("max-pages=7 boundary-numbers")

    def _turn(self, page: int) -> None:
        self._page = page
        self._draw.refresh()


def path_address(call_sid: str) -> str:
    """Return where the page shows one call's path."""
    return f"{PATH}?{urlencode({'call': call_sid})}"


def draw_calls(console: Console, name: str, calls: Sequence[Journey]) -> None:
    """Draw calls as a table, each with a link to its path."""
    if calls:
        table(name, _COLUMNS, [_row(console, call) for call in calls], numbers=(4, 5))


def _row(console: Console, call: Journey) -> Sequence[object]:
    return (
        moment(call.started_at),
        lambda: ui.link(call.call_sid, path_address(call.call_sid)).classes("data mono"),
        console.masked(call.caller),
        console.masked(call.called),
        "" if call.seconds is None else clock(call.seconds),
        f"{len(call.visits):,}",
        call.visits[-1].name if call.visits else "",
        ending(call),
        ", ".join(call.failures),
    )
