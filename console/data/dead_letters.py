"""Dead letters for the console: rows of a list, one letter's content, and what became of a resend."""

from collections.abc import Callable, Collection, Mapping, Sequence
from logging import getLogger
from typing import Any

from console.context import Console
from tools.dead_letters.letter import Letter
from tools.dead_letters.queues import DeadLetterQueues, Received
from tools.dead_letters.resend import Resent, resend_all
from tools.dead_letters.row import letter_content, letter_row

ANSWER = "dead letters"


def load_letters(console: Console) -> Sequence[Letter]:
    """Return the letters of all queues, the latest first."""
    found = [received.letter for received in _queues(console).look()]
    return sorted(found, key=lambda letter: letter.since, reverse=True)


def row(console: Console, letter: Letter) -> Mapping[str, Any]:
    """Return what a list shows of a letter."""
    return letter_row(console.stack, letter, console.masked)


def content(console: Console, letter: Letter) -> Mapping[str, Any]:
    """Return all that is known of a letter."""
    return letter_content(console.stack, letter, console.masked)


def resend(console: Console, ids: Collection[str]) -> Sequence[Resent]:
    """Resend letters; those that another operator has resent or dropped meanwhile are left out."""
    queues = _queues(console)
    return list(resend_all(console.stack, queues, queues.take(_named(ids))))


def drop(console: Console, ids: Collection[str]) -> int:
    """Delete letters for good, and return how many there still were."""
    queues = _queues(console)
    chosen = queues.take(_named(ids))
    for received in chosen:
        queues.delete(received)
    return len(chosen)


def _queues(console: Console) -> DeadLetterQueues:
    return DeadLetterQueues(console.stack, getLogger(__name__).warning)


def _named(ids: Collection[str]) -> Callable[[Sequence[Received]], Sequence[Received]]:
    return lambda found: [received for received in found if received.letter.id in ids]
