"""Requests while TaskRouter is silent or DynamoDB fails: what was accepted is done, and done once."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from callback.domain.messages import Messages
from callback.domain.task_attributes import UNRECORDED
from local.template.parameters import ACCOUNT_SID, FLEX_NUMBER
from tests.integration.callback.desk import Desk, new_sid
from tests.integration.callback.queue import QueuedCaller
from tests.support import eventually

pytestmark = pytest.mark.slow

SAID = Messages()
PATH = "/callback/studio/wait-experience"
GET_TASK, POST_TASK = r"GET \S+/Tasks/WT", r"POST \S+/Tasks$"
SILENCES = [{"status": 429}, {"status": 503}, {"status": 500}, {"status": 0}, {"status": 500, "delay": 60.0}]


def end_outage(desk: Desk) -> None:
    for path in ("/twilio/faults", "/aws/faults"):
        desk.caller.local("DELETE", path)


def break_table(desk: Desk, **more: Any) -> None:
    fault = {"match": "dynamodb", "status": 500, "times": 1000, **more}
    desk.caller.local("POST", "/aws/faults", fault)


# ── TaskRouter is silent ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("silence", SILENCES)
def test_silence_is_no_proof_that_an_earlier_task_is_open(desk: Desk, silence: dict[str, Any]) -> None:
    first = desk.created(message="first")
    desk.finish(first)
    desk.fail(GET_TASK, times=100, **silence)
    answer = desk.create(message="second")
    assert (answer.status, answer.json()["success"]) == (503, False)
    end_outage(desk)
    desk.reconcile_due()
    assert desk.open_tasks() == []
    second = desk.created(message="second")
    assert [task.sid for task in desk.open_tasks()] == [second]


@pytest.mark.parametrize("silence", SILENCES[:4])
def test_a_voicemail_is_taken_while_taskrouter_does_not_say_whether_an_earlier_task_is_open(
    desk: Desk, silence: dict[str, Any]
) -> None:
    desk.finish(desk.created())
    desk.fail(GET_TASK, times=100, **silence)
    recording = new_sid("RE")
    assert desk.create(RecordingSid=recording).status == 200
    (task,) = desk.open_tasks()
    assert recording in task.attributes


@pytest.mark.parametrize("status", [429, 503])
def test_a_requeue_that_taskrouter_refuses_leaves_the_record_of_the_open_task(
    desk: Desk, status: int
) -> None:
    first = desk.created()
    desk.fail(POST_TASK, status, times=100)
    answer = desk.flex("requeue-callback", taskSid=first)
    assert (answer.status, answer.json()["success"]) == (status, False)
    end_outage(desk)
    desk.reconcile_due()
    assert desk.created() == first
    assert [task.sid for task in desk.tasks()] == [first]
    assert desk.flex("requeue-callback", taskSid=first).json()["taskSid"] != first


@pytest.mark.parametrize("status", [429, 503])
def test_a_voicemail_whose_requeue_taskrouter_refuses_is_requeued_later(desk: Desk, status: int) -> None:
    recording = new_sid("RE")
    first = desk.created(RecordingSid=recording)
    desk.fail(POST_TASK, status, times=5)
    answer = desk.flex("requeue-callback", taskSid=first)
    assert (answer.status, answer.json()["taskSid"]) == (202, None)
    transcribed = desk.transcribed(recording)
    assert transcribed.status == 200, transcribed.text
    second = desk.flex("requeue-callback", taskSid=first).json()["taskSid"]
    assert [task.sid for task in desk.tasks()] == [first, second]
    assert desk.attributes(second)["callBackData"]["attempts"] == 1


@pytest.mark.parametrize("second", [{}, {"message": "second"}, {"RecordingSid": "RE" + "9" * 32}])
def test_a_request_that_meets_one_whose_task_is_unclear_is_kept_as_well(
    desk: Desk, second: dict[str, str]
) -> None:
    desk.fail(POST_TASK, 0)
    assert desk.create(message="first").status == 202
    if "RecordingSid" in second:
        second = {"RecordingSid": new_sid("RE")}
    answer = desk.create(**second)
    assert (answer.status, answer.json()) == (202, {"success": True, "taskSid": None})
    desk.reconcile_due()
    (task,) = desk.tasks()
    assert "first" in task.attributes
    assert all(value in task.attributes for value in second.values())


def test_a_task_is_not_created_again_before_it_was_looked_for(desk: Desk) -> None:
    desk.fail(POST_TASK, 500)
    desk.fail(r"GET \S+/Tasks\?", 503, times=1000)
    assert desk.create().status == 202
    assert desk.tasks() == []
    end_outage(desk)
    desk.reconcile_due()
    assert len(desk.tasks()) == 1


def test_a_request_after_the_end_of_a_task_whose_answer_was_lost_gets_another(desk: Desk) -> None:
    desk.fail(POST_TASK, 200, delay=60.0)
    assert desk.create(message="first").status == 202
    end_outage(desk)  # which also ends the delay
    assert eventually(desk.tasks)
    (first,) = desk.tasks()
    desk.finish(first.sid)
    desk.platform.advance(31)
    second = desk.created(message="second")
    assert [task.sid for task in desk.open_tasks()] == [second]
    assert "second" in desk.attributes(second)["message"]


def test_a_message_that_taskrouter_does_not_take_is_not_added_later(desk: Desk) -> None:
    sid = desk.created(message="first")
    desk.fail(r"POST \S+/Tasks/WT", 503, times=100)
    answer = desk.create(message="second")
    assert (answer.status, answer.json()["success"]) == (503, False)
    end_outage(desk)
    desk.reconcile_due()
    assert desk.attributes(sid)["message"] == "first"


# ── DynamoDB fails ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("fault", [{}, {"status": 0}, {"status": 400}, {"status": 200, "delaySeconds": 6}])
def test_a_request_becomes_a_task_while_the_table_fails_and_is_merged_later(
    desk: Desk, fault: dict[str, Any]
) -> None:
    break_table(desk, **fault)
    sid = desk.created(message="first")
    assert desk.attributes(sid)[UNRECORDED[0]] == UNRECORDED[1]
    assert desk.created(message="second") == sid
    end_outage(desk)
    desk.reconcile_due()
    assert UNRECORDED[0] not in desk.attributes(sid)
    assert desk.created(message="third") == sid
    assert [task.sid for task in desk.tasks()] == [sid]
    assert desk.attributes(sid)["message"].count("\n") == 2


def test_a_task_that_was_created_while_the_table_failed_is_merged_into_the_one_that_waits(desk: Desk) -> None:
    first = desk.created(message="first", priority="1")
    desk.platform.stand_in.taskrouter.set_status(desk.task(first), "assigned")
    break_table(desk)
    second = desk.created(message="second", priority="9")
    assert second != first
    end_outage(desk)
    third = desk.created(message="third")
    desk.reconcile_due()
    assert desk.task(second).status == "canceled"
    (task,) = [task for task in desk.open_tasks() if task.sid != first]
    assert (task.sid, task.priority) == (third, 9)
    assert "second" in desk.attributes(third)["message"]


def test_a_voicemail_and_its_transcription_become_one_task_while_the_table_fails(desk: Desk) -> None:
    break_table(desk)
    recording = new_sid("RE")
    sid = desk.created(RecordingSid=recording, numberToCall="anonymous")
    query = urlencode({"numberToCall": "anonymous", "numberToCallFrom": FLEX_NUMBER})
    form = {"AccountSid": ACCOUNT_SID, "RecordingSid": recording, "TranscriptionText": "Call me."}
    desk.caller.signed_post(f"/callback/studio/create-callback?{query}", form)
    assert desk.attributes(sid)["callBackData"]["TranscriptionText"] == "Call me."
    end_outage(desk)
    desk.reconcile_due()
    form["TranscriptionText"] = "Call me, please."
    answer = desk.caller.signed_post(f"/callback/studio/create-callback?{query}", form)
    assert answer.json()["taskSid"] == sid


def test_a_callback_is_requeued_while_the_table_fails(desk: Desk) -> None:
    first = desk.created()
    break_table(desk)
    second = desk.flex("requeue-callback", taskSid=first).json()["taskSid"]
    assert second != first
    assert desk.flex("requeue-callback", taskSid=first).json()["taskSid"] == second
    end_outage(desk)


def test_a_waiting_caller_gets_a_callback_while_the_table_fails(desk: Desk) -> None:
    waiting = QueuedCaller(desk)
    queued = waiting.task
    break_table(desk)
    for key in "*1":
        waiting.press(key)
    assert waiting.press("1").heard == [SAID.callback_submitted]
    (task,) = desk.open_tasks()
    assert (queued.status, task.virtual_start) == ("canceled", int(queued.created))
    end_outage(desk)
    desk.reconcile_due()
    assert desk.created() == task.sid


def test_a_waiting_caller_leaves_a_voicemail_while_the_table_fails(desk: Desk) -> None:
    waiting = QueuedCaller(desk)
    queued = waiting.task
    break_table(desk)
    waiting.press("*")
    assert waiting.press("2").heard == [SAID.record_voicemail_prompt]
    waiting.say("The invoice, please.")
    assert waiting.press("*").heard == [SAID.voicemail_recorded]
    assert desk.platform.wait_until_idle(30)
    (task,) = desk.tasks()
    assert task.virtual_start == int(queued.created)
    attributes = json.loads(task.attributes)
    assert attributes["conversations"]["conversation_id"] == queued.sid
    assert "invoice" in attributes["callBackData"]["transcriptText"]
    end_outage(desk)


def test_a_caller_whom_an_agent_takes_meanwhile_gets_no_callback_while_the_table_fails(desk: Desk) -> None:
    waiting = QueuedCaller(desk)
    for key in "*1":
        waiting.press(key)
    break_table(desk)
    desk.fail(r"GET \S+/Tasks/WT", 200, times=1)
    task = waiting.task
    desk.platform.stand_in.taskrouter.set_status(task, "assigned")
    assert waiting.press("1").heard == [SAID.callback_and_voicemail_unavailable]
    assert desk.open_tasks() == []
    end_outage(desk)


def test_a_recorded_voicemail_is_never_said_not_to_be_captured(desk: Desk) -> None:
    break_table(desk)
    desk.fail(r"/Tasks", 503, times=1000)
    call = {"AccountSid": ACCOUNT_SID, "CallSid": new_sid("CA"), "From": desk.number, "To": FLEX_NUMBER}
    form = {**call, "RecordingSid": new_sid("RE")}
    assert SAID.voicemail_recorded in desk.caller.signed_post(f"{PATH}/recorded", form).text
    assert desk.caller.signed_post(f"{PATH}/transcribed", form).status == 204
    assert desk.caller.signed_post(f"{PATH}/unknown", call).status == 404
    end_outage(desk)
