"""TaskRouter's workspace, workflows, queues, workers and reservations.

https://www.twilio.com/docs/taskrouter/api
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.twilio.errors import invalid_parameter, not_found
from local.twilio.rest.product import ApiReply, ApiRequest, meta_page
from local.twilio.rest.taskrouter import WORKSPACE, check_workspace, find, taskrouter
from local.twilio.sids import iso8601
from local.twilio.taskrouter.workspace import ACTIVITIES, CHANNELS

if TYPE_CHECKING:
    from local.twilio.stand_in import TwilioStandIn
    from local.twilio.taskrouter.task import Reservation, Task
    from local.twilio.taskrouter.workspace import Worker

_RESERVATIONS = f"{WORKSPACE}/Tasks/<sid>/Reservations"


@taskrouter.route("GET", "/v1/Workspaces")
def workspaces(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List the only workspace."""
    return meta_page(request, "workspaces", [_workspace(stand_in)])


@taskrouter.route("GET", WORKSPACE)
def workspace(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Return the workspace."""
    check_workspace(stand_in, request)
    return ApiReply(_workspace(stand_in))


@taskrouter.route("GET", f"{WORKSPACE}/Workflows")
def workflows(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List the workflows."""
    check_workspace(stand_in, request)
    shown = [_workflow(stand_in, sid) for sid in stand_in.taskrouter.workspace.workflows]
    return meta_page(request, "workflows", shown)


@taskrouter.route("GET", f"{WORKSPACE}/Workflows/<workflow>")
def workflow(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Return one workflow."""
    check_workspace(stand_in, request)
    if request.at["workflow"] not in stand_in.taskrouter.workspace.workflows:
        raise not_found(request.path)
    return ApiReply(_workflow(stand_in, request.at["workflow"]))


@taskrouter.route("GET", f"{WORKSPACE}/TaskQueues")
def task_queues(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List the only queue."""
    check_workspace(stand_in, request)
    found = stand_in.taskrouter.workspace
    queue = {
        "sid": found.queue_sid,
        "friendly_name": found.queue_name,
        "target_workers": "1==1",
        "task_order": "FIFO",
        "workspace_sid": found.sid,
    }
    return meta_page(request, "task_queues", [queue])


@taskrouter.route("GET", f"{WORKSPACE}/TaskChannels")
def task_channels(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List the task channels."""
    check_workspace(stand_in, request)
    return meta_page(request, "channels", [_channel(stand_in, name) for name in CHANNELS])


@taskrouter.route("GET", f"{WORKSPACE}/TaskChannels/<channel>")
def task_channel(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Return one task channel, by SID or unique name."""
    check_workspace(stand_in, request)
    for name, sid in CHANNELS.items():
        if request.at["channel"] in {name, sid}:
            return ApiReply(_channel(stand_in, name))
    raise not_found(request.path)


@taskrouter.route("GET", f"{WORKSPACE}/Workers")
def workers(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List the workers."""
    check_workspace(stand_in, request)
    shown = [_worker(stand_in, one) for one in stand_in.taskrouter.workspace.workers.values()]
    return meta_page(request, "workers", shown)


@taskrouter.route("POST", f"{WORKSPACE}/Workers/<worker>")
def update_worker(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Change a worker's activity; one who becomes available is offered the next task."""
    check_workspace(stand_in, request)
    worker = stand_in.taskrouter.workspace.workers.get(request.at["worker"])
    if worker is None:
        raise not_found(request.path)
    activity = request.text("ActivitySid")
    if activity:
        if activity not in ACTIVITIES.values():
            raise invalid_parameter(f"Activity {activity} does not exist")
        worker.available = activity == ACTIVITIES["Available"]
        stand_in.taskrouter.offer()
    return ApiReply(_worker(stand_in, worker))


@taskrouter.route("GET", f"{WORKSPACE}/Activities")
def activities(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List what workers can be doing."""
    check_workspace(stand_in, request)
    shown = [
        {"sid": sid, "friendly_name": name, "available": name == "Available"}
        for name, sid in ACTIVITIES.items()
    ]
    return meta_page(request, "activities", shown)


@taskrouter.route("GET", _RESERVATIONS)
def reservations(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List a task's reservations."""
    task = find(stand_in, request)
    return meta_page(
        request, "reservations", [_reservation(stand_in, task, one) for one in task.reservations]
    )


@taskrouter.route("POST", f"{_RESERVATIONS}/<reservation>")
def update_reservation(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Accept, reject, wrap up or complete a reservation."""
    task = find(stand_in, request)
    reservation = next((one for one in task.reservations if one.sid == request.at["reservation"]), None)
    if reservation is None:
        raise not_found(request.path)
    status = request.choice("ReservationStatus", ("accepted", "rejected", "wrapping", "completed"))
    expected = {"accepted": "pending", "rejected": "pending", "wrapping": "accepted"}
    if status in expected and reservation.status != expected[status]:
        raise invalid_parameter(f"Reservation {reservation.sid} is {reservation.status}")
    if status == "accepted":
        stand_in.taskrouter.accept(task, reservation)
    elif status == "rejected":
        stand_in.taskrouter.reject(task, reservation)
    elif status:
        stand_in.taskrouter.set_status(task, status)
    return ApiReply(_reservation(stand_in, task, reservation))


def _workspace(stand_in: TwilioStandIn) -> dict[str, Any]:
    found = stand_in.taskrouter.workspace
    return {
        "sid": found.sid,
        "account_sid": stand_in.account.sid,
        "friendly_name": found.name,
        "multi_task_enabled": True,
        "prioritize_queue_order": "FIFO",
        "url": f"https://{taskrouter.host}/v1/Workspaces/{found.sid}",
    }


def _channel(stand_in: TwilioStandIn, name: str) -> dict[str, Any]:
    workspace_sid = stand_in.taskrouter.workspace.sid
    url = f"https://taskrouter.twilio.com/v1/Workspaces/{workspace_sid}/TaskChannels/{CHANNELS[name]}"
    return {
        "sid": CHANNELS[name],
        "account_sid": stand_in.account.sid,
        "workspace_sid": workspace_sid,
        "friendly_name": name.capitalize(),
        "unique_name": name,
        "channel_optimized_routing": False,
        "date_created": iso8601(0),
        "date_updated": iso8601(0),
        "url": url,
        "links": {"workspace": url.rpartition("/TaskChannels")[0]},
    }


def _workflow(stand_in: TwilioStandIn, sid: str) -> dict[str, Any]:
    found = stand_in.taskrouter.workspace
    return {
        "sid": sid,
        "account_sid": stand_in.account.sid,
        "friendly_name": found.workflows[sid],
        "workspace_sid": found.sid,
        "url": f"https://{taskrouter.host}/v1/Workspaces/{found.sid}/Workflows/{sid}",
    }


def _worker(stand_in: TwilioStandIn, worker: Worker) -> dict[str, Any]:
    return {
        "sid": worker.sid,
        "account_sid": stand_in.account.sid,
        "friendly_name": worker.name,
        "activity_sid": worker.activity_sid,
        "activity_name": "Available" if worker.available else "Offline",
        "available": worker.available,
        "attributes": "{}",
        "workspace_sid": stand_in.taskrouter.workspace.sid,
    }


def _reservation(stand_in: TwilioStandIn, task: Task, reservation: Reservation) -> dict[str, Any]:
    return {
        "sid": reservation.sid,
        "account_sid": stand_in.account.sid,
        "task_sid": task.sid,
        "worker_sid": reservation.worker_sid,
        "worker_name": stand_in.taskrouter.workspace.workers[reservation.worker_sid].name,
        "reservation_status": reservation.status,
        "date_created": iso8601(reservation.created),
        "workspace_sid": stand_in.taskrouter.workspace.sid,
    }
