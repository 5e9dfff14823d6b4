"""Drop-off and time of each widget, as a table with bars."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from nicegui import ui

from console.pages.call_paths.paged import Paged
from console.pages.call_paths.words import span
from console.parts import Words, table, text
from tools.ivr_report.paths import Paths, Widget

_ON_A_PAGE: Final = 15
_SORTS: Final[dict[str, Callable[[Widget], float]]] = {
    "visits": lambda one: one.visits,
    "hang-ups": lambda one: one.hung_up,
    "drop-off": lambda one: one.drop_off,
    "failures": lambda one: one.failed,
    "time": lambda one: one.median,
}
_COLUMNS: Final = ("Widget", "Calls", "Visits", "Hang-ups", "Drop-off", "Median", "90 %", "Failed", "Left by")


class WidgetTable:
    """The card.

    Parameters
    ----------
    paths
    choose
        Is told the widget whose calls are asked for.
    """

    def __init__(self, paths: Paths, choose: Callable[[str], Any]) -> None:
        self._paths, self._choose = paths, choose
        self._most = max((one.drop_off for one in paths.widgets.values()), default=0)
        self._slowest = max((one.median for one in paths.widgets.values()), default=0)
        with ui.element("section").classes("card") as card:
            with ui.element("div").classes("top"):
                heading = Words("h2", "Drop-off and time a widget")
                with ui.element("div").classes("end"):
                    ui.select(
                        list(_SORTS),
                        value=next(iter(_SORTS)),
                        label="Sort by",
                        on_change=lambda event: self._by(event.value),
                    ).props("outlined dense options-dense").classes("short")
            ui.label(
                "Drop-off: visits in which the caller hung up. 90 %: nine of ten visits took no longer."
            ).classes("quiet")
            self._paged: Paged[Widget] = Paged("widgets", _ON_A_PAGE, self._draw)
        self._by(next(iter(_SORTS)))
        card.props["aria-labelledby"] = heading.html_id

    def _by(self, sort: str) -> None:
        measure = _SORTS[sort]
        widgets = self._paths.widgets.values()
        self._paged.show(sorted(widgets, key=lambda one: (-measure(one), -one.visits, one.name)))

    def _draw(self, widgets: Sequence[Widget], _: int) -> None:
        table("Widgets", _COLUMNS, map(self._row, widgets), numbers=(1, 2, 3, 4, 5, 6, 7))

    def _row(self, one: Widget) -> Sequence[object]:
        return (
            lambda: self._name(one.name),
            f"{one.calls:,}",
            f"{one.visits:,}",
            f"{one.hung_up:,}",
            lambda: _bar(f"{one.drop_off:.0%}", one.drop_off, self._most, "bad"),
            lambda: _bar(span(one.median), one.median, self._slowest),
            span(one.ninetieth),
            f"{one.failed:,}",
            lambda: text(_ways_out(one), "clamp"),
        )

    def _name(self, name: str) -> None:
        with ui.button(on_click=lambda: self._choose(name), color=None).props("flat dense") as shown:
            text(name, "clamp")
        shown.classes("plain name").props["aria-label"] = f"Calls through {name}"


def _ways_out(one: Widget) -> str:
    return ", ".join(f"{event or '?'} {count:,}" for event, count in one.events.most_common(4))


def _bar(words: str, value: float, most: float, kind: str = "") -> None:
    """Show a value with a bar, which is full for the most of all widgets."""
    ui.label(words)
    with ui.element("div").classes(f"meter {kind}").props('aria-hidden="true"'):
        ui.element("div").style(f"width: {100 * value / most if most else 0:.1f}%")
