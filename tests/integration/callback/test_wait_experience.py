"""The wait experience, as a caller on the phone has it."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from callback.domain.messages import HOLD_MUSIC, Messages, default_messages
from local.template.parameters import ACCOUNT_SID, FLEX_NUMBER, WORKFLOW_SID
from tests.integration.callback.desk import Desk, new_sid, other_spellings
from tests.integration.callback.queue import QueuedCaller
from tests.support import eventually

PATH = "/callback/studio/wait-experience"
SAID = Messages()
CLOSED = {"timeZone": "America/New_York", "weekly": {}, "holidays": []}


@pytest.fixture
def waiting(desk: Desk) -> QueuedCaller:
    return QueuedCaller(desk)


@pytest.fixture
def hours(desk: Desk) -> Iterator[Any]:
    """Return what uploads business hours, for one test."""
    kept = desk.platform.aws.client("s3").get_object(Bucket=desk.platform.bucket, Key="callback/hours.json")
    before = kept["Body"].read()
    yield lambda document: desk.upload("hours.json", document)
    desk.platform.aws.client("s3").put_object(
        Bucket=desk.platform.bucket, Key="callback/hours.json", Body=before
    )
    desk.platform.advance(61)


def expected(waiting: QueuedCaller, task_sid: str, **data: Any) -> dict[str, Any]:
    """Return the attributes of the task that replaces a waiting call's."""
    number = data.pop("numberToCall", waiting.number)
    kind = "Voicemail" if data.get("RecordingSid") else "Callback"
    return {
        "account_sid": ACCOUNT_SID,
        "api_version": "2010-04-01",
        "call_status": "in-progress",
        "called": FLEX_NUMBER,
        "caller": waiting.number,
        "from": number,
        "to": FLEX_NUMBER,
        "type": "inbound",
        "taskType": kind.lower(),
        "name": f"{kind} ({number})",
        "flow_execution_sid": None,
        "message": None,
        "direction": "inbound",
        "conversations": {"conversation_id": task_sid},
        "callBackData": {
            "numberToCall": number,
            "numberToCallFrom": FLEX_NUMBER,
            "attempts": 0,
            "mainTimeZone": "UTC",
            "RecordingSid": None,
            "RecordingUrl": None,
            "TranscriptionSid": None,
            "TranscriptionText": None,
            "isDeleted": False,
            **data,
            **other_spellings(data),
        },
    }


def attributes(desk: Desk, sid: str) -> dict[str, Any]:
    """Return a task's attributes without the time of the request."""
    found = desk.attributes(sid)
    assert found["callBackData"].pop("utcDateTimeReceived").endswith("Z")
    return found


def test_a_caller_is_greeted_once_and_the_offer_and_the_music_repeat(waiting: QueuedCaller) -> None:
    assert waiting.heard == [SAID.initial_greeting, SAID.repeating_prompt]
    assert waiting.played == [HOLD_MUSIC]
    for _ in range(2):
        waiting.be_silent()
        assert waiting.heard == [SAID.repeating_prompt]
        assert waiting.played == [HOLD_MUSIC]


def test_a_key_pressed_while_the_next_round_begins_is_answered(desk: Desk) -> None:
    desk.fail(r"GET \S+/Tasks\?", 404)
    waiting = QueuedCaller(desk)
    desk.fail(r"GET \S+/Tasks\?", 200, delay=0.5)
    desk.platform.advance(300)
    assert waiting.press("*").heard == [SAID.callback_or_voicemail_choice]


@pytest.mark.parametrize("key", ["1", "#", "0"])
def test_another_key_than_star_changes_nothing(waiting: QueuedCaller, key: str) -> None:
    assert waiting.press(key).heard == [SAID.repeating_prompt]
    assert waiting.task.status == "pending"


@pytest.mark.parametrize("keys", ["*3", "*13", "*129"])
def test_a_key_that_is_not_offered_leads_back_to_the_music(waiting: QueuedCaller, keys: str) -> None:
    for key in keys[:-1]:
        waiting.press(key)
    waiting.press(f"{keys[-1]}#" if keys == "*129" else keys[-1])
    assert waiting.heard[-1] in {SAID.repeating_prompt, SAID.callback_for_other_number}
    assert waiting.task.status == "pending"


