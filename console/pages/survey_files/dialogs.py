"""Dialogs of the page: one with a heading, and a question that is answered with yes or no."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from nicegui import ui

from console.parts import Words, button, discard, hint

_SHOWN: Final = 400
_CLASSES: Final = {"+": "added", "-": "removed", "@": "place"}


@contextmanager
def dialog(title: str) -> Iterator[ui.dialog]:
    """Draw a dialog with a heading; what is drawn inside is its content.

    It belongs to the page, since the button that opens it may be drawn anew meanwhile.
    """
    with ui.context.client, ui.dialog() as made, ui.card().classes("dialog"):
        heading = Words("h2", title).classes("data")
        yield made
    made.props["aria-labelledby"] = heading.html_id


async def agrees(title: str, about: str, words: str, icon: str) -> bool:
    """Ask before something is lost, and return whether the operator agrees."""
    with dialog(title) as asked:
        ui.label(about)
        with ui.element("div").classes("line"):
            button(words, icon, lambda: asked.submit(True), kind="danger")
            button("Leave it", "close", lambda: asked.submit(False))
    agreed = bool(await asked)
    discard(asked)
    return agreed


def tell(message: str, *, is_good: bool, stays: bool = True) -> None:
    """Tell how something went; what went wrong stays until it is closed, unless the page says it, too."""
    if is_good or not stays:
        ui.notify(message, type="positive" if is_good else "negative")
    else:
        ui.notify(message, type="negative", timeout=0, close_button="Close", multi_line=True)


def draw_difference(lines: Sequence[str], name: str) -> None:
    """Draw the lines of a unified diff; the name is read out."""
    if not lines:
        hint("No line changes.")
        return
    with ui.element("pre").classes("code mono data").props('tabindex="0" role="region"') as shown:
        for line in lines[:_SHOWN]:
            Words("span", f"{line}\n").classes(_CLASSES.get(line[:1], ""))
    shown.props["aria-label"] = name
    if len(lines) > _SHOWN:
        hint(f"The first {_SHOWN} of {len(lines):,} lines are shown.")
