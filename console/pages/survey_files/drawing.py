"""The drawing of a survey's ways: boxes below each other, ways in lanes beside them, as ECharts' graphics.

https://echarts.apache.org/en/option.html#graphic
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any, Final

from nicegui import ui

from console.data.survey_files.ways import Node, Way, Ways

_LEFT: Final = 8
_BOX_WIDTH: Final = 264
_BOX_HEIGHT: Final = 46
_GAP: Final = 38
_SLOT: Final = 22
_LABELS: Final = 250
_LANE: Final = 16
_BLUE: Final = "#1d5fb8"
_GREY: Final = "#5d6878"
_LINE: Final = "#7d8896"
_MOST_LETTERS: Final = 38

Graphic = dict[str, Any]


def draw_ways(ways: Ways) -> None:
    """Draw the ways of a survey."""
    drawing = _Drawing(ways)
    lanes = max((way.lane for way in ways.ways), default=0)
    width = _LEFT + _BOX_WIDTH + (_LABELS + lanes * _LANE + 12 if lanes else 12)
    chart = ui.echart({"animation": False, "graphic": list(drawing.graphics())}, renderer="svg")
    chart.props('role="img" aria-label="The ways through the survey; the list says the same"')
    chart.style(f"width: {width}px; height: {drawing.height}px; min-width: {width}px")


class _Drawing:
    def __init__(self, ways: Ways) -> None:
        self._ways = ways
        leaving = Counter(way.source for way in ways.ways if way.lane)
        self._heights = [_height(node, leaving[row]) for row, node in enumerate(ways.nodes)]
        self._tops = [0, *accumulate(height + _GAP for height in self._heights[:-1])]
        self.height = self._tops[-1] + self._heights[-1] + 4

    def graphics(self) -> Iterator[Graphic]:
        """Yield lines, boxes, and labels above both."""
        labels: list[Graphic] = []
        for way in self._ways.ways:
            points = self._points(way)
            yield {"type": "polyline", "silent": True, "shape": {"points": points}, "style": _stroke()}
            yield _arrow(points)
            if way.condition:
                labels.append(self._label(way, points))
        for row, node in enumerate(self._ways.nodes):
            yield self._box(node, row)
        yield from labels

    def _points(self, way: Way) -> list[list[int]]:
        if not way.lane:
            middle = _LEFT + _BOX_WIDTH // 2
            return [
                [middle, self._tops[way.source] + self._heights[way.source]],
                [middle, self._tops[way.target]],
            ]
        right, lane = _LEFT + _BOX_WIDTH, _LEFT + _BOX_WIDTH + _LABELS + way.lane * _LANE
        start, end = self._leaves(way), self._tops[way.target] + 7
        return [[right, start], [lane, start], [lane, end], [right, end]]

    def _leaves(self, way: Way) -> int:
        return self._tops[way.source] + _SLOT + 3 + way.slot * _SLOT

    def _label(self, way: Way, points: Sequence[Sequence[int]]) -> Graphic:
        if way.lane:
            x, y = points[0][0] + 10, points[0][1] - 9
        else:
            x, y = points[0][0] + 10, (points[0][1] + points[1][1]) // 2 - 10
        return {
            "type": "text",
            "silent": True,
            "x": x,
            "y": y,
            "style": {
                "text": _shortened(way.condition),
                "fill": "#fff",
                "backgroundColor": _GREY,
                "borderRadius": 4,
                "padding": [3, 6],
                "fontSize": 12,
                "fontFamily": "system-ui, sans-serif",
            },
        }

    def _box(self, node: Node, row: int) -> Graphic:
        width = _BOX_WIDTH if node.is_question else 70
        left = _LEFT + (_BOX_WIDTH - width) // 2
        return {
            "type": "rect",
            "silent": True,
            "shape": {"x": left, "y": self._tops[row], "width": width, "height": self._heights[row], "r": 8},
            "style": {"fill": _BLUE if node.is_question else _GREY},
            "textContent": {
                "style": {
                    "text": f"{node.title}\n{node.words}" if node.words else node.title,
                    "fill": "#fff",
                    "fontSize": 12,
                    "lineHeight": 18,
                    "align": "center",
                    "fontFamily": "system-ui, sans-serif",
                    "width": width - 16,
                    "overflow": "truncate",
                }
            },
            "textConfig": {"position": "inside"},
        }


def _height(node: Node, leaving: int) -> int:
    return max(_BOX_HEIGHT, _SLOT * (leaving + 1) + 10) if node.is_question else 30


def _stroke() -> Graphic:
    return {"stroke": _LINE, "lineWidth": 1.6, "fill": "none"}


def _arrow(points: Sequence[Sequence[int]]) -> Graphic:
    (x, y), is_down = points[-1], points[-2][0] == points[-1][0]
    tip = [[x, y], [x - 5, y - 9], [x + 5, y - 9]] if is_down else [[x, y], [x + 9, y - 5], [x + 9, y + 5]]
    return {"type": "polygon", "silent": True, "shape": {"points": tip}, "style": {"fill": _LINE}}


def _shortened(text: str) -> str:
    return text if len(text) <= _MOST_LETTERS else f"{text[: _MOST_LETTERS - 1].rstrip()}…"
