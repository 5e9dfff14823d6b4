"""A dead letter as a row of a list."""

from collections.abc import Callable, Mapping
from typing import Any

from tools.dead_letters.letter import Letter
from tools.stack.stack import Stack
from tools.stack.table import age


def letter_row(stack: Stack, letter: Letter, mask: Callable[[Any], Any]) -> Mapping[str, Any]:
    """Return what a list shows of a letter.

    Parameters
    ----------
    stack
        Names what the letter was meant for, and has the time.
    letter
    mask
        Hides phone numbers, or returns what it is given.
    """
    seconds = stack.now() / 1000 - letter.since.timestamp()
    row: dict[str, Any] = mask(
        {
            "queue": letter.queue,
            "kind": letter.kind,
            "what": stack.logical(letter.what),
            "event": letter.event_type,
            "why": letter.why,
        }
    )
    return {
        "id": letter.id,
        "since": letter.since.isoformat(timespec="seconds"),
        "age": age(seconds),
        "tries": letter.attempts,
        **row,
    }


def letter_content(stack: Stack, letter: Letter, mask: Callable[[Any], Any]) -> Mapping[str, Any]:
    """Return all that is known of a letter: its row, its envelope and its payload."""
    whole = {**letter_row(stack, letter, _same), "details": letter.details, "payload": letter.payload}
    content: Mapping[str, Any] = mask(whole)
    return content


def _same(value: Any) -> Any:
    return value