def test_silence_after_star_leads_back_to_the_music(waiting: QueuedCaller) -> None:
    assert waiting.press("*").heard == [SAID.callback_or_voicemail_choice]
    assert waiting.be_silent().heard == [SAID.repeating_prompt]
    assert waiting.task.status == "pending"


def test_a_callback_to_this_number_takes_the_calls_place(desk: Desk, waiting: QueuedCaller) -> None:
    queued = waiting.task
    desk.platform.advance(300)
    assert waiting.press("*").heard == [SAID.callback_or_voicemail_choice]
    assert waiting.press("1").heard == [SAID.callback_choice]
    assert waiting.task.status == "pending"
    assert waiting.press("1").heard == [SAID.callback_submitted]
    assert not waiting.is_live
    (task,) = desk.open_tasks()
    assert attributes(desk, task.sid) == expected(waiting, queued.sid)
    assert (task.workflow_sid, task.priority, task.channel, task.timeout) == (
        queued.workflow_sid,
        queued.priority,
        "voice",
        86400,
    )
    assert task.virtual_start == int(queued.created)
    assert (queued.status, queued.reason) == ("canceled", "Opted to request a callback")
    assert waiting.task_attributes["conversations"] == {"abandoned": "Follow-Up"}


def test_a_callback_to_another_number_is_read_back_and_confirmed(desk: Desk, waiting: QueuedCaller) -> None:
    other = desk.new_number()
    queued = waiting.task
    for key in "*1":
        waiting.press(key)
    assert waiting.press("2").heard == [SAID.callback_for_other_number]
    (heard,) = waiting.press("14155550100#").heard
    assert "1 4 1 5 5 5 5 0 1 0 0, United States" in heard
    assert waiting.press("2").heard == [SAID.callback_for_other_number]
    (heard,) = waiting.press(f"011{other[1:]}#").heard
    assert " ".join(other[1:]) in heard
    assert waiting.press("1").heard == [SAID.callback_submitted]
    (task,) = desk.open_tasks(other)
    assert attributes(desk, task.sid) == expected(waiting, queued.sid, numberToCall=other)
    assert desk.tasks() == []


def test_a_number_that_is_not_called_back_is_asked_for_again_three_times(waiting: QueuedCaller) -> None:
    for key in "*12":
        waiting.press(key)
    for _ in range(2):
        assert waiting.press("19005550123#").heard == [
            SAID.number_not_accepted,
            SAID.callback_for_other_number,
        ]
    assert waiting.press("999#").heard == [SAID.number_not_accepted, SAID.repeating_prompt]
    assert waiting.task.status == "pending"


def test_a_withheld_number_is_asked_for(desk: Desk) -> None:
    waiting = QueuedCaller(desk, "+266696687")
    waiting.press("*")
    assert waiting.press("1").heard == [SAID.callback_for_other_number]


def test_a_voicemail_and_its_transcription_take_the_calls_place(desk: Desk, waiting: QueuedCaller) -> None:
    queued = waiting.task
    desk.platform.advance(300)
    waiting.press("*")
    assert waiting.press("2").heard == [SAID.record_voicemail_prompt]
    assert (queued.status, queued.reason) == ("canceled", "Opted to leave a voicemail")
    assert waiting.task_attributes["conversations"] == {"abandoned": "Follow-Up"}
    waiting.say("Please call me about the invoice.")
    assert waiting.press("*").heard == [SAID.voicemail_recorded]
    assert not waiting.is_live
    (recording,) = [one for one in desk.platform.stand_in.recordings.all() if one.call_sid == waiting.sid]
    (task,) = eventually(lambda: [one for one in desk.tasks() if "invoice" in one.attributes])
    assert attributes(desk, task.sid) == expected(
        waiting,
        queued.sid,
        RecordingSid=recording.sid,
        RecordingUrl=desk.recording_url(recording.sid),
        TranscriptionSid=recording.transcription_sid,
        TranscriptionText="Please call me about the invoice.",
    )
    assert task.virtual_start == int(queued.created)
    assert desk.tasks() == [task]


def test_a_voicemail_that_ends_with_a_hangup_is_kept(desk: Desk, waiting: QueuedCaller) -> None:
    for key in "*2":
        waiting.press(key)
    waiting.say("Bye")
    waiting.hang_up()
    (task,) = eventually(lambda: [one for one in desk.tasks() if "Bye" in one.attributes])
    assert desk.attributes(task.sid)["taskType"] == "voicemail"


