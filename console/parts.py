"""Small parts of pages. Data is the text of an element, never HTML, Markdown or a string of props."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement


def text(value: object, classes: str = "") -> ui.label:
    """Show data from outside, isolated from the writing direction around it."""
    return ui.label(str(value)).classes(f"data {classes}")


def problem(message: str) -> None:
    """Show why something cannot be shown, so that a screen reader reads it at once."""
    with ui.element("div").classes("notice problem").props('role="alert"'):
        ui.icon("error_outline").props('aria-hidden="true"')
        text(message, "lines")


def hint(message: str, icon: str = "info") -> None:
    """Show what to do where there is nothing to see."""
    with ui.element("div").classes("notice"):
        ui.icon(icon).props('aria-hidden="true"')
        ui.label(message).classes("lines")


def badge(words: str, kind: str = "") -> None:
    """Show a state in words; `kind` is good, bad or warn, and colours it."""
    ui.label(words).classes(f"badge {kind}")


class Words(TextElement):
    """An HTML element that holds a text, such as a heading or a cell."""

    def __init__(self, tag: str, words: object) -> None:
        super().__init__(tag=tag, text=str(words))


def code(content: str, name: str) -> None:
    """Show JSON, TwiML or lines as they are; the name is read out."""
    shown = Words("pre", content).classes("code mono data").props('tabindex="0" role="region"')
    shown.props["aria-label"] = name


def button(words: str, icon: str, do: Callable[[], Any], about: str = "", kind: str = "plain") -> ui.button:
    """Draw a button.

    Parameters
    ----------
    words, icon
    do
        What a click does; may be a coroutine function.
    about
        What is read out after the words, where several buttons have the same.
    kind
        plain, main or danger.
    """
    shown = ui.button(words, icon=icon, on_click=do, color=None).classes(kind)
    shown.props("unelevated dense" if kind == "main" else "flat dense")
    if about:
        shown.props["aria-label"] = f"{words} {about}"
    return shown


def icon_button(words: str, icon: str, do: Callable[[], Any]) -> ui.button:
    """Draw a round button with an icon, whose words are read out and shown as a tooltip."""
    with ui.button(icon=icon, on_click=do, color=None).props("flat round dense").classes("plain") as shown:
        ui.tooltip(words)
    shown.props["aria-label"] = words
    return shown


def discard(element: ui.element) -> None:
    """Delete an element, unless it has gone with what it was drawn in."""
    if not element.is_deleted:
        element.delete()


def figure(value: object, name: str, kind: str = "") -> None:
    """Show one number with its name below."""
    with ui.element("div").classes(f"figure {kind}"):
        ui.label(str(value)).classes("value")
        ui.label(name).classes("name")


def table(
    name: str, columns: Sequence[str], rows: Iterable[Sequence[object]], numbers: Sequence[int] = ()
) -> None:
    """Show a short table, whose rows become blocks where the window is narrow.

    Parameters
    ----------
    name
        Read out by screen readers.
    columns
        Their headings.
    rows
        The cells' texts.
    numbers
        Indexes of the columns that hold numbers.
    """
    with ui.element("div").classes("scroll").props('tabindex="0" role="region"') as region:
        region.props["aria-label"] = name
        with ui.element("table").classes("rows"):
            with ui.element("thead"), ui.element("tr"):
                for place, column in enumerate(columns):
                    _cell("th", column, place in numbers).props('scope="col"')
            with ui.element("tbody"):
                for row in rows:
                    with ui.element("tr"):
                        for place, (column, cell) in enumerate(zip(columns, row, strict=True)):
                            _cell("td", cell, place in numbers).props["data-label"] = column


def _cell(tag: str, content: object, is_number: bool) -> ui.element:
    return Words(tag, content).classes("data number" if is_number else "data")
