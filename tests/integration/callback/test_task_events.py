"""Behind /eventstream: a task that ends closes its callback's record, and its recording is archived."""

import json
from typing import Any

import pytest

from local.twilio.voice.recordings import Recording
from tests.integration.callback.desk import Desk, new_sid
from tests.support import eventually


@pytest.mark.parametrize("kind", ["canceled", "completed", "wrapup", "deleted", "system-deleted"])
def test_a_number_gets_a_new_task_as_soon_as_the_event_of_the_last_ones_end_has_come(
    desk: Desk, kind: str
) -> None:
    first = desk.created()
    assert desk.created() == first
    desk.tell(first, kind)
    assert desk.created() != first


@pytest.mark.parametrize("kind", ["created", "updated"])
def test_a_task_stays_open_after_events_that_do_not_end_it(desk: Desk, kind: str) -> None:
    first = desk.created()
    task = desk.task(first)
    event = {
        "id": new_sid("EZ"),
        "type": f"com.twilio.taskrouter.task.{kind}",
        "data": {"payload": {"task_sid": first, "task_attributes": task.attributes}},
    }
    desk.caller.signed_json("/eventstream", [event])
    assert desk.created() == first


def test_an_event_of_an_older_task_leaves_the_newer_one_open(desk: Desk) -> None:
    first = desk.created()
    desk.finish(first)
    desk.tell(first, "completed")
    second = desk.created()
    desk.tell(first, "completed")
    desk.tell(first, "canceled")
    assert desk.created() == second


def test_a_separate_voicemails_end_leaves_the_first_open(desk: Desk) -> None:
    first = desk.created(RecordingSid=new_sid("RE"))
    recording = new_sid("RE")
    second = desk.created(RecordingSid=recording)
    assert second != first
    desk.finish(second)
    desk.tell(second, "completed")
    assert desk.created() == first
    assert desk.transcribed(recording).json()["taskSid"] == second
    assert [task.sid for task in desk.open_tasks()] == [first]


def test_taskrouters_timeout_ends_the_callback(desk: Desk) -> None:
    first = desk.created(timeout="60")
    desk.platform.advance(61)
    assert desk.task(first).status == "canceled"
    desk.tell(first, "canceled")
    second = desk.created()
    assert [task.sid for task in desk.open_tasks()] == [second]


@pytest.mark.parametrize(
    "payload",
    [
        None,
        {},
        {"task_sid": 7, "task_attributes": "{}"},
        {"task_sid": "WT" + "0" * 32, "task_attributes": "{"},
        {"task_sid": "WT" + "0" * 32, "task_attributes": '{"callBackData": 3}'},
        {
            "task_sid": "WT" + "0" * 32,
            "task_attributes": '{"callBackData": {"numberToCall": "+14155550100"}}',
        },
    ],
)
def test_an_event_about_another_kind_of_task_is_ignored(desk: Desk, payload: Any) -> None:
    event = {
        "id": new_sid("EZ"),
        "type": "com.twilio.taskrouter.task.completed",
        "data": {"payload": payload},
    }
    before = len(desk.caller.invocations("CallbackTaskEvents"))
    assert desk.caller.signed_json("/eventstream", [event]).status == 204
    found = eventually(lambda: desk.caller.invocations("CallbackTaskEvents")[before:])
    assert [one["outcome"] for one in found] == ["success"]


def test_recordings_stay_at_twilio_unless_the_settings_say_otherwise(desk: Desk) -> None:
    recordings = desk.platform.stand_in.recordings
    recording = Recording(new_sid("RE"), new_sid("CA"), "Hello", 3, desk.platform.clock.now())
    recordings.add(recording)
    sid = desk.created(RecordingSid=recording.sid)
    desk.finish(sid)
    desk.tell(sid, "completed")
    assert recordings.get(recording.sid) == recording


def test_a_message_keeps_its_characters_in_the_tasks_attributes(desk: Desk) -> None:
    assert json.loads(desk.task(desk.created(message="Zoë \u2028")).attributes)["message"] == "Zoë \u2028"
