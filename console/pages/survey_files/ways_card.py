"""The graph of a survey's branches, and beside it the same in words."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from nicegui import ui

from console.data.survey_files.analysis import Analysis
from console.data.survey_files.ways import Node, Stop, Way, Ways
from console.parts import Words, badge, button, hint, text

_ROW: Final = 92
_COLUMN: Final = 290
_NODE: Final = (250, 48)
_BLUE: Final = "#1d5fb8"
_GREY: Final = "#5d6878"
_LABEL: Final = {"position": "middle", "fontSize": 12, "color": "#fff", "backgroundColor": _GREY}


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
                _chart(ways)
            with ui.element("ol").classes("list stops"):
                for stop in ways.stops:
                    self._draw_stop(stop)

    def _draw_stop(self, stop: Stop) -> None:
        with ui.element("li"):
            with ui.element("div").classes("line"):
                button(stop.key, "edit_note", partial(self._go_to, stop.key, stop.line)).classes("data")
                badge(stop.type)
            for way in stop.ways:
                text(way, "quiet")


def _chart(ways: Ways) -> None:
    rows = max(node.row for node in ways.nodes) + 1
    columns = 1 + 2 * max(abs(node.column) for node in ways.nodes)
    sides = 2 if any(way.rows != 1 for way in ways.ways) else 1
    width = int((columns - 1) * _COLUMN + _NODE[0] * (1 + 0.35 * sides))
    chart = ui.echart(
        {
            "animation": False,
            "series": [
                {
                    "type": "graph",
                    "layout": "none",
                    "silent": True,
                    "symbol": "roundRect",
                    "left": 30 + _NODE[0] // 2,
                    "right": 30 + _NODE[0] // 2,
                    "top": _NODE[1],
                    "bottom": _NODE[1],
                    "edgeSymbol": ["none", "arrow"],
                    "edgeSymbolSize": 9,
                    "lineStyle": {"color": "#7d8896", "width": 1.6, "opacity": 1},
                    "data": [_node(one) for one in ways.nodes],
                    "links": [_link(one) for one in ways.ways],
                }
            ],
        },
        renderer="svg",
    ).props('role="img" aria-label="The ways through the survey; the list says the same"')
    chart.style(f"width: {width}px; min-width: {width}px; height: {rows * _ROW}px")


def _node(node: Node) -> dict[str, Any]:
    is_question = bool(node.title and node.id.startswith("q"))
    return {
        "id": node.id,
        "name": f"{node.title}\n{node.words}" if node.words else node.title,
        "x": node.column * _COLUMN,
        "y": node.row * _ROW,
        "symbolSize": list(_NODE) if is_question else [70, 30],
        "itemStyle": {"color": _BLUE if is_question else _GREY},
        "label": {"show": True, "color": "#fff", "fontSize": 12, "lineHeight": 17},
    }


def _link(way: Way) -> dict[str, Any]:
    label: dict[str, Any] = {"show": bool(way.condition), **_LABEL, "padding": [2, 5], "borderRadius": 4}
    return {
        "source": way.source,
        "target": way.target,
        "value": way.condition[:40] + ("…" if len(way.condition) > 40 else ""),
        "label": {**label, "formatter": "{c}"},
        "lineStyle": {"curveness": 0 if way.rows == 1 else 0.35},
    }
