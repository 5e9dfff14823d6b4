"""Events in any order, repeated and in batches of any size: one row."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from channel_cleanup.handlers import track_events
from channel_cleanup.storage import channels
from tests.integration.channel_cleanup.channels import bus_event, message_event, new_sid, task_event
from tests.integration.channel_cleanup.world import World

AT = 1_772_355_600
NAMES = (
    "task.created",
    "task.wrapup",
    "task.completed",
    "task.canceled",
    "task.deleted",
    "task.system-deleted",
)
# Few times, so that many events fall on the same one.
TIMES = st.integers(0, 6).map(lambda number: AT + number / 2)
TASKS = st.tuples(st.just("task"), st.sampled_from(NAMES), st.integers(0, 2), TIMES)
MESSAGES = st.tuples(st.just("message"), st.sampled_from(["+12025550142", "agent", "system"]), TIMES)
STARTS = st.tuples(st.just("start"), TIMES)
STORIES = st.lists(st.one_of(TASKS, MESSAGES, STARTS), min_size=1, max_size=8)


def events(sid: str, story: list[Any]) -> list[dict[str, Any]]:
    """Return the bus events of a story; its tasks have the same SIDs for each channel."""
    found = []
    for kind, *rest in story:
        if kind == "task":
            name, number, at = rest
            event = task_event(sid, name, f"WT{number:032x}", at)
        elif kind == "message":
            event = message_event(sid, *rest)
        else:
            moment = f"2026-03-01T09:00:{rest[0] - AT:06.3f}Z"
            event = {"type": "conversation.started", "conversationSid": sid, "startedAt": moment}
        found.append(bus_event(event["type"], event))
    return found


def leave_row(world: World, sid: str, told: list[dict[str, Any]]) -> dict[str, Any]:
    for event in told:
        track_events.handler(event, None)
    row = {name: value for name, value in world.row(sid).items() if name != "conversationSid"}
    if "stamp" not in row:
        row.pop("expiresAt", None)  # It goes by itself, sooner or later.
    return row


@settings(max_examples=20)
@given(STORIES, st.data())
def test_events_in_any_order_and_repeated_leave_the_same_item(
    world: World, story: list[Any], data: st.DataObject
) -> None:
    one, other = new_sid("CH"), new_sid("CH")
    mixed = data.draw(st.permutations(story + data.draw(st.lists(st.sampled_from(story), max_size=4))))
    assert leave_row(world, one, events(one, story)) == leave_row(world, other, events(other, mixed))


@settings(max_examples=12)
@given(st.lists(TASKS, min_size=1, max_size=8))
def test_the_item_has_the_values_of_the_latest_events(world: World, story: list[Any]) -> None:
    sid = new_sid("CH")
    row = channels.read(leave_row(world, sid, events(sid, story)))
    ended = {f"WT{task:032x}" for _, name, task, _ in story if name not in {"task.created", "task.wrapup"}}
    assert row.tasks == {f"WT{task:032x}" for _, _, task, _ in story}
    assert row.ended_tasks == ended
    newest = max((at for _, name, _, at in story if "deleted" not in name), default=0)
    assert row.last_event_at == newest * 1000
    if row.stamp:
        is_open = row.last_event in {"task.created", "task.wrapup"} and row.task_sid not in ended
        assert row.idle_since == (0 if is_open else newest * 1000)
