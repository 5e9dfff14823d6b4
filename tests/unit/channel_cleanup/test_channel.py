"""Which write keeps an event, and when a channel is due."""

from typing import Any

import pytest

from channel_cleanup.domain.channel import Change, Channel, decide, quiet_since_if_not_due
from channel_cleanup.domain.channel_event import TASK_EVENTS, ChannelEvent

SID, TASK, OTHER = "CH" + "a" * 32, "WT" + "b" * 32, "WT" + "c" * 32


def task_event(name: str, at: int, task_sid: str = TASK) -> ChannelEvent:
    kind, rank = TASK_EVENTS[name]
    return ChannelEvent(SID, kind, name, at, rank, task_sid)


CREATED, COMPLETED, DELETED = (
    task_event(name, at) for at, name in enumerate(("task.created", "task.completed", "task.deleted"), 100)
)
MESSAGE = ChannelEvent(SID, "message", "message.added", 100)


def after(event: ChannelEvent, **more: Any) -> Channel:
    """Return a channel whose newest event is this one."""
    tasks = {"tasks": {event.task_sid}, "task_sid": event.task_sid}
    return Channel(**{"stamp": event.stamp, "last_event_at": event.at, **tasks, **more})


@pytest.mark.parametrize(
    ("event", "known", "expected"),
    [
        (CREATED, None, Change("newest", CREATED, idle_since=0)),
        (COMPLETED, None, Change("newest", COMPLETED, idle_since=101)),
        (COMPLETED, after(CREATED), Change("newest", COMPLETED, idle_since=101)),
        # The end of the task arrived first.
        (
            CREATED,
            Channel(tasks={TASK}, ended_tasks={TASK}),
            Change("newest", CREATED, expects_ended=True, idle_since=100),
        ),
        # An older event names a task that is not known yet, or ends one.
        (
            CREATED,
            after(task_event("task.completed", 200, OTHER), idle_since=200),
            Change("tasks", CREATED, expected_stamp=task_event("task.completed", 200, OTHER).stamp),
        ),
        (
            COMPLETED,
            after(task_event("task.wrapup", 200)),
            Change("tasks", COMPLETED, expected_stamp=task_event("task.wrapup", 200).stamp, idle_since=200),
        ),
        (DELETED, after(CREATED), Change("tasks", DELETED, expected_stamp=CREATED.stamp, idle_since=100)),
        (DELETED, None, Change("tasks", DELETED)),
        # Nothing new.
        (CREATED, after(task_event("task.wrapup", 200)), None),
        (COMPLETED, after(COMPLETED, ended_tasks={TASK}), None),
        (MESSAGE, None, Change("message", MESSAGE)),
        (MESSAGE, Channel(), Change("message", MESSAGE, is_tracked=False)),
        (MESSAGE, after(CREATED, message_at=99), Change("message", MESSAGE)),
        (MESSAGE, after(CREATED, message_at=100), None),
    ],
)
def test_an_event_is_kept_by_one_write_or_is_known_already(
    event: ChannelEvent, known: Channel | None, expected: Change | None
) -> None:
    assert decide(event, known) == expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"last_event_at": 700}, None),
        ({"last_event_at": 900}, None),
        ({"last_event_at": 901}, 901),
        ({"last_event_at": 700, "message_at": 950}, 950),
        ({"last_event_at": 700, "tasks": {TASK}}, 1000),
        ({"last_event_at": 700, "tasks": {TASK}, "ended_tasks": {TASK}}, None),
    ],
)
def test_a_channel_is_released_when_it_is_quiet_and_no_task_is_open(
    row: dict[str, Any], expected: int | None
) -> None:
    assert quiet_since_if_not_due(Channel(**row), quiet_ms=100, now=1000) == expected
