"""Requests, endings and events in any order: never two open tasks, and nothing known is lost."""

import json

import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from local.platform import Platform
from local.twilio.taskrouter.task import Task
from tests.integration.callback.desk import Desk, new_sid
from tests.support import Caller

_platforms: list[Platform] = []


@pytest.fixture(autouse=True)
def _running(platform: Platform) -> None:
    """Let the state machine, which takes no fixtures, use the session's platform."""
    _platforms[:] = [platform]


class Requests(RuleBasedStateMachine):
    """A person with one voicemail, an agent, and Twilio's events."""

    @initialize()
    def begin(self) -> None:
        self.desk = Desk(_platforms[0], Caller(_platforms[0]))
        self.recording = new_sid("RE")
        self.sent: set[str] = set()

    def tasks(self) -> list[Task]:
        return self.desk.tasks()

    @rule()
    def ask_for_a_callback(self) -> None:
        self.desk.created()

    @rule()
    def leave_the_voicemail(self) -> None:
        fields = {
            "RecordingSid": self.recording,
            "RecordingUrl": self.desk.recording_url(self.recording),
        }
        self.desk.created(**fields)
        self.sent.add("voicemail")

    @rule()
    def transcribe_the_voicemail(self) -> None:
        assert self.desk.transcribed(self.recording, "Call me.").status == 200
        self.sent |= {"voicemail", "transcription"}

    @precondition(lambda self: self.tasks())
    @rule()
    def requeue_the_newest_task(self) -> None:
        old = self.tasks()[-1]
        attempts = json.loads(old.attributes)["callBackData"]["attempts"]
        answer = self.desk.flex("requeue-callback", taskSid=old.sid)
        if attempts == 10:
            assert answer.status == 409
            return
        new = self.desk.attributes(answer.json()["taskSid"])
        assert new["callBackData"]["attempts"] == attempts + 1
        if old.status != "completed":
            self.desk.finish(old.sid)

    @precondition(lambda self: self.desk.open_tasks())
    @rule()
    def complete_the_open_task(self) -> None:
        self.desk.finish(self.desk.open_tasks()[0].sid)

    @precondition(lambda self: any(task.status == "completed" for task in self.tasks()))
    @rule()
    def tell_of_the_oldest_completed_task(self) -> None:
        done = next(task for task in self.tasks() if task.status == "completed")
        self.desk.tell(done.sid, "completed")

    @invariant()
    def one_task_is_open_at_most(self) -> None:
        if hasattr(self, "desk"):
            assert len(self.desk.open_tasks()) <= 1

    @invariant()
    def what_was_sent_is_with_the_recordings_task(self) -> None:
        if not getattr(self, "sent", None):
            return
        owners = [json.loads(task.attributes) for task in self.tasks() if self.recording in task.attributes]
        assert owners
        assert {owner["taskType"] for owner in owners} == {"voicemail"}
        if "transcription" in self.sent:
            assert any(owner["callBackData"]["TranscriptionText"] == "Call me." for owner in owners)


TestAnyOrder = Requests.TestCase
TestAnyOrder.settings = settings(max_examples=6, stateful_step_count=10)
