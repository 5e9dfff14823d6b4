"""The page: three figures and a table, without external resources."""

from html import escape

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

from tools.ivr_report.journey import FLOW_ENDED, HUNG_UP
from tools.ivr_report.moves import FURTHER, Place
from tools.ivr_report.paths import Paths, Widget

# Okabe and Ito's colours, which colour-blind readers tell apart: https://jfly.uni-koeln.de/color/
_BLUE, _RED, _GREEN, _ORANGE, _GREY = "#0072B2", "#D55E00", "#009E73", "#E69F00", "#8A8F98"
_COLOURS = {Place(HUNG_UP, 0): _RED, Place(FLOW_ENDED, 0): _GREEN, Place(FURTHER, 0): _GREY}
_FONT = {"family": "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif", "size": 14, "color": "#1F2933"}
_CONFIG = {"displayModeBar": False, "responsive": True}
_ROW_PIXELS = 30
_TICKS = 10

_STYLE = """
body { font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; color: #1f2933;
       max-width: 1180px; margin: 2rem auto; padding: 0 1rem; }
h1 { margin-bottom: 0; } h2 { margin: 2.5rem 0 .25rem; } p { margin: .25rem 0 1rem; color: #52606d; }
ul.numbers { list-style: none; display: flex; flex-wrap: wrap; gap: 1rem 2.5rem; padding: 0; }
ul.numbers b { display: block; font-size: 1.9rem; line-height: 1.2; }
table { border-collapse: collapse; width: 100%; } caption { text-align: left; color: #52606d; }
th, td { text-align: right; padding: .35rem .6rem; border-bottom: 1px solid #e4e7eb; vertical-align: top; }
th:first-child, td:first-child, th:last-child, td:last-child { text-align: left; }
"""


def page(paths: Paths, title: str) -> str:
    """Return the page as HTML that loads nothing from the network.

    Parameters
    ----------
    paths : Paths
        The statistics to show.
    title : str
        The heading, such as a flow's SID.
    """
    widgets = sorted(paths.widgets.values(), key=lambda widget: (-widget.visits, widget.name))
    sections = (
        _section(
            "How callers move",
            "Who goes back to an earlier widget begins a new round: menu (2).",
            _sankey(paths),
        ),
        _section("Where they hang up", "Visits that ended with a hang-up in the widget.", _drop_off(widgets)),
        _section(
            "How long it takes",
            "Median time, and a line to where nine of ten were done.",
            _times(widgets),
        ),
    )
    return (
        "<!doctype html>\n"
        f'<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style><script>{get_plotlyjs()}</script></head><body>"
        f"<h1>{escape(title)}</h1><p>{escape(_period(paths))}</p>{_numbers(paths)}"
        f"{''.join(sections)}{_table(widgets)}</body></html>\n"
    )


def _section(title: str, text: str, figure: go.Figure) -> str:
    drawn: str = figure.to_html(full_html=False, include_plotlyjs=False, config=_CONFIG)
    return f"<h2>{escape(title)}</h2><p>{escape(text)}</p>{drawn}"


def _period(paths: Paths) -> str:
    if not paths.calls:
        return "No calls."
    first, last = (moment[:16].replace("T", " ") for moment in (paths.earliest, paths.latest))
    return f"Calls from {first} to {last} UTC"


def _numbers(paths: Paths) -> str:
    items = [("calls", f"{paths.calls:,}")]
    items += [
        (ending, f"{count:,} ({count / paths.calls:.0%})") for ending, count in paths.endings.most_common()
    ]
    shown = "".join(f"<li><b>{escape(value)}</b>{escape(name)}</li>" for name, value in items)
    return f'<ul class="numbers">{shown}</ul>'


def _sankey(paths: Paths) -> go.Figure:
    places = list(dict.fromkeys(place for move in paths.moves for place in move))
    number = {place: index for index, place in enumerate(places)}
    moves = paths.moves.most_common()
    node = {
        "label": [escape(place.label.rpartition(" / ")[2]) for place in places],  # without the subflow
        "customdata": [escape(place.label) for place in places],
        "color": [_COLOURS.get(place, _BLUE) for place in places],
        "pad": 16,
        "thickness": 14,
        "hovertemplate": "%{customdata}: %{value}<extra></extra>",
    }
    link = {
        "source": [number[one] for (one, _), _ in moves],
        "target": [number[two] for (_, two), _ in moves],
        "value": [count for _, count in moves],
        "color": [_faded(_COLOURS.get(two, _GREY)) for (_, two), _ in moves],
        "hovertemplate": "%{source.customdata} → %{target.customdata}: %{value}<extra></extra>",
    }
    figure = go.Figure(go.Sankey(node=node, link=link, arrangement="snap"))
    return figure.update_layout(
        height=min(860, max(400, 22 * len(places))),
        font={**_FONT, "size": 12},
        margin={"l": 8, "r": 8, "t": 16, "b": 16},
    )


def _drop_off(widgets: list[Widget]) -> go.Figure:
    shown = [widget for widget in widgets if widget.hung_up] or widgets[:1]
    shown.sort(key=lambda widget: (widget.hung_up, widget.name))
    bars = go.Bar(
        x=[widget.hung_up for widget in shown],
        y=[escape(widget.name) for widget in shown],
        orientation="h",
        marker_color=_RED,
        text=[f"{widget.hung_up} of {widget.visits} ({widget.drop_off:.0%})" for widget in shown],
        textposition="auto",
        hovertemplate="%{y}: %{text}<extra></extra>",
    )
    figure = _laid_out(go.Figure(bars), len(shown), "hang-ups")
    # plotly would divide an axis of a few into halves.
    return figure if shown[-1].hung_up > _TICKS else figure.update_xaxes(dtick=1)


def _times(widgets: list[Widget]) -> go.Figure:
    shown = sorted(widgets, key=lambda widget: (widget.median, widget.name))
    rest = [max(widget.ninetieth - widget.median, 0) for widget in shown]
    bars = go.Bar(
        x=[widget.median for widget in shown],
        y=[escape(widget.name) for widget in shown],
        orientation="h",
        marker_color=_BLUE,
        error_x={"type": "data", "symmetric": False, "array": rest, "color": _ORANGE, "thickness": 1.5},
        hovertemplate="%{y}: %{x:.1f} s<extra></extra>",
    )
    return _laid_out(go.Figure(bars), len(shown), "seconds")


def _laid_out(figure: go.Figure, rows: int, unit: str) -> go.Figure:
    return figure.update_layout(
        height=110 + _ROW_PIXELS * rows,
        font=_FONT,
        bargap=0.35,
        plot_bgcolor="white",
        margin={"l": 8, "r": 24, "t": 8, "b": 48},
        xaxis={"title": unit, "gridcolor": "#E4E7EB", "rangemode": "tozero"},
        yaxis={"automargin": True, "ticksuffix": "  "},
    )


def _table(widgets: list[Widget]) -> str:
    heads = ("widget", "calls", "visits", "hang-ups", "drop-off", "median", "90 %", "left by")
    rows = [
        (
            widget.name,
            f"{widget.calls:,}",
            f"{widget.visits:,}",
            f"{widget.hung_up:,}",
            f"{widget.drop_off:.0%}",
            f"{widget.median:.1f} s",
            f"{widget.ninetieth:.1f} s",
            ", ".join(f"{event or '?'} {count}" for event, count in widget.events.most_common(4)),
        )
        for widget in widgets
    ]
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<h2>Every widget</h2><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _faded(colour: str) -> str:
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.35)"
