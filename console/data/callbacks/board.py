"""The open callbacks and voicemails of a stack, and which of them an operator has chosen to see."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from callback.storage import configuration
from console.context import Console
from console.data.callbacks.words import in_zone, messages_of, transcript_of
from tools.open_work.callbacks import OpenCallback, read_callbacks
from tools.open_work.tasks import MOST_TASKS, read_tasks, workspace_of

ANSWER: Final = "callbacks"

MOST_RECORDS: Final = 500
"""The most records that are read of those that TaskRouter is to be told of."""

WAITING: Final = "waiting"
WITH_AGENT: Final = "with an agent"
TO_BE_TOLD: Final = "to be told"


@dataclass(frozen=True)
class Board:
    """What the page shows.

    Attributes
    ----------
    items : Sequence[OpenCallback]
        The oldest first.
    left_out : int
        How many records that TaskRouter is to be told of were not read.
    is_cut : bool
        Whether there may be more tasks than were read.
    has_workspace : bool
    opening : str
        Whether the team is there, or when it will be.
    is_open : bool
    most_attempts : int
        How often a callback may be put back into the queue; 0 for any number of times.
    clock_ahead : int
        By how many ms the stack's clock is ahead of this machine's.
    """

    items: Sequence[OpenCallback]
    left_out: int
    is_cut: bool
    has_workspace: bool
    opening: str
    is_open: bool
    most_attempts: int
    clock_ahead: int = field(default=0, compare=False)

    @property
    def queues(self) -> Sequence[str]:
        """The names of the queues that hold a callback."""
        return sorted({item.queue for item in self.items if item.queue})

    def in_state(self, state: str) -> int:
        """Return how many there are in a state of `state_of`."""
        return sum(state_of(item) == state for item in self.items)


@dataclass
class Choice:
    """What an operator wants to see; "" is everything.

    Attributes
    ----------
    queue, kind, state, words : str
    """

    queue: str = ""
    kind: str = ""
    state: str = ""
    words: str = ""

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out."""
        return not (self.queue or self.kind or self.state or self.words.strip())

    def of(self, items: Iterable[OpenCallback]) -> Sequence[OpenCallback]:
        """Return those of the items that were chosen: of one queue in its order, else the oldest first."""
        words = self.words.casefold().split()
        found = [
            item
            for item in items
            if self.queue in {"", item.queue}
            and self.kind in {"", item.kind}
            and self.state in {"", state_of(item)}
            and all(word in _searched(item) for word in words)
        ]
        return sorted(found, key=_place) if self.queue else found


def load_board(console: Console) -> Board:
    """Return the open callbacks, and whether the team is there."""
    stack = console.stack
    now = stack.now()
    tasks = read_tasks(stack)
    found = read_callbacks(stack, MOST_RECORDS, tasks)
    opening, is_open = _opening(now)
    return Board(
        items=found.items,
        left_out=found.left_out,
        is_cut=len(tasks) >= MOST_TASKS,
        has_workspace=bool(workspace_of(stack)),
        opening=opening,
        is_open=is_open,
        most_attempts=int(stack.parameters.get("CallbackMaxAttempts") or 0),
        clock_ahead=now - int(time.time() * 1000),
    )


def state_of(item: OpenCallback) -> str:
    """Return which of three states a callback is in."""
    if item.is_to_be_told or item.task is None:
        return TO_BE_TOLD
    return WAITING if item.task.waits else WITH_AGENT


def _opening(now: int) -> tuple[str, bool]:
    hours = configuration.hours()
    at = datetime.fromtimestamp(now / 1000, UTC)
    zone = hours.time_zone.key
    if hours.is_open(at):
        return "", True
    opens = hours.next_opening(at)
    return (in_zone(opens.isoformat(), zone) if opens else "never"), False


def _place(item: OpenCallback) -> tuple[bool, int, int]:
    place = item.task.place if item.task else 0
    return not place, place, item.since


def _searched(item: OpenCallback) -> str:
    texts = (said.message or "" for said in messages_of(item))
    return "\n".join((item.number, item.task_sid, transcript_of(item), *texts)).casefold()
