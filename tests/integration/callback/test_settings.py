"""What settings change: an archive of recordings, no workflow, other limits."""

from collections.abc import Iterator

import pytest

from local.log_lines import Terminal
from local.platform import Platform
from local.template.document import Names
from local.twilio.voice.recordings import Recording
from tests.integration.callback.desk import Desk, new_sid
from tests.integration.callback.flex_plugins import OlderPlugin, TemplatePlugin
from tests.support import Caller, eventually

PARAMETERS = {
    "KeepRecordings": "true",
    "CallbackWorkflowSid": "",
    "CallbackMaxAttempts": "1",
    "CallbacksPerDay": "2",
    "VoicemailsPerDay": "3",
}


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    """A platform of its own, with other settings."""
    names = Names("switchboard-callback-settings", "555555555555")
    with Platform(
        0, names=names, parameters=PARAMETERS, watch=False, terminal=Terminal(quiet=True)
    ) as running:
        yield running


@pytest.fixture(scope="module")
def caller(platform: Platform) -> Caller:
    return Caller(platform)


@pytest.fixture
def workflow(platform: Platform) -> str:
    return next(iter(platform.stand_in.taskrouter.workspace.workflows))


def test_without_a_workflow_the_missing_setting_is_named(desk: Desk) -> None:
    answer = desk.create()
    body = answer.json()
    assert (answer.status, body["success"]) == (400, False)
    assert "CallbackWorkflowSid" in body["message"]
    assert [error["field"] for error in body["errors"]] == ["workflowSid"]
    assert desk.tasks() == []


def test_a_completed_voicemails_recording_moves_to_the_bucket(desk: Desk, workflow: str) -> None:
    recordings = desk.platform.stand_in.recordings
    recording = Recording(new_sid("RE"), new_sid("CA"), "Hello", 3, desk.platform.clock.now())
    recordings.add(recording)
    sid = desk.created(workflowSid=workflow, RecordingSid=recording.sid)
    desk.finish(sid)
    desk.tell(sid, "wrapup")
    assert recordings.get(recording.sid) is not None
    desk.tell(sid, "completed")
    assert eventually(lambda: recordings.get(recording.sid) is None)
    bucket = desk.platform.resource_name("VoicemailBucket")
    stored = desk.platform.aws.client("s3").get_object(Bucket=bucket, Key=f"voicemails/{recording.sid}.mp3")
    assert stored["Body"].read() == recording.audio()
    desk.tell(sid, "completed")
    answer = desk.flex("fetch-voicemail", recordingSid=recording.sid)
    assert answer.status == 302


@pytest.mark.parametrize("plugin_class", [TemplatePlugin, OlderPlugin])
def test_a_recording_stays_at_twilio_until_the_last_task_of_its_voicemail_is_completed(
    desk: Desk, workflow: str, plugin_class: type[TemplatePlugin | OlderPlugin]
) -> None:
    plugin, recordings = plugin_class(desk), desk.platform.stand_in.recordings
    recording = Recording(new_sid("RE"), new_sid("CA"), "Hello", 3, desk.platform.clock.now())
    recordings.add(recording)
    sid = desk.created(workflowSid=workflow, RecordingSid=recording.sid)
    plugin.accept(sid)
    call = plugin.call(sid)
    desk.finish(call)
    desk.tell(call, "completed")
    assert recordings.get(recording.sid) is not None
    following = plugin.requeue(sid)
    assert recordings.get(recording.sid) is not None
    plugin.accept(following)
    plugin.wrap_up(following)
    assert eventually(lambda: recordings.get(recording.sid) is None)


def test_the_recording_of_a_voicemail_whose_number_has_another_callback_is_archived(
    desk: Desk, workflow: str
) -> None:
    recordings = desk.platform.stand_in.recordings
    recording = Recording(new_sid("RE"), new_sid("CA"), "Hello", 3, desk.platform.clock.now())
    recordings.add(recording)
    sid = desk.created(workflowSid=workflow, RecordingSid=recording.sid)
    desk.platform.stand_in.taskrouter.set_status(desk.task(sid), "assigned")
    assert desk.created(workflowSid=workflow) != sid
    desk.finish(sid)
    desk.tell(sid, "completed")
    assert eventually(lambda: recordings.get(recording.sid) is None)


def test_a_voicemail_beyond_the_limit_of_a_day_is_taken(desk: Desk, workflow: str) -> None:
    for _ in range(4):
        assert desk.create(workflowSid=workflow, RecordingSid=new_sid("RE")).status == 200
    assert len(desk.tasks()) == 4


def test_a_recording_that_cannot_be_stored_is_not_deleted(desk: Desk, workflow: str) -> None:
    recordings = desk.platform.stand_in.recordings
    recording = Recording(new_sid("RE"), new_sid("CA"), "Hello", 3, desk.platform.clock.now())
    recordings.add(recording)
    sid = desk.created(workflowSid=workflow, RecordingSid=recording.sid)
    desk.caller.local("POST", "/aws/faults", {"match": "s3.PutObject", "status": 503, "times": 1000})
    desk.tell(sid, "completed")
    assert recordings.get(recording.sid) is not None


def test_one_requeue_and_two_callbacks_a_day(desk: Desk, workflow: str) -> None:
    first = desk.created(workflowSid=workflow)
    second = desk.flex("requeue-callback", taskSid=first).json()["taskSid"]
    answer = desk.flex("requeue-callback", taskSid=second)
    assert (answer.status, "limit of attempts (1)" in answer.json()["message"]) == (409, True)
    for _ in range(2):
        for task in desk.open_tasks():
            desk.finish(task.sid)
        answer = desk.create(workflowSid=workflow)
    assert answer.status == 429
    assert 0 < int(answer.header("retry-after") or 0) <= 86400
