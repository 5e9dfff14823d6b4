"""Bars in a table's rows: their lengths are for those who see them, the numbers beside say the same."""

from collections.abc import Sequence
from dataclasses import dataclass

from nicegui import ui

from console.parts import Words


@dataclass(frozen=True, slots=True)
class Bar:
    """A row with a bar.

    Attributes
    ----------
    name : str
    number : int
    cells : tuple[str, ...]
        What stands behind the number.
    """

    name: str
    number: int
    cells: tuple[str, ...] = ()


def bars(name: str, columns: Sequence[str], rows: Sequence[Bar], whole: int, shape: str = "") -> None:
    """Draw a table whose bars are shares of a whole.

    Parameters
    ----------
    name
        Read out by screen readers.
    columns
        The headings of the name, the number, and the cells.
    rows
    whole
        What a full bar stands for.
    shape
        A class of the bars: "funnel" centres them.
    """
    with ui.element("div").classes("scroll").props('tabindex="0" role="region"') as region:
        region.props["aria-label"] = name
        with ui.element("table").classes(f"rows survey-bars {shape}"):
            with ui.element("thead"), ui.element("tr"):
                Words("th", columns[0]).props('scope="col"')
                ui.element("th").props('aria-hidden="true"')
                for column in columns[1:]:
                    Words("th", column).classes("number").props('scope="col"')
            with ui.element("tbody"):
                for row in rows:
                    _draw_row(columns, row, whole)


def _draw_row(columns: Sequence[str], row: Bar, whole: int) -> None:
    share = min(row.number / whole, 1) if whole else 0
    with ui.element("tr"):
        Words("td", row.name).classes("data name").props["data-label"] = columns[0]
        with ui.element("td").classes("survey-track").props('aria-hidden="true"'):
            if row.number:
                ui.element("div").classes("survey-bar").style(f"width: {100 * share:.2f}%")
        cells = (f"{row.number:,}", *row.cells)
        for column, cell in zip(columns[1:], cells, strict=True):
            Words("td", cell).classes("number").props["data-label"] = column


def percent(number: int, whole: int) -> str:
    """Return a share in words."""
    return f"{number / whole:.0%}" if whole else ""
