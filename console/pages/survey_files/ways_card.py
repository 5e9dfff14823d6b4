"""The graph of a survey's branches, and beside it the same in words."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from nicegui import ui

from console.data.survey_files.analysis import Analysis
from console.data.survey_files.ways import Stop, Ways
from console.pages.survey_files.drawing import draw_ways
from console.parts import Words, badge, button, hint, text

_ON_A_PAGE: Final = 20


class WaysCard:
    """The card Ways.

    Parameters
    ----------
    go_to
        Shows a question: its key, and the line of its file.
    """

    def __init__(self, go_to: Callable[[str, int], Any]) -> None:
        self._go_to = go_to
        self._shown: Ways | None = None
        with ui.element("section").classes("card") as card:
            heading = Words("h2", "Ways through the survey")
            self._body = ui.element("div").classes("body")
        card.props["aria-labelledby"] = heading.html_id

    def show(self, analysis: Analysis) -> None:
        """Draw the ways of a survey; where it has none now, the last ones stay, and a note says so."""
        if analysis.ways is None:
            if self._shown is None:
                self._body.clear()
                with self._body:
                    hint("The ways are drawn once the questions can be read.", "account_tree")
            return
        if analysis.ways != self._shown:
            self._shown = analysis.ways
            self._body.clear()
            with self._body:
                self._draw(analysis.ways)

    def _draw(self, ways: Ways) -> None:
        if not ways.branches:
            ui.label("No answer changes the way: every question is asked, in this order.").classes("quiet")
        with ui.element("div").classes("ways"):
            region = ui.element("div").classes("scroll drawing")
            region.props('tabindex="0" role="region" aria-label="Drawing of the ways"')
            with region:
                draw_ways(ways)
            with ui.element("div").classes("body"):
                stops = ui.element("ol").classes("list")
                last = -(-len(ways.stops) // _ON_A_PAGE)
                if last > 1:
                    ui.pagination(
                        1,
                        last,
                        direction_links=True,
                        on_change=lambda event: self._draw_stops(stops, ways.stops, event.value),
                    )
                self._draw_stops(stops, ways.stops, 1)

    def _draw_stops(self, into: ui.element, stops: Sequence[Stop], page: int) -> None:
        into.clear()
        with into:
            for stop in stops[(page - 1) * _ON_A_PAGE : page * _ON_A_PAGE]:
                self._draw_stop(stop)

    def _draw_stop(self, stop: Stop) -> None:
        with ui.element("li"):
            with ui.element("div").classes("line"):
                button(stop.key, "edit_note", partial(self._go_to, stop.key, stop.line)).classes("data")
                badge(stop.type)
            for way in stop.ways:
                text(way, "quiet")
