"""The Sankey diagram of moves, and the same as a table, whose buttons do what a click on a band does."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from nicegui import ui
from nicegui.events import EChartPointClickEventArguments

from console.pages.call_paths.paged import Paged
from console.pages.call_paths.words import label, share
from console.parts import button, table, text
from tools.ivr_report.journey import FLOW_ENDED, HUNG_UP
from tools.ivr_report.moves import FURTHER, Move, Place

MOST: Final = 80
"""The largest bands that are drawn; the table has all of them."""

_ON_A_PAGE: Final = 20
_BLUE, _RED, _GREEN, _GREY = "#4c8fdd", "#d9534f", "#3f9d69", "#8a93a0"
_COLOURS: Final = {Place(HUNG_UP, 0): _RED, Place(FLOW_ENDED, 0): _GREEN}
_PIXELS_A_ROUND: Final = 26
_PIXELS_A_COLUMN: Final = 105


def draw_sankey(moves: Counter[Move], choose: Callable[[Move], Any]) -> None:
    """Draw the largest bands; `choose` is told the one that is clicked."""
    shown = moves.most_common(MOST)
    places = list(dict.fromkeys(place for move, _ in shown for place in move))
    chart = ui.echart(
        _options(shown, _labels(places)),
        on_point_click=lambda event: _chosen(event, shown, choose),
        renderer="svg",
    ).classes("sankey")
    width, height = _columns(shown) * _PIXELS_A_COLUMN, min(760, max(300, _PIXELS_A_ROUND * len(places)))
    chart.style(f"min-width: {width}px; height: {height}px")
    chart.props('role="img" aria-label="Moves between widgets; the table of bands says the same"')


def draw_bands(moves: Counter[Move], calls: int, choose: Callable[[Move], Any]) -> None:
    """Draw all bands as a table, the largest first, and a button for the calls of each."""

    def row(move: Move, count: int) -> Sequence[object]:
        one, two = (place.label for place in move)
        return (
            lambda: text(one, "clamp"),
            lambda: text(two, "clamp"),
            f"{count:,}",
            share(count, calls),
            lambda: button("Calls", "list", lambda: choose(move), f"from {one} to {two}"),
        )

    def draw(bands: Sequence[tuple[Move, int]], _: int) -> None:
        columns = ("From", "To", "Calls", "Share of calls", "Which")
        table("Bands", columns, [row(*band) for band in bands], numbers=(2, 3))

    paged: Paged[tuple[Move, int]] = Paged("bands", _ON_A_PAGE, draw)
    paged.show(moves.most_common())


def _chosen(
    event: EChartPointClickEventArguments, shown: Sequence[tuple[Move, int]], choose: Callable[[Move], Any]
) -> Any:
    if event.data_type != "edge" or not isinstance(event.data_index, int):
        return None
    return choose(shown[event.data_index][0]) if 0 <= event.data_index < len(shown) else None


def _labels(places: Sequence[Place]) -> Mapping[Place, str]:
    """Return the names of places in the chart: without their sub-flow's, where that tells them apart."""
    labels: dict[Place, str] = {}
    taken: set[str] = set()
    for place in places:
        short, whole = label(place.label.rpartition(" / ")[2]), label(place.label)
        numbered = (f"{whole} #{number}" for number in range(2, len(places) + 3))
        labels[place] = next(name for name in (short, whole, *numbered) if name not in taken)
        taken.add(labels[place])
    return labels


def _options(shown: Sequence[tuple[Move, int]], labels: Mapping[Place, str]) -> dict[str, Any]:
    nodes = [
        {
            "name": name,
            "itemStyle": {"color": _COLOURS.get(place, _GREY if place.round == 0 else _BLUE)},
            "label": {"position": "right" if place.round or place.name == FURTHER else "left"},
        }
        for place, name in labels.items()
    ]
    links = [
        {
            "source": labels[one],
            "target": labels[two],
            "value": count,
            "lineStyle": {"color": _COLOURS.get(two, _GREY)},
        }
        for (one, two), count in shown
    ]
    series = {
        "type": "sankey",
        "left": 4,
        "right": 4,
        "top": 8,
        "bottom": 8,
        "nodeWidth": 12,
        "nodeGap": 12,
        "draggable": False,
        "emphasis": {"focus": "adjacency"},
        "lineStyle": {"opacity": 0.35, "curveness": 0.5},
        "label": {"fontSize": 12, "width": _PIXELS_A_COLUMN, "overflow": "truncate"},
        "data": nodes,
        "links": links,
    }
    return {"animation": False, "tooltip": {"trigger": "item", "confine": True}, "series": [series]}


def _columns(shown: Sequence[tuple[Move, int]]) -> int:
    """Return how many places the longest way has, which is how many columns are drawn."""
    depth: dict[Place, int] = {}
    following: dict[Place, list[Place]] = {}
    entering: Counter[Place] = Counter()
    for (one, two), _ in shown:
        following.setdefault(one, []).append(two)
        entering[two] += 1
    waiting = [place for place in following if not entering[place]]
    while waiting:
        place = waiting.pop()
        for further in following.get(place, ()):
            depth[further] = max(depth.get(further, 0), depth.get(place, 0) + 1)
            entering[further] -= 1
            if not entering[further]:
                waiting.append(further)
    return max(depth.values(), default=0) + 1
