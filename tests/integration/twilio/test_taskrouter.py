"""TaskRouter on the stand-in: tasks, their versions, order and status; workers; calls that wait for tasks."""

import base64
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from twilio.rest import Client

from local.http_messages import HttpResponse
from local.platform import Platform
from local.template.parameters import WORKFLOW_SID, WORKSPACE_SID
from switchboard.twilio.outcome import Refused
from tests.integration.twilio.app import World

BASE = f"/v1/Workspaces/{WORKSPACE_SID}"
HOST = "taskrouter.twilio.com"


class Tasks:
    """TaskRouter's API as a test calls it."""

    def __init__(self, world: World) -> None:
        self.world = world

    def ask(self, method: str, path: str, form: Any = None, **query: Any) -> tuple[int, Any]:
        return self.world.api(method, f"{BASE}{path}", form, host=HOST, query=urlencode(query, doseq=True))

    def create(self, **fields: Any) -> dict[str, Any]:
        attributes = json.dumps(fields.pop("attributes", {}))
        form = {"WorkflowSid": WORKFLOW_SID, "TaskChannel": "voice", "Attributes": attributes, **fields}
        status, task = self.ask("POST", "/Tasks", form)
        assert status == 201, task
        return dict(task)

    def find(self, **query: Any) -> list[dict[str, Any]]:
        status, found = self.ask("GET", "/Tasks", **query)
        assert status == 200, found
        return list(found["tasks"])

    def get(self, sid: str) -> dict[str, Any]:
        return dict(self.ask("GET", f"/Tasks/{sid}")[1])

    def update(self, sid: str, **form: str) -> tuple[int, Any]:
        return self.ask("POST", f"/Tasks/{sid}", form)

    def available(self, worker: dict[str, Any], *, yes: bool = True) -> None:
        activities = self.ask("GET", "/Activities")[1]["activities"]
        activity = next(item["sid"] for item in activities if item["available"] == yes)
        assert self.ask("POST", f"/Workers/{worker['sid']}", {"ActivitySid": activity})[0] == 200

    def workers(self) -> list[dict[str, Any]]:
        return list(self.ask("GET", "/Workers")[1]["workers"])


@pytest.fixture
def tasks(world: World) -> Tasks:
    return Tasks(world)


def test_a_task_is_created_with_twilios_defaults(tasks: Tasks) -> None:
    task = tasks.create(attributes={"taskType": "callback"})
    assert task["sid"].startswith("WT")
    assert task["assignment_status"] == "pending"
    assert json.loads(task["attributes"]) == {"taskType": "callback"}
    assert (task["priority"], task["timeout"], task["workflow_sid"]) == (0, 86400, WORKFLOW_SID)
    assert task["virtual_start_time"] == task["date_created"]
    assert tasks.get(task["sid"]) == task


@pytest.mark.parametrize(
    "form",
    [
        {"WorkflowSid": "WW" + "0" * 32},
        {"Attributes": "[]"},
        {"Attributes": "{"},
        {"TaskChannel": "pigeon"},
        {"Timeout": "0"},
        {"Timeout": "1209601"},
        {"Priority": "-1"},
        {"VirtualStartTime": "2126-01-01T00:00:00Z"},
        {"VirtualStartTime": "soon"},
    ],
)
def test_an_invalid_task_is_refused_with_twilios_error_code(tasks: Tasks, form: dict[str, str]) -> None:
    status, error = tasks.ask("POST", "/Tasks", {"WorkflowSid": WORKFLOW_SID, **form})
    assert (status, error["code"]) == (400, 20001)


def test_another_workspace_does_not_exist(world: World) -> None:
    assert world.api("GET", f"/v1/Workspaces/WS{'0' * 32}/Tasks", host=HOST)[0] == 404


def test_tasks_are_filtered_and_ordered(tasks: Tasks) -> None:
    first, second, third = (tasks.create(Priority=number) for number in (1, 3, 2))
    tasks.update(third["sid"], AssignmentStatus="canceled", Reason="test")
    assert [task["sid"] for task in tasks.find()] == [first["sid"], second["sid"], third["sid"]]
    newest = tasks.find(Ordering="DateCreated:desc", AssignmentStatus=["pending", "reserved"])
    assert [task["sid"] for task in newest] == [second["sid"], first["sid"]]
    assert [task["sid"] for task in tasks.find(AssignmentStatus="canceled")] == [third["sid"]]
    by_priority = tasks.find(Ordering="Priority:desc")
    assert [task["priority"] for task in by_priority] == [3, 2, 1]
    assert tasks.find(WorkflowSid="WW" + "0" * 32) == []
    page = tasks.ask("GET", "/Tasks", PageSize=2)[1]
    assert len(page["tasks"]) == 2
    assert page["meta"]["next_page_url"]


def test_an_update_with_an_outdated_version_is_refused(world: World, tasks: Tasks) -> None:
    task = tasks.create()
    version = _request(world, "GET", f"/Tasks/{task['sid']}").header("etag")
    assert _request(world, "POST", f"/Tasks/{task['sid']}", {"Priority": "5"}, version).status == 200
    assert _request(world, "POST", f"/Tasks/{task['sid']}", {"Priority": "6"}, version).status == 412
    assert tasks.get(task["sid"])["priority"] == 5


