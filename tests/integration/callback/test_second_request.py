"""A second request of the same number and workflow, while the first one's task waits and once it is taken."""

from typing import Any

import pytest

from tests.integration.callback.desk import Desk, new_sid
from tests.integration.callback.queue import QueuedCaller
from tests.support import in_parallel

EARLY, LATE = "2026-11-21T07:00:00.000Z", "2026-11-21T08:00:00.000Z"
FIRST = {"message": "The invoice", "flexFlowSid": "Main menu", "utcDateTimeReceived": EARLY}
SECOND = {
    "message": "The contract",
    "flexFlowSid": "Night menu",
    "utcDateTimeReceived": LATE,
    "priority": "50",
    "numberToCallFrom": "+12025550111",
}


def take(desk: Desk, sid: str) -> None:
    """Let an agent accept a task."""
    desk.platform.stand_in.taskrouter.set_status(desk.task(sid), "assigned")


@pytest.mark.parametrize("status", ["pending", "reserved"])
def test_while_the_first_waits_its_task_gets_what_the_second_says(desk: Desk, status: str) -> None:
    sid = desk.created(**FIRST)
    desk.platform.stand_in.taskrouter.set_status(desk.task(sid), status)
    assert desk.created(**SECOND) == sid
    assert [task.sid for task in desk.tasks()] == [sid]
    attributes = desk.attributes(sid)
    assert attributes["message"] == f"{EARLY}: The invoice\n{LATE}: The contract"
    assert attributes["flow_execution_sid"] == "Main menu"
    assert desk.task(sid).priority == 50
    requests: list[dict[str, Any]] = attributes["callBackData"]["requests"]
    assert [one["numberToCallFrom"] for one in requests] == ["+12025550100", "+12025550111"]
    assert [one["flow_execution_sid"] for one in requests] == ["Main menu", "Night menu"]


def test_a_lower_priority_changes_nothing(desk: Desk) -> None:
    sid = desk.created(priority="50")
    assert desk.created(priority="7") == sid
    assert desk.task(sid).priority == 50


def test_a_repeated_message_is_there_once(desk: Desk) -> None:
    sid = desk.created(**FIRST)
    for _ in range(2):
        assert desk.created(**FIRST | {"utcDateTimeReceived": LATE}) == sid
    assert desk.attributes(sid)["message"] == "The invoice"


def test_the_earlier_place_in_the_queue_counts(desk: Desk) -> None:
    waiting = QueuedCaller(desk)
    queued = waiting.task
    desk.platform.advance(300)
    sid = desk.created(**FIRST)
    assert desk.task(sid).virtual_start > queued.created
    for key in "*11":
        waiting.press(key)
    (task,) = desk.open_tasks()
    assert (task.sid, task.virtual_start) == (sid, int(queued.created))
    desk.platform.advance(60)
    desk.created(**SECOND)
    assert task.virtual_start == int(queued.created)


@pytest.mark.parametrize("second", [{}, SECOND, FIRST])
def test_once_the_first_is_taken_the_second_is_a_task_of_its_own(desk: Desk, second: dict[str, str]) -> None:
    first = desk.created(**FIRST)
    take(desk, first)
    before = desk.task(first).attributes
    sid = desk.created(**second)
    assert sid != first
    assert desk.task(first).attributes == before
    assert desk.attributes(sid)["message"] == second.get("message")
    desk.finish(first)
    desk.tell(first, "completed")
    assert [task.sid for task in desk.open_tasks()] == [sid]
    assert desk.created(**second) == sid


def test_the_attempt_of_a_taken_task_becomes_part_of_the_task_that_waits_since(desk: Desk) -> None:
    first = desk.created(**FIRST)
    take(desk, first)
    second = desk.created(**SECOND)
    assert desk.flex("requeue-callback", taskSid=first).json()["taskSid"] == second
    assert desk.attributes(second)["message"] == f"{EARLY}: The invoice\n{LATE}: The contract"


def test_a_next_attempt_that_an_agent_has_taken_is_not_made_again(desk: Desk) -> None:
    first = desk.created()
    second = desk.flex("requeue-callback", taskSid=first).json()["taskSid"]
    take(desk, second)
    assert desk.flex("requeue-callback", taskSid=first).json()["taskSid"] == second


def test_a_transcription_belongs_to_its_voicemail_also_once_that_is_taken(desk: Desk) -> None:
    recording = new_sid("RE")
    sid = desk.created(RecordingSid=recording)
    take(desk, sid)
    assert desk.transcribed(recording, "Call me.").json()["taskSid"] == sid
    other = desk.created(**SECOND)
    assert other != sid
    assert desk.transcribed(recording, "Call me, please.").json()["taskSid"] == sid
    assert desk.attributes(sid)["callBackData"]["transcriptText"] == "Call me, please."
    assert desk.attributes(other)["taskType"] == "callback"


def test_requests_with_messages_at_once_are_one_task_with_all_messages(desk: Desk) -> None:
    answers = in_parallel(lambda number: desk.create(message=f"message {number}"), range(6))
    assert {answer.status for answer in answers} == {200}
    (task,) = desk.tasks()
    message = desk.attributes(task.sid)["message"]
    assert all(f"message {number}" in message for number in range(6))


def test_voicemails_are_never_too_many_and_count_apart_from_callbacks(desk: Desk) -> None:
    for _ in range(25):
        assert desk.create(RecordingSid=new_sid("RE")).status == 200
    assert len(desk.tasks()) == 25
