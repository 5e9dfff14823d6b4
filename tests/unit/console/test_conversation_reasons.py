"""When a conversation is due, and why it was not closed."""

import pytest

from channel_cleanup.domain.channel import Channel, quiet_since_if_not_due
from console.data.conversations.reasons import due_at, last_activity, why_open
from tools.open_work.conversations import ConversationRow

DAY = 86_400_000
NOW = 100 * DAY


def row(**fields: object) -> ConversationRow:
    known = {"stamp": "1", "lastEvent": "task.completed", "lastEventAt": NOW - DAY, "idleSince": NOW - DAY}
    return ConversationRow(Channel.model_validate({**known, **fields}))


@pytest.mark.parametrize(
    ("known", "why"),
    [
        (None, "No event about a task of it has come, so the clean-up does not know it."),
        (ConversationRow(Channel(), is_broken=True), "Its item in the table Channels cannot be read."),
        (ConversationRow(Channel(), released_at=1), "It was released."),
        (ConversationRow(Channel(), failed_at=1), "It was given up after 5 tries"),
        (row(tasks={"WT2", "WT1"}), "Its task is open: WT1, WT2."),
        (row(tasks={"WT1"}, endedTasks={"WT1"}), "It must be quiet for 2 d first."),
        (row(attempts=2), "Its release was tried 2 of 5 times; the next run tries again."),
        (row(idleSince=NOW - 3 * DAY, lastEventAt=NOW - 3 * DAY), "It is due: the next run"),
        (ConversationRow(Channel(message_at=NOW)), "Only messages are known of it"),
    ],
)
def test_the_reason_is_the_first_that_holds(known: ConversationRow | None, why: str) -> None:
    assert why_open(known, 2 * DAY, NOW, 5).startswith(why)


def test_a_message_makes_the_quiet_time_begin_again() -> None:
    written = row(messageAt=NOW - DAY // 2)
    assert due_at(written, 2 * DAY) == NOW - DAY // 2 + 2 * DAY
    assert last_activity(written) == (NOW - DAY // 2, "a participant wrote")


def test_nothing_is_due_while_a_task_is_open_or_without_a_place_in_the_index() -> None:
    assert due_at(row(tasks={"WT1"}), DAY) == 0
    assert due_at(row(idleSince=0), DAY) == 0


@pytest.mark.parametrize("message_at", [0, NOW - 3 * DAY, NOW - DAY])
@pytest.mark.parametrize("idle_since", [NOW - 5 * DAY, NOW - DAY])
def test_the_due_time_is_that_of_the_cleanup(message_at: int, idle_since: int) -> None:
    known = row(messageAt=message_at, idleSince=idle_since, lastEventAt=idle_since)
    due = due_at(known, 2 * DAY)
    assert quiet_since_if_not_due(known.channel, 2 * DAY, due) is None
    assert quiet_since_if_not_due(known.channel, 2 * DAY, due - 1) is not None
