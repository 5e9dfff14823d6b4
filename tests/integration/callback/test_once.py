"""One task for one callback: requests that are repeated, concurrent, in another order, or meet failures."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.http_messages import HttpResponse
from local.platform import Platform
from tests.integration.callback.desk import CREATE, Desk, new_sid
from tests.support import Caller, check_durations, eventually

if TYPE_CHECKING:
    from collections.abc import Callable

TOKEN = {"I-Twilio-Idempotency-Token": "3f2a"}
POST_TASK = r"POST \S+/Tasks$"
UPDATE_TASK = r"POST \S+/Tasks/WT"
GET_TASK = r"GET \S+/Tasks/WT"
STUDIO = "CallbackCreateFromStudio"


def voicemail(desk: Desk, recording: str, **more: str) -> HttpResponse:
    return desk.create(RecordingSid=recording, RecordingUrl=desk.recording_url(recording), **more)


def test_a_retry_of_the_same_webhook_makes_no_second_task(desk: Desk) -> None:
    first, again = (desk.create(TOKEN).json() for _ in range(2))
    assert first == again
    assert len(desk.tasks()) == 1


def test_a_retry_after_the_task_has_ended_is_answered_with_that_task(desk: Desk) -> None:
    token = {"I-Twilio-Idempotency-Token": new_sid("")}
    sid = desk.create(token).json()["taskSid"]
    desk.finish(sid)
    assert desk.create(token).json()["taskSid"] == sid


def test_a_second_request_gets_the_open_task_and_one_after_its_end_a_new_task(desk: Desk) -> None:
    first = desk.created(message="first")
    desk.platform.advance(10)
    assert desk.created() == first
    desk.finish(first)
    assert desk.created() != first
    assert len(desk.open_tasks()) == 1


def test_a_number_can_have_an_open_callback_in_each_workflow(desk: Desk) -> None:
    for workflow in desk.platform.stand_in.taskrouter.workspace.workflows:
        desk.created(workflowSid=workflow)
    assert len(desk.open_tasks()) == 2


def test_twenty_requests_at_once_make_one_task(desk: Desk) -> None:
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: desk.create(), range(20)))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.json()["taskSid"] for answer in answers}) == 1
    assert len(desk.tasks()) == 1


@pytest.mark.parametrize("transcription_first", [False, True])
def test_a_voicemail_and_its_transcription_become_one_task(desk: Desk, transcription_first: bool) -> None:
    recording = new_sid("RE")
    asks: list[Callable[[], HttpResponse]] = [
        lambda: voicemail(desk, recording, message="hello"),
        lambda: desk.transcribed(recording, "Call me."),
    ]
    if transcription_first:
        asks.reverse()
    sids = {ask().json()["taskSid"] for ask in asks}
    assert len(sids) == 1
    _has_all(desk, recording)


def test_a_voicemail_joins_the_open_callback(desk: Desk) -> None:
    sid, recording = desk.created(), new_sid("RE")
    assert voicemail(desk, recording).json()["taskSid"] == sid
    attributes = desk.attributes(sid)
    assert (attributes["taskType"], attributes["name"]) == ("voicemail", f"Voicemail ({desk.number})")


def test_a_second_voicemail_gets_a_task_of_its_own(desk: Desk) -> None:
    first, second = new_sid("RE"), new_sid("RE")
    one, two = voicemail(desk, first).json()["taskSid"], voicemail(desk, second).json()["taskSid"]
    assert one != two
    assert desk.transcribed(second, "Two").json()["taskSid"] == two
    assert desk.transcribed(first, "One").json()["taskSid"] == one
    texts = [desk.attributes(sid)["callBackData"]["TranscriptionText"] for sid in (one, two)]
    assert texts == ["One", "Two"]


def test_a_transcription_after_the_end_of_its_task_makes_no_other_task(desk: Desk) -> None:
    recording = new_sid("RE")
    sid = voicemail(desk, recording).json()["taskSid"]
    desk.finish(sid)
    desk.platform.advance(10)
    assert desk.transcribed(recording).json()["taskSid"] == sid
    assert desk.open_tasks() == []
    later = desk.created()
    assert desk.transcribed(recording, "Late.").json()["taskSid"] == sid
    assert [task.sid for task in desk.open_tasks()] == [later]
    assert desk.attributes(later)["taskType"] == "callback"


def test_an_older_plugin_requeues_by_asking_for_one_attempt_more(desk: Desk) -> None:
    recording = new_sid("RE")
    first = voicemail(desk, recording).json()["taskSid"]
    desk.platform.stand_in.taskrouter.set_status(desk.task(first), "assigned")
    fields = {**desk.numbers(), "attempts": "1", "conversation_id": first, "recordingSid": recording}
    second = desk.flex("create-callback", **fields).json()["taskSid"]
    assert second != first
    assert desk.flex("create-callback", **fields).json()["taskSid"] == second
    attributes = desk.attributes(second)
    assert (attributes["callBackData"]["attempts"], attributes["taskType"]) == (1, "voicemail")


# ── TaskRouter's bad moments ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", [412, 429, 503])
@pytest.mark.parametrize("position", [POST_TASK, UPDATE_TASK, GET_TASK])
def test_a_request_succeeds_although_taskrouter_fails_twice(desk: Desk, status: int, position: str) -> None:
    recording = new_sid("RE")
    desk.fail(position, status, times=2)
    assert voicemail(desk, recording, message="hello").status == 200
    assert desk.transcribed(recording, "Call me.").status == 200
    _has_all(desk, recording)


def test_an_update_is_repeated_after_a_concurrent_change_of_the_task(desk: Desk) -> None:
    recording = new_sid("RE")
    voicemail(desk, recording, message="hello")
    desk.fail(UPDATE_TASK, 412, times=3)
    assert desk.transcribed(recording, "Call me.").status == 200
    _has_all(desk, recording)


@pytest.mark.parametrize("status", [429, 503])
def test_a_request_that_taskrouter_refuses_for_long_fails_and_leaves_no_task(desk: Desk, status: int) -> None:
    desk.fail(POST_TASK, status, times=5)
    answer = desk.create()
    assert (answer.status, answer.json()["success"]) == (status, False)
    desk.reconcile_due()
    assert desk.tasks() == []
    assert desk.created()


@pytest.mark.parametrize("position", [POST_TASK, UPDATE_TASK])
def test_a_voicemail_that_taskrouter_refuses_for_long_is_created_later(desk: Desk, position: str) -> None:
    recording = new_sid("RE")
    desk.fail(position, 503, times=1000)
    voicemail(desk, recording, message="hello")
    desk.transcribed(recording, "Call me.")
    desk.caller.local("DELETE", "/twilio/faults")
    desk.reconcile_due()
    _has_all(desk, recording)


@pytest.mark.parametrize("position", [POST_TASK, UPDATE_TASK])
def test_what_taskrouter_has_refused_for_now_need_not_wait_for_a_lease_to_expire(
    desk: Desk, position: str
) -> None:
    recording = new_sid("RE")
    desk.created()
    desk.fail(position, 503, times=5)
    voicemail(desk, recording, message="hello")
    assert desk.transcribed(recording, "Call me.").status == 200
    _has_all(desk, recording)


@pytest.mark.parametrize("delay", [4.8, 6.0])
def test_a_task_that_is_created_after_the_timeout_of_its_creation_is_found(desk: Desk, delay: float) -> None:
    desk.fail(POST_TASK, 200, delay=delay)
    answer = desk.create()
    assert answer.status == 200, answer.text
    assert [task.sid for task in desk.tasks()] == [answer.json()["taskSid"]]


def test_a_task_that_is_created_after_its_request_was_answered_is_found_later(desk: Desk) -> None:
    desk.fail(POST_TASK, 200, delay=60.0)
    answer = desk.create()
    assert (answer.status, answer.json()) == (202, {"success": True, "taskSid": None})
    desk.caller.local("DELETE", "/twilio/faults")  # which also ends the delay
    assert eventually(desk.tasks)
    desk.reconcile_due()
    (task,) = desk.tasks()
    assert desk.created() == task.sid


def test_one_server_error_that_leaves_it_unclear_costs_seconds_and_makes_one_task(desk: Desk) -> None:
    desk.fail(POST_TASK, 500)
    sid = desk.created()
    assert [task.sid for task in desk.tasks()] == [sid]
    check_durations(desk.caller.invocations("CallbackCreateFromStudio")[-1:], {STUDIO: 6})


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 0}, {"status": 502}])
def test_a_request_to_which_taskrouter_gives_no_clear_answer_is_kept_and_becomes_one_task(
    desk: Desk, fault: dict[str, int]
) -> None:
    desk.fail(POST_TASK, fault["status"], times=2)
    answer = desk.create(message="hello")
    assert (answer.status, answer.json()) == (202, {"success": True, "taskSid": None})
    check_durations(desk.caller.invocations("CallbackCreateFromStudio")[-1:], {STUDIO: 7})
    desk.caller.local("DELETE", "/twilio/faults")
    desk.reconcile_due()
    (task,) = desk.tasks()
    assert desk.created(message="hello") == task.sid


@pytest.mark.slow
def test_a_request_that_is_kept_is_created_however_long_taskrouter_refuses(desk: Desk) -> None:
    desk.fail(POST_TASK, 500, times=2)
    assert desk.create().status == 202
    desk.fail(POST_TASK, 503, times=1000)
    desk.reconcile_due()
    assert desk.create().status == 202
    desk.caller.local("DELETE", "/twilio/faults")
    desk.reconcile_due()
    assert len(desk.tasks()) == 1


@pytest.mark.parametrize("action", ["PutItem", "GetItem", "UpdateItem"])
def test_a_task_is_created_although_dynamodb_fails_once(desk: Desk, action: str) -> None:
    fault = {"match": f"dynamodb.{action}", "status": 500, "times": 1}
    desk.caller.local("POST", "/aws/faults", fault)
    assert desk.create().status == 200
    assert len(desk.tasks()) == 1


Step = tuple[str, str, int]
_steps = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["voicemail", "transcription", "callback"]), st.just(""), st.just(0)),
        st.tuples(
            st.just("fault"),
            st.sampled_from([POST_TASK, UPDATE_TASK, GET_TASK, r"GET \S+/Tasks\?"]),
            st.sampled_from([412, 429, 503]),
        ),
        st.tuples(st.just("due"), st.just(""), st.just(0)),
    ),
    min_size=2,
    max_size=8,
)


@settings(max_examples=6)
@given(steps=_steps)
def test_in_any_order_and_with_any_fault_there_is_one_task_with_all_that_is_known(
    platform: Platform, caller: Caller, steps: list[Step]
) -> None:
    desk, recording = Desk(platform, caller), new_sid("RE")
    try:
        for kind, match, status in steps:
            match kind:
                case "voicemail":
                    voicemail(desk, recording, message="hello")
                case "transcription":
                    desk.transcribed(recording, "Call me.")
                case "callback":
                    desk.create()
                case "fault":
                    desk.fail(match, status, times=2)
                case _:
                    desk.reconcile_due()
    finally:
        caller.local("DELETE", "/twilio/faults")
    voicemail(desk, recording, message="hello")
    desk.transcribed(recording, "Call me.")
    desk.reconcile_due()
    _has_all(desk, recording)


def test_requests_of_every_kind_at_once_make_one_task_with_all_that_is_known(desk: Desk) -> None:
    recording = new_sid("RE")
    asks: list[Callable[[], HttpResponse]] = [
        lambda: voicemail(desk, recording, message="hello"),
        lambda: desk.transcribed(recording, "Call me."),
        desk.create,
    ] * 4
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda ask: ask(), asks))
    assert {answer.status for answer in answers} == {200}
    _has_all(desk, recording)


def test_the_same_numbers_with_another_plus_sign_are_the_same_callback(desk: Desk) -> None:
    sid = desk.created()
    query = urlencode(desk.numbers()).replace("%2B", "+")
    assert desk.caller.signed_get(f"{CREATE}?{query}").json()["taskSid"] == sid


def _has_all(desk: Desk, recording: str) -> None:
    (task,) = desk.open_tasks()
    assert [task] == desk.tasks()
    attributes = json.loads(task.attributes)
    data = attributes["callBackData"]
    assert (attributes["taskType"], attributes["message"]) == ("voicemail", "hello")
    assert (data["RecordingSid"], data["RecordingUrl"]) == (recording, desk.recording_url(recording))
    assert (data["TranscriptionSid"], data["TranscriptionText"]) == ("TR" + recording[2:], "Call me.")
