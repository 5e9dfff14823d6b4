"""The difference of two texts, line by line."""

from collections.abc import Sequence
from typing import Final

from nicegui import ui

from console.parts import Words, hint

_SHOWN: Final = 400
_CLASSES: Final = {"+": "added", "-": "removed", "@": "place"}


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
