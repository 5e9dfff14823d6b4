"""What changes from one route table to another, as a table of plain words."""

from typing import Final

from nicegui import ui

from console.context import Console
from console.data.sip_routes.changes import Changes
from console.parts import badge, hint, table

_KINDS: Final = {"changed": "accent", "added": "good", "deleted": "bad", "order": "warn"}
_WORDS: Final = {"order": "in another order"}


def draw_changes(console: Console, changes: Changes, nothing: str = "No route changes.") -> None:
    """Draw numbers of changes by kind, and the routes that change."""
    if not changes.total:
        hint(nothing)
        return
    with ui.element("div").classes("line"):
        for kind, colour in _KINDS.items():
            if number := changes.numbers[kind]:
                badge(_WORDS.get(kind, f"{number:,} {kind}"), colour)
    rows = [(row.kind, *map(console.masked, (row.address, row.before, row.after))) for row in changes.rows]
    table("What changes", ("Change", "Address", "Before", "After"), rows)
    if len(changes.rows) < changes.total:
        hint(f"The first {len(changes.rows):,} of {changes.total:,} changes are shown.")