def test_silence_is_no_voicemail_and_is_given_three_chances(desk: Desk, waiting: QueuedCaller) -> None:
    for key in "*2":
        waiting.press(key)
    for _ in range(2):
        assert waiting.be_silent().heard == [SAID.voicemail_not_captured, SAID.record_voicemail_prompt]
    assert waiting.be_silent().heard == [SAID.voicemail_not_captured]
    assert not waiting.is_live
    assert desk.tasks() == []


def test_a_caller_whose_task_is_not_found_is_told_once_and_hears_the_music(desk: Desk) -> None:
    desk.fail(r"GET \S+/Tasks\?", 404)
    waiting = QueuedCaller(desk)
    assert waiting.heard == [SAID.initial_greeting, SAID.callback_and_voicemail_unavailable]
    assert waiting.played == [HOLD_MUSIC]


def test_while_taskrouter_is_silent_the_music_begins_soon(desk: Desk) -> None:
    desk.fail(r"GET \S+/Tasks\?", 503, times=1000, delay=30)
    call = {"AccountSid": ACCOUNT_SID, "CallSid": new_sid("CA"), "QueueSid": new_sid("QU")}
    for path in (PATH, f"{PATH}/loop"):
        assert HOLD_MUSIC in desk.caller.signed_post(path, call).text
    ran = desk.caller.invocations("CallbackWaitExperience")[-2:]
    # A call's turn fails after 15 s; the caller hears nothing until the answer.
    assert [one["durationMs"] < 7500 for one in ran] == [True, True], ran


def test_the_offer_begins_once_the_calls_task_is_found(desk: Desk) -> None:
    call = {"AccountSid": ACCOUNT_SID, "CallSid": new_sid("CA"), "QueueSid": new_sid("QU")}
    first = desk.caller.signed_post(PATH, call).text
    assert SAID.callback_and_voicemail_unavailable in first
    assert SAID.repeating_prompt not in first
    again = desk.caller.signed_post(f"{PATH}/loop", call).text
    assert SAID.callback_and_voicemail_unavailable not in again
    taskrouter = desk.platform.stand_in.taskrouter
    task = taskrouter.create(WORKFLOW_SID, f'{{"call_sid": "{call["CallSid"]}"}}')
    assert f"task={task.sid}" in desk.caller.signed_post(f"{PATH}/loop", call).text


def test_the_calls_task_is_found_among_many_until_an_agent_has_it(desk: Desk) -> None:
    taskrouter = desk.platform.stand_in.taskrouter
    call = {"AccountSid": ACCOUNT_SID, "CallSid": new_sid("CA"), "QueueSid": ""}
    task = taskrouter.create(WORKFLOW_SID, f'{{"call_sid": "{call["CallSid"]}"}}')
    others = [taskrouter.create(WORKFLOW_SID, "{}") for _ in range(120)]
    url = f"{PATH}?{urlencode({'workflowSid': WORKFLOW_SID})}"
    assert f"task={task.sid}" in desk.caller.signed_post(url, call).text
    taskrouter.set_status(task, "assigned")
    assert "task=" not in desk.caller.signed_post(url, call).text
    for other in others:
        taskrouter.delete(other)


@pytest.mark.parametrize("keys", ["*11", "*2"])
def test_a_call_that_an_agent_takes_meanwhile_is_left_alone(
    desk: Desk, waiting: QueuedCaller, keys: str
) -> None:
    for key in keys[:-1]:
        waiting.press(key)
    task = waiting.task
    desk.platform.stand_in.taskrouter.set_status(task, "assigned")
    version = task.version
    assert waiting.press(keys[-1]).heard == [SAID.callback_and_voicemail_unavailable]
    assert (task.status, task.version) == ("assigned", version)
    assert desk.tasks() == []
    assert waiting.is_live


@pytest.mark.parametrize("status", [429, 503])
def test_a_callback_is_created_although_taskrouter_fails_once(
    desk: Desk, waiting: QueuedCaller, status: int
) -> None:
    for key in "*1":
        waiting.press(key)
    for position in (r"POST \S+/Tasks$", r"POST \S+/Tasks/WT", r"GET \S+/Tasks/WT"):
        desk.fail(position, status)
    assert waiting.press("1").heard == [SAID.callback_submitted]
    assert len(desk.open_tasks()) == 1


