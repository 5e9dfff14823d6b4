"""Headings of conversations."""

from console.context import Console
from console.data.callbacks.words import UNKNOWN, person
from console.data.conversations.boards import OpenConversation

_LONGEST_NAME = 64


def heading_of(console: Console, one: OpenConversation) -> str:
    """Return whose conversation it is, masked where the operator wants it."""
    if not one.number:
        return UNKNOWN
    name = one.name[:_LONGEST_NAME] if console.show_numbers else ""
    return f"{person(console, one.number)} {name}".strip()