def test_only_a_waiting_task_can_be_canceled(tasks: Tasks) -> None:
    task = tasks.create(attributes={"a": 1})
    attributes = json.dumps({"a": 1, "conversations": {"abandoned": "Follow-Up"}})
    status, canceled = tasks.update(
        task["sid"], AssignmentStatus="canceled", Reason="why", Attributes=attributes
    )
    assert (status, canceled["assignment_status"], canceled["reason"]) == (200, "canceled", "why")
    assert canceled["attributes"] == attributes
    taken = tasks.create()
    tasks.update(taken["sid"], AssignmentStatus="assigned")
    status, error = tasks.update(taken["sid"], AssignmentStatus="canceled", Reason="late")
    assert status == 400
    assert "not pending or reserved" in error["message"]


def test_a_task_that_nobody_accepts_times_out(world: World, tasks: Tasks) -> None:
    task = tasks.create(Timeout=60)
    world.stand_in.account.clock.advance(61)
    assert tasks.get(task["sid"])["reason"] == "Task TTL Exceeded"
    assert tasks.get(task["sid"])["assignment_status"] == "canceled"


def test_an_available_worker_gets_the_oldest_waiting_task(tasks: Tasks) -> None:
    ada, grace = tasks.workers()
    later = tasks.create()
    earlier = tasks.create(VirtualStartTime="2026-01-01T00:00:00Z")
    tasks.available(ada)
    assert tasks.get(earlier["sid"])["assignment_status"] == "reserved"
    (reservation,) = tasks.ask("GET", f"/Tasks/{earlier['sid']}/Reservations")[1]["reservations"]
    path = f"/Tasks/{earlier['sid']}/Reservations/{reservation['sid']}"
    assert tasks.ask("POST", path, {"ReservationStatus": "accepted"})[0] == 200
    assert tasks.get(earlier["sid"])["assignment_status"] == "assigned"
    assert tasks.get(later["sid"])["assignment_status"] == "pending"
    tasks.available(grace)
    assert tasks.get(later["sid"])["assignment_status"] == "reserved"
    assert tasks.update(earlier["sid"], AssignmentStatus="wrapping")[0] == 200
    assert tasks.update(earlier["sid"], AssignmentStatus="completed", Reason="done")[0] == 200


def test_a_call_in_the_queue_of_a_workflow_is_a_task_until_it_leaves(world: World, tasks: Tasks) -> None:
    world.serve(status="<Response/>")
    document = (
        f"<Enqueue workflowSid='{WORKFLOW_SID}'><Task priority='2'>{{\"skill\": \"en\"}}</Task></Enqueue>"
    )
    world.twiml("/voice/survey", document)
    call = world.call()
    (found,) = tasks.find()
    attributes = json.loads(found["attributes"])
    assert (attributes["call_sid"], attributes["skill"]) == (call["sid"], "en")
    assert (attributes["from"], attributes["direction"]) == (call["from"], "inbound")
    assert (found["priority"], found["task_channel_unique_name"]) == (2, "voice")
    queue = world.api("GET", f"Queues/{call['listening']['queueSid']}.json")[1]
    assert (queue["friendly_name"], queue["current_size"]) == (WORKFLOW_SID, 1)
    world.do(call, "hangup")
    assert tasks.get(found["sid"])["assignment_status"] == "canceled"
    assert tasks.get(found["sid"])["reason"] == "hangup"


def test_a_call_that_is_taken_leaves_its_task_assigned(world: World, tasks: Tasks) -> None:
    world.serve(status="<Response/>")
    world.twiml("/voice/survey", f"<Enqueue workflowSid='{WORKFLOW_SID}'/>")
    call = world.call()
    world.do(call, "other-side", result="bridged")
    assert [task["assignment_status"] for task in tasks.find()] == ["assigned"]


def test_twilios_library_works_with_tasks(platform: Platform) -> None:
    # Its HTTP client is the layer's, which sends each host below the stand-in's address.
    from switchboard.twilio.http_client import RetryingHttpClient

    def credentials(_fresh: bool) -> tuple[str, str]:
        return platform.account_sid, platform.auth_token

    http = RetryingHttpClient(credentials, platform.twilio_api)
    client = Client(platform.account_sid, platform.auth_token, http_client=http)
    workspace = client.taskrouter.v1.workspaces(WORKSPACE_SID)
    task = workspace.tasks.create(workflow_sid=WORKFLOW_SID, attributes="{}", task_channel="voice")
    listed = workspace.tasks.list(
        ordering="DateCreated:desc", assignment_status=["pending", "reserved"], limit=5
    )
    assert task.sid in [one.sid for one in listed]
    workspace.tasks(task.sid).update(assignment_status="canceled", reason="test")
    with pytest.raises(Refused):
        workspace.tasks(task.sid).update(if_match='"0"', priority=1)


def _request(
    world: World, method: str, path: str, form: dict[str, str] | None = None, version: str = ""
) -> HttpResponse:
    account = world.stand_in.account
    credentials = base64.b64encode(f"{account.sid}:{account.auth_token}".encode()).decode()
    headers = (
        ("Authorization", f"Basic {credentials}"),
        ("Content-Type", "application/x-www-form-urlencoded"),
        *((("If-Match", version),) if version else ()),
    )
    address = f"/_local/twilio/api/{HOST}{BASE}{path}"
    return world.send(method, address, urlencode(form or {}).encode(), headers=headers)