def test_a_task_that_changes_meanwhile_is_canceled(desk: Desk, waiting: QueuedCaller) -> None:
    for key in "*1":
        waiting.press(key)
    desk.fail(r"POST \S+/Tasks/WT", 412, times=2)
    assert waiting.press("1").heard == [SAID.callback_submitted]
    assert waiting.task.status == "canceled"
    assert len(desk.open_tasks()) == 1


def test_a_callback_that_was_promised_is_created_later(desk: Desk, waiting: QueuedCaller) -> None:
    for key in "*1":
        waiting.press(key)
    desk.fail(r"POST \S+/Tasks$", 503, times=1000)
    assert waiting.press("1").heard == [SAID.callback_submitted]
    assert (waiting.task.status, desk.tasks()) == ("canceled", [])
    desk.caller.local("DELETE", "/twilio/faults")
    desk.reconcile_due()
    (task,) = desk.open_tasks()
    assert task.virtual_start == int(waiting.task.created)


def test_a_caller_keeps_the_place_in_the_queue_while_taskrouter_fails(
    desk: Desk, waiting: QueuedCaller
) -> None:
    for key in "*1":
        waiting.press(key)
    desk.fail(r"\S+ \S+/Tasks/WT", 503, times=1000)
    assert waiting.press("1").heard == [SAID.processing_error, SAID.repeating_prompt]
    assert waiting.task.status == "pending"
    desk.caller.local("DELETE", "/twilio/faults")
    desk.reconcile_due()
    assert desk.tasks() == []


def test_a_call_that_cannot_be_moved_to_be_recorded_is_called_back(desk: Desk, waiting: QueuedCaller) -> None:
    waiting.press("*")
    desk.fail(r"POST \S+/Calls/CA", 503, times=1000)
    assert waiting.press("2").heard == [SAID.callback_submitted]
    (task,) = desk.open_tasks()
    assert desk.attributes(task.sid)["taskType"] == "callback"


@pytest.mark.parametrize("status", [400, 404, 429, 500])
def test_a_caller_whose_call_is_not_moved_out_of_the_queue_gets_a_callback(
    desk: Desk, waiting: QueuedCaller, status: int
) -> None:
    queued = waiting.task
    waiting.press("*")
    desk.fail(r"POST \S+/Calls/CA", status, times=1000)
    waiting.press("2")
    (task,) = desk.open_tasks()
    assert (queued.status, task.virtual_start) == ("canceled", int(queued.created))


@pytest.mark.parametrize("more", [{"RecordingStatus": "absent"}, {"RecordingSid": ""}])
def test_an_absent_recording_is_no_voicemail(desk: Desk, more: dict[str, str]) -> None:
    call = {"AccountSid": ACCOUNT_SID, "CallSid": new_sid("CA"), "From": desk.number, "To": FLEX_NUMBER}
    form = {**call, "RecordingSid": new_sid("RE"), **more}
    assert SAID.voicemail_not_captured in desk.caller.signed_post(f"{PATH}/recorded", form).text
    assert desk.caller.signed_post(f"{PATH}/transcribed", form).status == 204
    assert desk.tasks() == []


def test_a_number_is_dialed_as_in_the_called_numbers_country_and_read_back_with_its_country(
    desk: Desk, waiting: QueuedCaller
) -> None:
    for key in "*12":
        waiting.press(key)
    (heard,) = waiting.press("6465550123#").heard
    assert "1 6 4 6 5 5 5 0 1 2 3, United States" in heard
    waiting.press("2")
    (heard,) = waiting.press("0116421234567#").heard
    assert "6 4 2 1 2 3 4 5 6 7, New Zealand" in heard
    waiting.press("2")
    waiting.press("6465550123#")
    assert waiting.press("1").heard == [SAID.callback_submitted]
    (task,) = desk.open_tasks("+16465550123")
    desk.finish(task.sid)


def test_a_file_without_a_place_for_the_country_has_it_said_after_the_number(desk: Desk) -> None:
    desk.upload("messages-fr-FR.json", {"callbackForOtherNumberConfirm": "Vous avez dit {number}."})
    task = desk.platform.stand_in.taskrouter.create(WORKFLOW_SID, "{}")
    call = {"AccountSid": ACCOUNT_SID, "CallSid": new_sid("CA"), "To": FLEX_NUMBER, "Digits": "6465550123"}
    query = urlencode({"task": task.sid, "language": "fr-FR"})
    said = desk.caller.signed_post(f"{PATH}/typed?{query}", call).text
    assert "Vous avez dit 1 6 4 6 5 5 5 0 1 2 3, United States." in said
    desk.upload("messages-fr-FR.json", None)


