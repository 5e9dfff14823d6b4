"""The lists of the page Conversations: what waits for the clean-up, and what has an open task."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from console.context import Console
from console.data.conversations.reasons import due_at, last_activity, why_open
from tools.open_work.conversations import (
    ConversationRow,
    StartedBy,
    conversation_of,
    quiet_ms,
    read_rows,
    read_started,
    read_waiting,
)
from tools.open_work.tasks import MOST_TASKS, OpenTask, read_tasks, workspace_of

WAITING_ANSWER: Final = "conversations waiting"
ATTENDED_ANSWER: Final = "conversations with a task"
ATTENDED_SECONDS: Final = 10
"""How old the answer may be, which two sections use."""

MOST: Final = 2_000
"""The most waiting conversations that are read, the longest idle first."""

_TASKS: Final = {
    "pending": "Its task waits for an agent.",
    "reserved": "Its task is offered to an agent.",
    "assigned": "Its task is with an agent.",
    "wrapping": "Its agent wraps up.",
}


@dataclass(frozen=True)
class Cleanup:
    """How the clean-up of a stack is set up.

    Attributes
    ----------
    quiet_ms : int
        How long a conversation must have been quiet.
    tries : int
        After so many failed tries it is given up.
    schedule, mode : str
        When it runs, and whether it deactivates, closes or deletes.
    """

    quiet_ms: int
    tries: int
    schedule: str
    mode: str


@dataclass(frozen=True)
class WaitingBoard:
    """The conversations that wait for the clean-up.

    Attributes
    ----------
    sids : Sequence[str]
        The longest idle first; at most `MOST`.
    due : int
        How many of them are due now: the first ones.
    is_cut : bool
        Whether there are more than were read.
    cleanup : Cleanup
    clock_ahead : int
        By how many ms the stack's clock is ahead of this machine's.
    """

    sids: Sequence[str]
    due: int
    is_cut: bool
    cleanup: Cleanup
    clock_ahead: int = field(default=0, compare=False)

    @property
    def figures(self) -> tuple[str, str]:
        """How many are due, and how many are not; a plus where there may be more than were read."""
        waiting = len(self.sids) - self.due
        return (
            f"{self.due:,}{'+' if self.is_cut and not waiting else ''}",
            f"{waiting:,}{'+' if self.is_cut else ''}",
        )


@dataclass(frozen=True)
class AttendedBoard:
    """The tasks that have not ended and are about a conversation, the oldest first.

    Attributes
    ----------
    tasks : Sequence[OpenTask]
    is_cut, has_workspace : bool
        Whether there may be more tasks than were read; whether there is a workspace to ask.
    cleanup : Cleanup
    clock_ahead : int
        By how many ms the stack's clock is ahead of this machine's.
    """

    tasks: Sequence[OpenTask]
    is_cut: bool
    has_workspace: bool
    cleanup: Cleanup
    clock_ahead: int = field(default=0, compare=False)

    @property
    def by_conversation(self) -> Mapping[str, OpenTask]:
        """The tasks by conversation; of several, the latest."""
        return {conversation_of(task): task for task in self.tasks}


@dataclass(frozen=True)
class OpenConversation:
    """One conversation of a list.

    Attributes
    ----------
    sid, number, name : str
        The person's number and name; "" where nobody knows them.
    due_at, last_at : int
        When it is due and when something last happened, ms since the epoch; 0 where that is not known.
    last_what, why : str
        What last happened, and why it was not closed.
    attempts : int
    """

    sid: str
    number: str
    name: str
    due_at: int
    last_at: int
    last_what: str
    why: str
    attempts: int = 0


def cleanup_of(console: Console) -> Cleanup:
    """Return how the clean-up is set up."""
    parameters = console.stack.parameters
    return Cleanup(
        quiet_ms(console.stack),
        int(parameters.get("ChannelReleaseTries") or 0),
        parameters.get("ChannelSchedule", ""),
        parameters.get("ChannelReleaseMode", ""),
    )


def load_waiting(console: Console) -> WaitingBoard:
    """Return the conversations that wait for the clean-up."""
    now = console.stack.now()
    found = read_waiting(console.stack, now, MOST)
    return WaitingBoard(found.sids, found.due, found.is_cut, cleanup_of(console), _ahead(now))


def load_attended(console: Console) -> AttendedBoard:
    """Return the tasks about a conversation."""
    now = console.stack.now()
    tasks = read_tasks(console.stack)
    return AttendedBoard(
        [task for task in tasks if conversation_of(task)],
        len(tasks) >= MOST_TASKS,
        bool(workspace_of(console.stack)),
        cleanup_of(console),
        _ahead(now),
    )


def load_page(
    console: Console, sids: Sequence[str], tasks: Mapping[str, OpenTask]
) -> Sequence[OpenConversation]:
    """Return what the tables know of conversations, in their order.

    Parameters
    ----------
    console
    sids
        The page's.
    tasks
        The open tasks by conversation.
    """
    rows, started = read_rows(console.stack, sids), read_started(console.stack, sids)
    cleanup, now = cleanup_of(console), console.stack.now()
    return [described(sid, rows.get(sid), started.get(sid), tasks.get(sid), cleanup, now) for sid in sids]


def described(  # noqa: PLR0917  # what is known, one after the other
    sid: str,
    row: ConversationRow | None,
    started: StartedBy | None,
    task: OpenTask | None,
    cleanup: Cleanup,
    now: int,
) -> OpenConversation:
    """Return one conversation by what is known of it."""
    last_at, last_what = last_activity(row) if row else (0, "")
    number, name = (started.number, started.name) if started else _person(task)
    return OpenConversation(
        sid,
        number,
        name,
        due_at(row, cleanup.quiet_ms) if row and not task else 0,
        last_at,
        last_what,
        _why(row, task, cleanup, now),
        row.channel.attempts if row else 0,
    )


def _why(row: ConversationRow | None, task: OpenTask | None, cleanup: Cleanup, now: int) -> str:
    if task is None:
        return why_open(row, cleanup.quiet_ms, now, cleanup.tries)
    known = "" if row else " No event about it has come: is Event Streams set up?"
    return f"{_TASKS.get(task.status, f'Its task is {task.status}.')}{known}"


def _person(task: OpenTask | None) -> tuple[str, str]:
    attributes: Mapping[str, Any] = task.attributes if task else {}
    own = "to" if attributes.get("direction") == "outbound" else "from"
    number = attributes.get("customerAddress") or attributes.get(own)
    name = attributes.get("customerName")
    return number if isinstance(number, str) else "", name if isinstance(name, str) else ""


def _ahead(now: int) -> int:
    return now - int(time.time() * 1000)
