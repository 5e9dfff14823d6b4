"""Drop-off and time of each widget, as a table with bars."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from nicegui import ui

from console.pages.call_paths.words import span
from console.parts import Words, button, table
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
        self._page, self._sort = 1, "visits"
        self._slowest = max((one.median for one in paths.widgets.values()), default=0)
        with ui.element("section").classes("card") as card:
            with ui.element("div").classes("top"):
                heading = Words("h2", "Drop-off and time a widget")
                with ui.element("div").classes("end"):
                    ui.select(
                        list(_SORTS),
                        value=self._sort,
                        label="Sort by",
                        on_change=lambda event: self._by(event.value),
                    ).props("outlined dense options-dense").classes("short")
            ui.label(
                "Drop-off: visits in which the caller hung up. 90 %: nine of ten visits took no longer."
            ).classes("quiet")
            self._draw()
        card.props["aria-labelledby"] = heading.html_id

    @ui.refreshable_method
    def _draw(self) -> None:
        measure = _SORTS[self._sort]
        widgets = sorted(self._paths.widgets.values(), key=lambda one: (-measure(one), -one.visits, one.name))
        start = (self._page - 1) * _ON_A_PAGE
        table(
            "Widgets",
            _COLUMNS,
            map(self._row, widgets[start : start + _ON_A_PAGE]),
            numbers=(1, 2, 3, 4, 5, 6, 7),
        )
        if (last := -(-len(widgets) // _ON_A_PAGE)) > 1:
            ui.pagination(
                1,
                last,
                value=self._page,
                direction_links=True,
                on_change=lambda event: self._turn(event.value),
            )

    def _row(self, one: Widget) -> Sequence[object]:
        return (
            lambda: button(one.name, "list", lambda: self._choose(one.name)).classes("data name"),
            f"{one.calls:,}",
            f"{one.visits:,}",
            f"{one.hung_up:,}",
            lambda: _bar(f"{one.drop_off:.0%}", one.drop_off, "bad"),
            lambda: _bar(span(one.median), one.median / self._slowest if self._slowest else 0, ""),
            span(one.ninetieth),
            f"{one.failed:,}",
            ", ".join(f"{event or '?'} {count:,}" for event, count in one.events.most_common(4)),
        )

    def _by(self, sort: str) -> None:
        self._page, self._sort = 1, sort
        self._draw.refresh()

    def _turn(self, page: int) -> None:
        self._page = page
        self._draw.refresh()


def _bar(words: str, part: float, kind: str) -> None:
    ui.label(words)
    with ui.element("div").classes(f"meter {kind}").props('aria-hidden="true"'):
        ui.element("div").style(f"width: {100 * min(1.0, part):.1f}%")
