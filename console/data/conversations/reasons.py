"""When a conversation is due for its release, and why it was not closed yet."""

from collections.abc import Iterator
from typing import Final

from tools.open_work.conversations import ConversationRow
from tools.stack.table import age


def due_at(row: ConversationRow, quiet_ms: int) -> int:
    """Return from when on the clean-up releases a conversation, ms since the epoch; 0: a task is open."""
    channel = row.channel
    if not channel.idle_since or channel.open_tasks:
        return 0
    return max(channel.idle_since, channel.quiet_since) + quiet_ms


def last_activity(row: ConversationRow) -> tuple[int, str]:
    """Return when something last happened in a conversation, ms since the epoch, and what."""
    channel = row.channel
    if channel.message_at > channel.last_event_at:
        return channel.message_at, "a participant wrote"
    return channel.last_event_at, _EVENTS.get(channel.last_event, channel.last_event or "nothing known")


def why_open(row: ConversationRow | None, quiet_ms: int, now: int, tries: int) -> str:
    """Return why a conversation was not closed, in a sentence.

    Parameters
    ----------
    row
        None where the clean-up knows nothing of it.
    quiet_ms
        How long it must have been quiet.
    now
        Milliseconds since the epoch.
    tries
        After so many failed tries a conversation is given up.
    """
    return next(_reasons(row, quiet_ms, now, tries))


def _reasons(row: ConversationRow | None, quiet_ms: int, now: int, tries: int) -> Iterator[str]:
    """Yield what keeps a conversation open, the first reason first."""
    if row is None:
        yield "No event about a task of it has come, so the clean-up does not know it."
        return
    if row.is_broken:
        yield "Its item in the table Channels cannot be read."
    if row.released_at:
        yield "It was released."
    if row.failed_at:
        yield f"It was given up after {tries} tries: its dead letter, on the page Health, says why."
    if row.channel.open_tasks:
        yield f"Its task is open: {', '.join(sorted(row.channel.open_tasks))}."
    due = due_at(row, quiet_ms)
    if not due:
        yield "Only messages are known of it, and no task: the clean-up leaves it alone."
    if row.channel.attempts:
        yield f"Its release was tried {row.channel.attempts} of {tries} times; the next run tries again."
    if due > now:
        yield f"It must be quiet for {age(quiet_ms / 1000)} first."
    yield "It is due: the next run of the clean-up releases it."


_EVENTS: Final = {
    "conversation.started": "an outbound message started it",
    "task.created": "a task was created",
    "task.wrapup": "the agent wraps up",
    "task.completed": "its task was completed",
    "task.canceled": "its task was canceled",
}
