"""requeue-callback: the next attempt at a callback that an agent could not reach."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.integration.callback.desk import Desk, new_sid

STALE = {
    "call_sid": "CA" + "1" * 32,
    "conference": {"sid": "CF1"},
    "reservation_attributes": {"a": 1},
    "hang_up_by": "agent",
}


def with_attributes(desk: Desk, sid: str, **more: object) -> None:
    """Add attributes as Flex and TaskRouter do while an agent works on a task."""
    task = desk.task(sid)
    desk.platform.stand_in.taskrouter.change(
        task, attributes=json.dumps({**json.loads(task.attributes), **more})
    )


def test_the_next_attempt_inherits_the_tasks_attributes_but_those_of_its_call(desk: Desk) -> None:
    recording = new_sid("RE")
    workflow = list(desk.platform.stand_in.taskrouter.workspace.workflows)[1]
    sid = desk.created(
        workflowSid=workflow,
        priority="4",
        timeout="7200",
        taskChannel="default",
        message="hello",
        RecordingSid=recording,
        RecordingUrl=desk.recording_url(recording),
    )
    kept = desk.attributes(sid)
    conversations = {"conversation_id": "CH7", "abandoned": "Follow-Up", "hang_up_by": "x", "outcome": "none"}
    with_attributes(desk, sid, **STALE, conversations=conversations, customer="Ada")
    desk.platform.stand_in.taskrouter.set_status(desk.task(sid), "assigned")
    answer = desk.flex("requeue-callback", taskSid=sid)
    assert answer.status == 200, answer.text
    body = answer.json()
    assert body == {"success": True, "taskSid": body["taskSid"]}
    assert body["taskSid"] != sid
    task = desk.task(body["taskSid"])
    kept["callBackData"]["attempts"] = 1
    kept["conversations"] = {"conversation_id": "CH7", "outcome": "none"}
    assert json.loads(task.attributes) == kept | {"customer": "Ada"}
    assert (task.workflow_sid, task.priority, task.timeout, task.channel) == (workflow, 4, 7200, "default")


def test_a_task_whose_conversations_are_a_text_is_requeued(desk: Desk) -> None:
    sid = desk.created()
    with_attributes(desk, sid, conversations="unknown")
    second = desk.flex("requeue-callback", taskSid=sid).json()["taskSid"]
    assert desk.attributes(second)["conversations"] == {"conversation_id": sid}


def test_the_next_attempt_of_a_task_without_a_conversation_id_gets_the_tasks_sid_as_one(desk: Desk) -> None:
    sid = desk.created()
    second = desk.flex("requeue-callback", taskSid=sid).json()["taskSid"]
    assert desk.attributes(second)["conversations"] == {"conversation_id": sid}
    third = desk.flex("requeue-callback", taskSid=second).json()["taskSid"]
    assert desk.attributes(third)["conversations"] == {"conversation_id": sid}
    assert desk.attributes(third)["callBackData"]["attempts"] == 2


def test_requeueing_a_task_several_times_makes_one_next_attempt(desk: Desk) -> None:
    sid = desk.created()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: desk.flex("requeue-callback", taskSid=sid), range(4)))
    assert {answer.status for answer in answers} == {200}
    (second,) = {answer.json()["taskSid"] for answer in answers}
    desk.finish(sid)
    assert desk.flex("requeue-callback", taskSid=sid).json()["taskSid"] == second
    assert [task.sid for task in desk.open_tasks()] == [second]


@pytest.mark.parametrize("ending", ["wrapup", "completed"])
def test_a_task_that_has_ended_can_be_requeued(desk: Desk, ending: str) -> None:
    sid = desk.created()
    desk.finish(sid)
    desk.tell(sid, ending)
    second = desk.flex("requeue-callback", taskSid=sid).json()["taskSid"]
    assert second != sid
    assert desk.flex("requeue-callback", taskSid=sid).json()["taskSid"] == second


def test_an_old_voicemail_gets_its_own_next_attempt_beside_a_newer_callback(desk: Desk) -> None:
    recording = new_sid("RE")
    old = desk.created(RecordingSid=recording)
    desk.finish(old)
    desk.platform.advance(10)
    newer = desk.created()
    assert newer != old
    again = desk.flex("requeue-callback", taskSid=old).json()["taskSid"]
    assert again not in {old, newer}
    assert desk.flex("requeue-callback", taskSid=old).json()["taskSid"] == again
    assert desk.attributes(again)["callBackData"]["RecordingSid"] == recording
    assert desk.transcribed(recording, "Late.").json()["taskSid"] == again
    assert {task.sid for task in desk.open_tasks()} == {newer, again}


def test_a_task_of_another_application_is_requeued_as_well(desk: Desk) -> None:
    older = {
        "taskType": "callback",
        "name": f"Callback ({desk.number})",
        "conversations": {"conversation_id": None},
        "callBackData": {"numberToCall": desk.number, "numberToCallFrom": "+12025550100", "attempts": "3"},
    }
    workflow = next(iter(desk.platform.stand_in.taskrouter.workspace.workflows))
    task = desk.platform.stand_in.taskrouter.create(workflow, json.dumps(older))
    again = desk.flex("requeue-callback", taskSid=task.sid).json()["taskSid"]
    assert desk.attributes(again)["callBackData"]["attempts"] == 4


@pytest.mark.parametrize("open_task", ["callback", "voicemail"])
def test_a_voicemail_of_another_application_is_requeued_beside_an_open_task(
    desk: Desk, open_task: str
) -> None:
    recording = new_sid("RE")
    older = {
        "taskType": "voicemail",
        "callBackData": {"numberToCall": desk.number, "attempts": 0, "RecordingSid": recording},
    }
    newer = desk.created(**({"RecordingSid": new_sid("RE")} if open_task == "voicemail" else {}))
    task = desk.platform.stand_in.taskrouter.create(desk.task(newer).workflow_sid, json.dumps(older))
    again = desk.flex("requeue-callback", taskSid=task.sid).json()["taskSid"]
    assert again not in {task.sid, newer}
    assert desk.attributes(again)["callBackData"]["RecordingSid"] == recording
    assert desk.flex("requeue-callback", taskSid=task.sid).json()["taskSid"] == again


def test_a_voicemail_whose_next_attempt_has_ended_can_be_requeued_again(desk: Desk) -> None:
    first = desk.created(RecordingSid=new_sid("RE"))
    second = desk.flex("requeue-callback", taskSid=first).json()["taskSid"]
    for sid in (first, second):
        desk.finish(sid)
    desk.tell(second, "completed")
    third = desk.flex("requeue-callback", taskSid=first).json()["taskSid"]
    assert [task.sid for task in desk.open_tasks()] == [third]


def test_requeueing_after_the_last_attempt_is_a_conflict(desk: Desk) -> None:
    sid = desk.created(attempts="10")
    answer = desk.flex("requeue-callback", taskSid=sid)
    assert (answer.status, answer.json()["success"]) == (409, False)
    assert "limit of attempts (10)" in answer.json()["message"]
    assert len(desk.tasks()) == 1


@pytest.mark.parametrize(("sid", "status"), [("", 400), ("WT1", 400), ("RE" + "0" * 32, 400)])
def test_requeueing_needs_the_sid_of_a_task(desk: Desk, sid: str, status: int) -> None:
    answer = desk.flex("requeue-callback", taskSid=sid)
    assert (answer.status, answer.json()["errors"][0]["field"]) == (status, "taskSid")


def test_a_task_that_does_not_exist_or_is_no_callback_is_not_requeued(desk: Desk) -> None:
    assert desk.flex("requeue-callback", taskSid=new_sid("WT")).status == 404
    workflow = next(iter(desk.platform.stand_in.taskrouter.workspace.workflows))
    task = desk.platform.stand_in.taskrouter.create(workflow, '{"type": "inbound"}')
    answer = desk.flex("requeue-callback", taskSid=task.sid)
    assert (answer.status, answer.json()["errors"][0]["field"]) == (400, "taskSid")


@pytest.mark.parametrize("position", [r"POST \S+/Tasks$", r"GET \S+/Tasks/WT"])
@pytest.mark.parametrize("status", [429, 503])
def test_a_request_succeeds_although_taskrouter_fails_twice(desk: Desk, position: str, status: int) -> None:
    sid = desk.created()
    desk.fail(position, status, times=2)
    assert desk.flex("requeue-callback", taskSid=sid).status == 200
    assert len(desk.tasks()) == 2
