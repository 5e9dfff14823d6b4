"""TaskRouter's tasks: https://www.twilio.com/docs/taskrouter/api/task."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from local.twilio.errors import TwilioError, invalid_parameter, not_found
from local.twilio.rest.product import ApiReply, ApiRequest, Product, last, meta_page
from local.twilio.sids import iso8601, parse_iso8601
from local.twilio.taskrouter.workspace import CHANNELS

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.twilio.stand_in import TwilioStandIn
    from local.twilio.taskrouter.task import Task

taskrouter = Product("taskrouter.twilio.com")

WORKSPACE = "/v1/Workspaces/<workspace>"
_TASKS = f"{WORKSPACE}/Tasks"
_STATUSES = ("pending", "reserved", "assigned", "canceled", "wrapping", "completed")
_MOST_SECONDS = 1209600
_LONGEST_ATTRIBUTES = 4096 * 8
_ORDERS = {
    "DateCreated": lambda task: task.created,
    "Priority": lambda task: task.priority,
    "VirtualStartTime": lambda task: task.virtual_start,
}


@taskrouter.route("GET", _TASKS)
def index(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List tasks, oldest first unless Ordering says otherwise."""
    check_workspace(stand_in, request)
    statuses = [
        status
        for value in _query_values(request, "AssignmentStatus")
        for status in value.split(",")
        if status.strip()
    ]
    for status in statuses:
        if status not in _STATUSES:
            raise invalid_parameter(f"Invalid AssignmentStatus: {status}")
    has_attribute = _evaluated(last(request.query, "EvaluateTaskAttributes"))
    wanted = {
        "workflow_sid": last(request.query, "WorkflowSid"),
        "task_queue_sid": last(request.query, "TaskQueueSid"),
        "priority": last(request.query, "Priority"),
    }
    tasks = stand_in.taskrouter.tasks()
    for part in reversed(last(request.query, "Ordering").split(",")):
        name, _, direction = part.strip().partition(":")
        if not name:
            continue
        if name not in _ORDERS or direction not in {"", "asc", "desc"}:
            raise invalid_parameter(f"Invalid Ordering: {part}")
        # Of two tasks made at once the one made later counts as newer.
        tasks = tasks[::-1] if direction == "desc" else tasks
        tasks.sort(key=_ORDERS[name], reverse=direction == "desc")
    shown = [
        render(stand_in, task)
        for task in tasks
        if (not statuses or task.status in statuses) and has_attribute(task)
    ]
    found = [
        item for item in shown if all(not value or str(item[key]) == value for key, value in wanted.items())
    ]
    return meta_page(request, "tasks", found)


