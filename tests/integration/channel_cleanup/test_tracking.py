"""Events of tasks and messages, through POST /eventstream, and the row that they leave."""

import json
from typing import Any

import pytest

from tests.integration.channel_cleanup.channels import Channels, message_event, new_sid, task_event
from tests.support import eventually


@pytest.fixture
def sid() -> str:
    return new_sid("CH")


def test_a_task_creates_the_item_and_each_event_updates_it(channels: Channels, sid: str) -> None:
    task, at = new_sid("WT"), 1_772_355_600
    channels.tell(task_event(sid, "task.created", task, at))
    row = channels.row(sid)
    stamp = row.pop("stamp")
    assert row == {
        "conversationSid": sid,
        "lastEvent": "task.created",
        "lastEventAt": at * 1000,
        "taskSid": task,
        "tasks": {task},
    }
    channels.tell(
        task_event(sid, "task.wrapup", task, at + 5), task_event(sid, "task.completed", task, at + 9)
    )
    row = channels.row(sid)
    assert row.pop("stamp") > stamp
    assert row == {
        "conversationSid": sid,
        "lastEvent": "task.completed",
        "lastEventAt": (at + 9) * 1000,
        "taskSid": task,
        "tasks": {task},
        "endedTasks": {task},
        "dueShard": "due",
        "idleSince": (at + 9) * 1000,
    }


def test_a_new_task_removes_the_channel_from_the_index_of_due_ones(channels: Channels, sid: str) -> None:
    at = 1_772_355_600
    channels.finish_task(sid, at)
    assert channels.row(sid)["idleSince"] == at * 1000
    second = new_sid("WT")
    channels.tell(task_event(sid, "task.created", second, at + 60))
    row = channels.row(sid)
    assert ("idleSince" in row, "dueShard" in row, row["taskSid"]) == (False, False, second)


def test_an_older_event_changes_nothing(channels: Channels, sid: str) -> None:
    task, at = new_sid("WT"), 1_772_355_600
    events = [
        task_event(sid, "task.completed", task, at + 9),
        task_event(sid, "task.created", task, at),
        task_event(sid, "task.wrapup", task, at + 5),
    ]
    channels.tell(events[0])
    known = channels.row(sid)
    channels.tell(*events[1:], *events)
    assert channels.row(sid) == known


@pytest.mark.parametrize(
    "attributes",
    [
        {"channelSid": "CH"},
        {"conversationSid": "CH", "channelSid": "CH" + "1" * 32},
        {"conversationSid": None, "channelSid": "CH", "to": "+12025550142"},
        {"conversationSid": "XX" + "1" * 32, "channelSid": "CH"},
    ],
)
def test_the_conversation_is_found_in_the_attributes_of_older_tasks(
    channels: Channels, sid: str, attributes: dict[str, Any]
) -> None:
    named = {name: sid if value == "CH" else value for name, value in attributes.items()}
    channels.tell(task_event(sid, "task.completed", new_sid("WT"), 1_772_355_600, **named))
    assert channels.row(sid)["lastEvent"] == "task.completed"


def test_a_deleted_task_is_no_longer_open_and_does_not_restart_the_quiet_time(
    channels: Channels, sid: str
) -> None:
    task, at = new_sid("WT"), 1_772_355_600
    channels.tell(task_event(sid, "task.created", task, at), task_event(sid, "task.deleted", task, at + 60))
    row = channels.row(sid)
    assert (row["lastEvent"], row["endedTasks"], row["idleSince"]) == ("task.created", {task}, at * 1000)


def test_only_the_customers_messages_are_recorded(channels: Channels, sid: str) -> None:
    at = 1_772_355_600
    channels.finish_task(sid, at)
    channels.tell(message_event(sid, "+12025550142", at + 60), message_event(sid, "system", at + 90))
    channels.tell(message_event(sid, "+12025550142", at + 30))
    row = channels.row(sid)
    assert (row["messageAt"], row["idleSince"]) == ((at + 60) * 1000, at * 1000)
    assert "expiresAt" not in row


def test_the_item_of_a_conversation_without_tasks_expires(channels: Channels, sid: str) -> None:
    at = int(channels.now())
    channels.tell(message_event(sid, "+12025550142", at))
    row = channels.row(sid)
    assert (row["messageAt"], "idleSince" in row) == (at * 1000, False)
    assert row["expiresAt"] > at + 172_800


@pytest.mark.parametrize(
    "change",
    [
        {"task_attributes": "{}"},
        {"task_attributes": "[" * 100_000},
        {"task_attributes": "nonsense"},
        {"task_attributes": None},
        {"task_attributes": json.dumps({"conversationSid": "CH" + "g" * 32})},
        {"task_attributes": json.dumps({"conversationSid": ["CH"], "channelSid": {}})},
        {"task_sid": "no SID"},
        {"task_sid": 7},
        {"timestamp": "yesterday"},
        {"timestamp": "9" * 400},
    ],
)
def test_irrelevant_events_change_nothing(channels: Channels, sid: str, change: dict[str, Any]) -> None:
    event = task_event(sid, "task.completed", new_sid("WT"), 1_772_355_600)
    event["data"]["payload"] |= change
    event["time"] = None
    good = new_sid("CH")
    channels.tell(event, task_event(good, "task.completed", new_sid("WT"), 1_772_355_600))
    assert channels.row(good)["lastEvent"] == "task.completed"
    assert channels.row(sid) == {}
    assert {one["outcome"] for one in channels.caller.invocations("ChannelCleanupTrackEvents")} == {"success"}


@pytest.mark.parametrize("detail", [[], {}, {"data": None}, {"data": {"payload": []}}, {"data": 5}])
def test_a_malformed_event_is_dropped(channels: Channels, detail: Any) -> None:
    entry = {
        "Source": "switchboard.event_stream",
        "DetailType": "com.twilio.taskrouter.task.created",
        "Detail": json.dumps(detail if isinstance(detail, dict) else {"data": detail}),
        "EventBusName": channels.platform.application.functions["EventStreamReceive"].environment[
            "EVENT_BUS_NAME"
        ],
    }
    known = len(channels.caller.invocations("ChannelCleanupTrackEvents"))
    channels.platform.aws.client("events").put_events(Entries=[entry])
    found = eventually(lambda: channels.caller.invocations("ChannelCleanupTrackEvents")[known:])
    assert [one["outcome"] for one in found] == ["success"]
