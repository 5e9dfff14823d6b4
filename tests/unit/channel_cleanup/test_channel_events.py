"""Events about channels: their times, their order, and arbitrary JSON."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channel_cleanup.domain.channel_event import ChannelEvent
from channel_cleanup.requests.channel_events import read_event
from switchboard.inputs.errors import InputError

SID, TASK = "CH" + "a" * 32, "WT" + "b" * 32
COMPLETED = "com.twilio.taskrouter.task.completed"
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from([SID, TASK]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(
    [
        COMPLETED,
        "com.twilio.taskrouter.task.created",
        "com.twilio.taskrouter.task.updated",
        "com.twilio.conversations.message.added",
        "conversation.started",
    ]
)


def completed(**payload: Any) -> dict[str, Any]:
    fields = {"task_sid": TASK, "task_attributes": json.dumps({"conversationSid": SID})}
    return {"data": {"payload": fields | payload}, "time": "2026-03-01T09:00:00Z"}


def is_time(found: object) -> bool:
    return isinstance(found, ChannelEvent) and 0 < found.at < 7_258_118_400_000


@given(NAMES, JSON, JSON, JSON, JSON)
def test_any_event_is_about_a_channel_or_about_none_or_malformed(
    name: str, attributes: Any, task_sid: Any, moment: Any, data: Any
) -> None:
    event = completed(task_attributes=attributes, task_sid=task_sid, timestamp=moment)
    event |= {"conversationSid": task_sid, "startedAt": moment}
    for detail in (event, {**event, "data": data}, {**event, "data": {"payload": data, "Author": "x"}}):
        try:
            found = read_event(name, detail)
        except InputError:
            continue
        assert found is None or is_time(found)


@pytest.mark.parametrize(
    ("moment", "at"),
    [
        ("2026-03-01T09:00:01.234Z", 1_772_355_601_234),
        ("2026-03-01T10:00:01+01:00", 1_772_355_601_000),
        ("1772355601", 1_772_355_601_000),
        (1_772_355_601, 1_772_355_601_000),
        ("1772355601234", 1_772_355_601_234),
        ("nonsense", 1_772_355_600_000),
        (True, 1_772_355_600_000),
        (-5, 1_772_355_600_000),
        ("\uff19", 1_772_355_600_000),
    ],
)
def test_a_time_is_read_in_any_form_or_else_taken_from_the_event(moment: Any, at: int) -> None:
    found = read_event(COMPLETED, completed(timestamp=moment))
    assert found is not None
    assert found.at == at


@given(st.integers(1, 10**15 - 1), st.integers(1, 10**15 - 1))
def test_stamps_sort_as_times_do(one: int, other: int) -> None:
    stamps = [ChannelEvent(SID, "opens", "task.created", at, 1, TASK).stamp for at in (one, other)]
    assert (stamps[0] < stamps[1]) == (one < other)


@pytest.mark.parametrize(("author", "counts"), [("+14045550142", True), ("system", False), (None, False)])
def test_a_message_counts_if_a_participant_wrote_it(author: str | None, counts: bool) -> None:
    data = {"ConversationSid": SID, "Author": author, "DateCreated": "2026-03-01T09:00:01Z"}
    found = read_event("com.twilio.conversations.message.added", {"data": data})
    assert found == (ChannelEvent(SID, "message", "message.added", 1_772_355_601_000) if counts else None)


def test_a_started_conversation_is_followed_from_its_start() -> None:
    detail = {"conversationSid": SID, "startedAt": "2026-03-01T09:00:01.234Z", "isNew": True}
    found = read_event("conversation.started", detail)
    assert found == ChannelEvent(SID, "starts", "conversation.started", 1_772_355_601_234)


@pytest.mark.parametrize(
    ("detail", "problem"),
    [
        ({}, "task_sid: is missing"),
        ({"data": {"payload": []}}, "data.payload.task_sid: is missing"),
        (completed(task_sid="WT1"), "data.payload.task_sid: must be a SID: WT and 32 hex digits"),
        ({**completed(timestamp="soon"), "time": None}, "time: is missing"),
    ],
)
def test_what_is_wrong_with_a_malformed_event_is_named(detail: dict[str, Any], problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        read_event(COMPLETED, detail)