@taskrouter.route("POST", _TASKS)
def create(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Add a task to a workflow."""
    check_workspace(stand_in, request)
    workflows = stand_in.taskrouter.workspace.workflows
    workflow = request.text("WorkflowSid") or next(iter(workflows))
    if workflow not in workflows:
        raise TwilioError(400, 20001, f"Workflow {workflow} does not exist.")
    task = stand_in.taskrouter.create(
        workflow,
        _attributes(request) or "{}",
        priority=request.integer("Priority", 0, 2**31 - 1) or 0,
        timeout=request.integer("Timeout", 1, _MOST_SECONDS) or 86400,
        channel=_channel(request) or "default",
        virtual_start=_virtual_start(stand_in, request),
    )
    return _reply(stand_in, task, 201)


@taskrouter.route("GET", f"{_TASKS}/<sid>")
def fetch(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Return one task; its version is the ETag."""
    return _reply(stand_in, find(stand_in, request))


@taskrouter.route("POST", f"{_TASKS}/<sid>")
def update(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Change a task; with If-Match, only that version of it."""
    task = find(stand_in, request)
    _check_version(request, task)
    fields: dict[str, Any] = {}
    if (attributes := _attributes(request)) is not None:
        fields["attributes"] = attributes
    if (priority := request.integer("Priority", 0, 2**31 - 1)) is not None:
        fields["priority"] = priority
    if channel := _channel(request):
        fields["channel"] = channel
    if (start := _virtual_start(stand_in, request)) is not None:
        fields["virtual_start"] = start
    status = request.choice("AssignmentStatus", _STATUSES)
    if not status:
        stand_in.taskrouter.change(task, **fields)
        return _reply(stand_in, task)
    if status == "canceled" and not task.waits:
        raise TwilioError(
            400,
            20001,
            f"Cannot cancel task {task.sid} in workspace {request.at['workspace']} for account "
            f"{stand_in.account.sid} because it is not pending or reserved.",
        )
    if not task.may_become(status):
        raise invalid_parameter(f"Cannot move task {task.sid} from {task.status} to {status}")
    if status in {"wrapping", "completed"} and "attributes" in fields:
        raise invalid_parameter("Attributes and AssignmentStatus take two requests when a task ends")
    stand_in.taskrouter.set_status(task, status, request.text("Reason") or None, **fields)
    return _reply(stand_in, task)


@taskrouter.route("DELETE", f"{_TASKS}/<sid>")
def delete(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Delete a task."""
    task = find(stand_in, request)
    _check_version(request, task)
    stand_in.taskrouter.delete(task)
    return ApiReply(None, 204)


def check_workspace(stand_in: TwilioStandIn, request: ApiRequest) -> None:
    """Refuse any workspace but the account's only one (20404)."""
    if request.at["workspace"] != stand_in.taskrouter.workspace.sid:
        raise not_found(request.path)


def find(stand_in: TwilioStandIn, request: ApiRequest) -> Task:
    """Return the task that a request is about, or refuse (20404)."""
    check_workspace(stand_in, request)
    task = stand_in.taskrouter.get(request.at["sid"])
    if task is None:
        raise not_found(request.path)
    return task


def render(stand_in: TwilioStandIn, task: Task) -> dict[str, Any]:
    """Return a task as the API shows it."""
    workspace = stand_in.taskrouter.workspace
    base = f"https://{taskrouter.host}/v1/Workspaces/{workspace.sid}"
    return {
        "account_sid": stand_in.account.sid,
        "addons": "{}",
        "age": int(stand_in.account.clock.now() - task.created),
        "assignment_status": task.status,
        "attributes": task.attributes,
        "date_created": iso8601(task.created),
        "date_updated": iso8601(task.updated),
        "ignore_capacity": False,
        "links": {
            "reservations": f"{base}/Tasks/{task.sid}/Reservations",
            "task_queue": f"{base}/TaskQueues/{workspace.queue_sid}",
            "workflow": f"{base}/Workflows/{task.workflow_sid}",
            "workspace": base,
        },
        "priority": task.priority,
        "reason": task.reason,
        "routing_target": None,
        "sid": task.sid,
        "task_channel_sid": CHANNELS[task.channel],
        "task_channel_unique_name": task.channel,
        "task_queue_entered_date": iso8601(task.created),
        "task_queue_friendly_name": workspace.queue_name,
        "task_queue_sid": workspace.queue_sid,
        "timeout": task.timeout,
        "url": f"{base}/Tasks/{task.sid}",
        "virtual_start_time": iso8601(task.virtual_start),
        "workflow_friendly_name": workspace.workflows.get(task.workflow_sid, ""),
        "workflow_sid": task.workflow_sid,
        "workspace_sid": workspace.sid,
    }


def _reply(stand_in: TwilioStandIn, task: Task, status: int = 200) -> ApiReply:
    return ApiReply(render(stand_in, task), status, headers={"ETag": task.etag})


def _check_version(request: ApiRequest, task: Task) -> None:
    expected = request.headers.get("if-match", "").strip()
    if expected and expected not in {"*", task.etag, task.etag.strip('"')}:
        raise TwilioError(412, 20412, "Precondition Failed")


def _attributes(request: ApiRequest) -> str | None:
    text = request.text("Attributes")
    if not text:
        return None
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise invalid_parameter("Attributes must be a JSON object")
    if len(text.encode()) > _LONGEST_ATTRIBUTES:
        raise invalid_parameter("Attributes are too large")
    return text


def _channel(request: ApiRequest) -> str:
    name = request.text("TaskChannel")
    by_sid = {sid: channel for channel, sid in CHANNELS.items()}
    name = by_sid.get(name, name)
    if name and name not in CHANNELS:
        raise invalid_parameter(f"TaskChannel {name} does not exist")
    return name


def _virtual_start(stand_in: TwilioStandIn, request: ApiRequest) -> float | None:
    text = request.text("VirtualStartTime")
    if not text:
        return None
    moment = parse_iso8601(text)
    if moment is None or moment.year < 1900:
        raise invalid_parameter("VirtualStartTime must be a date and time in ISO 8601, from 1900 on")
    if moment.timestamp() > stand_in.account.clock.now() + 1:
        raise invalid_parameter("VirtualStartTime cannot be in the future")
    return moment.timestamp()


def _evaluated(expression: str) -> Callable[[Task], bool]:
    """Return what tells whether a task fits an expression; the stand-in knows ``name == "text"`` only."""
    if not expression:
        return lambda _: True
    found = re.fullmatch(r"""\s*(\w+)\s*==\s*(["'])(.*)\2\s*""", expression)
    if found is None:
        raise invalid_parameter("The stand-in evaluates no other EvaluateTaskAttributes than a == 'b'")
    name, value = found[1], found[3]
    return lambda task: bool(json.loads(task.attributes).get(name) == value)


def _query_values(request: ApiRequest, name: str) -> list[str]:
    value = request.query.get(name, [])
    return list(value) if isinstance(value, list) else [value]
