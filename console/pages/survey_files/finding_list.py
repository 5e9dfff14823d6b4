"""What is wrong with the files: each finding with its place, which a click opens."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from nicegui import ui

from console.parts import badge, button, hint, text
from tools.problem import Problem

_SHOWN: Final = 100
_KINDS: Final = {"error": "bad", "warning": "warn"}


def draw_problems(problems: Sequence[Problem], key: str, open_at: Callable[[str, int], Any]) -> None:
    """Draw what is wrong with the file that is edited, and then with the survey's other files."""
    own = [one for one in problems if one.file == key]
    others = [one for one in problems if one.file != key]
    if not problems:
        hint("check-config finds nothing wrong with this survey.", "check_circle")
        return
    _draw(own, open_at)
    if others:
        ui.label(f"In the survey's other files: {count_words(others)}").classes("quiet")
        _draw(others, open_at, is_other=True)


def count_words(problems: Sequence[Problem]) -> str:
    """Return how many errors and warnings there are, in words."""
    found = [
        f"{number} {severity}{'s' if number > 1 else ''}"
        for severity in _KINDS
        if (number := sum(one.severity == severity for one in problems))
    ]
    return " and ".join(found) if found else "no errors and no warnings"


def _draw(problems: Sequence[Problem], open_at: Callable[[str, int], Any], *, is_other: bool = False) -> None:
    with ui.element("ul").classes("list"):
        for one in problems[:_SHOWN]:
            with ui.element("li"), ui.element("div").classes("line"):
                badge(one.severity, _KINDS[one.severity])
                place = f"line {one.line}" if one.line else "the file"
                if is_other:
                    place = f"{one.file}, {place}" if one.line else one.file
                if one.line or is_other:
                    button(place, "edit_note", partial(open_at, one.file, one.line)).classes("data")
                if one.key:
                    text(one.key, "mono")
                text(one.message)
    if len(problems) > _SHOWN:
        hint(f"The first {_SHOWN} of {len(problems):,} are shown.")