def test_the_wait_url_and_its_steps_may_be_fetched(desk: Desk) -> None:
    query = urlencode({"AccountSid": ACCOUNT_SID, "CallSid": new_sid("CA"), "From": desk.number})
    for path in (PATH, f"{PATH}/loop"):
        assert HOLD_MUSIC in desk.caller.signed_get(f"{path}?{query}").text
    template = f"/features/callback-and-voicemail/studio/wait-experience?{query}"
    assert SAID.initial_greeting in desk.caller.signed_get(template).text
    form = {"AccountSid": ACCOUNT_SID, "CallSid": new_sid("CA")}
    assert SAID.initial_greeting in desk.caller.signed_post(template.partition("?")[0], form).text


def test_a_caller_with_an_open_callback_gets_no_second_one(desk: Desk, waiting: QueuedCaller) -> None:
    first = desk.created()
    for key in "*1":
        waiting.press(key)
    assert waiting.press("1").heard == [SAID.callback_submitted]
    assert [task.sid for task in desk.open_tasks()] == [first]
    assert waiting.task.status == "canceled"


def test_each_language_has_its_messages(desk: Desk) -> None:
    call = {"AccountSid": ACCOUNT_SID, "CallSid": new_sid("CA"), "QueueSid": ""}
    spanish = desk.caller.signed_post(f"{PATH}?language=es-MX", call).text
    assert default_messages("es-MX").initial_greeting in spanish
    assert 'language="es-MX"' in spanish
    desk.upload(
        "messages-de-DE.json", {"initialGreeting": "Bitte warten.", "holdMusicUrl": "https://x/y.mp3"}
    )
    german = desk.caller.signed_post(f"{PATH}?language=de-DE", call).text
    assert ">Bitte warten.<" in german
    assert ">https://x/y.mp3<" in german
    assert 'language="de-DE"' in german
    desk.upload("messages-de-DE.json", {"initialGreeting": 7})
    assert desk.caller.signed_post(f"{PATH}?language=de-DE", call).text == german
    desk.upload("messages-de-DE.json", None)
    assert SAID.initial_greeting in desk.caller.signed_post(f"{PATH}?language=../x", call).text


def test_outside_business_hours_there_are_voicemails_only(desk: Desk, hours: Any) -> None:
    hours(CLOSED)
    waiting = QueuedCaller(desk)
    assert waiting.heard == [SAID.initial_greeting, SAID.repeating_prompt_closed]
    assert waiting.press("*").heard == [SAID.voicemail_choice]
    assert waiting.press("1").heard == [SAID.repeating_prompt_closed]
    waiting.press("*")
    assert waiting.press("2").heard == [SAID.record_voicemail_prompt]


def test_a_callback_outside_business_hours_carries_the_next_opening(desk: Desk, hours: Any) -> None:
    local = desk.platform.clock.datetime()
    hours({"timeZone": "America/New_York", "holidays": [f"{local:%Y-%m-%d}"], "weekly": CLOSED["weekly"]})
    assert "nextOpening" not in desk.attributes(desk.created())["callBackData"]
    everyday = {day: ["09:00-09:01"] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}
    hours({"timeZone": "America/New_York", "weekly": everyday})
    desk.number = desk.new_number()
    data = desk.attributes(desk.created())["callBackData"]
    assert data["mainTimeZone"] == "America/New_York"
    assert data["nextOpening"][11:] in {"14:00:00.000Z", "13:00:00.000Z"}
    hours({"timeZone": "Nowhere/Else"})
    desk.number = desk.new_number()
    assert desk.attributes(desk.created())["callBackData"]["mainTimeZone"] == "America/New_York"


def test_hours_without_a_version_that_can_be_used_are_always(desk: Desk, hours: Any) -> None:
    hours(None)
    hours({"timeZone": "Nowhere/Else"})
    assert desk.attributes(desk.created())["callBackData"]["mainTimeZone"] == "UTC"


def test_an_unsigned_request_is_refused(desk: Desk) -> None:
    for path in (PATH, f"{PATH}/loop", f"{PATH}/recorded"):
        assert desk.caller.send("POST", path, b"CallSid=CA1").status == 403
