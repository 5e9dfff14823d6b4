"""Random histories of requests, agents and outages: what was accepted is with a task, and one task waits."""

import json
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from local.http_messages import HttpResponse
from local.platform import Platform
from local.twilio.taskrouter.task import Task
from tests.integration.callback.desk import Desk, new_sid
from tests.support import Caller

_platforms: list[Platform] = []
_TWILIO = [r"POST \S+/Tasks$", r"POST \S+/Tasks/WT", r"GET \S+/Tasks/WT", r"GET \S+/Tasks\?"]


@pytest.fixture(autouse=True)
def _running(platform: Platform) -> None:
    """Let the state machine, which takes no fixtures, use the session's platform."""
    _platforms[:] = [platform]


class Histories(RuleBasedStateMachine):
    """A person who asks again and again, an agent, and services that fail."""

    @initialize()
    def begin(self) -> None:
        self.desk = Desk(_platforms[0], Caller(_platforms[0]))
        self.accepted: list[str] = []
        self.failed: list[str] = []
        self.is_broken = False

    def ask(self, **fields: str) -> None:
        text = new_sid("")
        answer = self.desk.create(message=text, **fields)
        self.note(text, answer)

    def note(self, text: str, answer: HttpResponse) -> None:
        body = answer.json()
        assert body["success"] is (answer.status in {200, 202}), body
        if answer.status == 200:
            assert body["taskSid"] in {task.sid for task in self.desk.tasks()}
            assert text in self.desk.task(body["taskSid"]).attributes
        (self.accepted if body["success"] else self.failed).append(text)

    @rule(priority=st.sampled_from(["0", "5"]))
    def ask_for_a_callback(self, priority: str) -> None:
        self.ask(priority=priority)

    @rule()
    def leave_a_voicemail(self) -> None:
        self.ask(RecordingSid=new_sid("RE"))

    @precondition(lambda self: self.waiting())
    @rule()
    def take_the_oldest_waiting_task(self) -> None:
        self.desk.platform.stand_in.taskrouter.set_status(self.waiting()[0], "assigned")

    @precondition(lambda self: self.desk.open_tasks())
    @rule(is_told=st.booleans())
    def complete_the_oldest_open_task(self, is_told: bool) -> None:
        task = self.desk.open_tasks()[0]
        self.desk.finish(task.sid)
        if is_told and not self.is_broken:
            self.desk.tell(task.sid, "completed")

    @precondition(lambda self: self.desk.open_tasks())
    @rule()
    def requeue_the_oldest_open_task(self) -> None:
        old = self.desk.open_tasks()[0]
        self.desk.platform.stand_in.taskrouter.set_status(old, "assigned")
        answer = self.desk.flex("requeue-callback", taskSid=old.sid)
        if answer.status in {200, 202}:
            assert answer.json()["taskSid"] != old.sid
            self.desk.finish(old.sid)

    @rule(match=st.sampled_from(_TWILIO), status=st.sampled_from([429, 500, 503, 0]))
    def break_taskrouter(self, match: str, status: int) -> None:
        self.desk.fail(match, status, times=7)

    @rule(status=st.sampled_from([400, 500]))
    def break_the_table(self, status: int) -> None:
        fault = {"match": "dynamodb", "status": status, "times": 60}
        self.desk.caller.local("POST", "/aws/faults", fault)
        self.is_broken = True

    @rule()
    def mend(self) -> None:
        for path in ("/twilio/faults", "/aws/faults"):
            self.desk.caller.local("DELETE", path)
        self.is_broken = False
        for _ in range(2):
            self.desk.reconcile_due()

    def waiting(self) -> list[Task]:
        return [task for task in self.desk.tasks() if task.status in {"pending", "reserved"}]

    def teardown(self) -> None:
        if not hasattr(self, "desk"):
            return
        self.mend()
        everything = "".join(task.attributes for task in self.desk.tasks())
        assert [text for text in self.accepted if text not in everything] == []
        assert [text for text in self.failed if text in everything] == []
        waiting: list[dict[str, Any]] = [json.loads(task.attributes) for task in self.waiting()]
        callbacks = [one for one in waiting if one["taskType"] == "callback"]
        assert len(callbacks) <= 1


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=6, stateful_step_count=12)
