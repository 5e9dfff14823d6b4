"""The charts of functions over time, each with a table that says the same."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from nicegui import ui

from console.data.performance import Bar
from console.parts import table

_GREY: Final = "#7d8896"


def draw_charts(bars: Sequence[Bar]) -> None:
    """Draw invocations and latency over time, and a table for those who do not see charts."""
    counted = [
        _series("succeeded", "#4c8fdd", [[bar.at, bar.succeeded] for bar in bars]),
        _series("failed", "#d9534f", [[bar.at, bar.failed] for bar in bars]),
        {**_series("cold starts", "#c98a1b", [[bar.at, bar.cold_starts] for bar in bars]), "stack": "cold"},
    ]
    latency = [
        {
            "name": "p95 of the slowest function, ms",
            "type": "line",
            "connectNulls": False,
            "symbolSize": 5,
            "itemStyle": {"color": "#7a5cc4"},
            "data": [[bar.at, round(bar.p95, 1) if bar.slowest else None] for bar in bars],
        }
    ]
    with ui.element("div").classes("columns"):
        _draw(counted, "Invocations over time: succeeded, failed, cold starts")
        _draw(latency, "Latency over time: p95 of the slowest function")
    with ui.expansion("The charts as a table", icon="table_rows"):
        table(
            "Invocations and latency over time",
            ("From (UTC)", "Succeeded", "Failed", "Cold starts", "Slowest function", "its p95 ms"),
            [_row(bar) for bar in reversed(bars) if bar.succeeded or bar.failed],
            numbers=(1, 2, 3, 5),
        )


def _row(bar: Bar) -> tuple[object, ...]:
    at = f"{datetime.fromisoformat(bar.at):%d %b %H:%M:%S}"
    return at, f"{bar.succeeded:,}", f"{bar.failed:,}", f"{bar.cold_starts:,}", bar.slowest, f"{bar.p95:,.0f}"


def _series(name: str, colour: str, data: Sequence[object]) -> Mapping[str, Any]:
    colours = {"itemStyle": {"color": colour}}
    return {"name": name, "type": "bar", "stack": "all", "barMaxWidth": 18, **colours, "data": data}


def _draw(series: Sequence[Mapping[str, Any]], name: str) -> None:
    chart = ui.echart(
        {
            "animation": False,
            "useUTC": True,
            "grid": {"left": 44, "right": 8, "top": 28, "bottom": 24},
            "legend": {"top": 0, "left": 0, "textStyle": {"color": _GREY}, "itemHeight": 10},
            "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
            "xAxis": {"type": "time", "axisLabel": {"color": _GREY, "hideOverlap": True}},
            "yAxis": {
                "type": "value",
                "minInterval": 1,
                "splitLine": {"lineStyle": {"color": "#7d88964d"}},
                "axisLabel": {"color": _GREY},
            },
            "series": list(series),
        },
        renderer="svg",
    ).classes("chart")
    chart.props('role="img"')
    chart.props["aria-label"] = name
