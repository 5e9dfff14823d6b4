"""TaskRouter's workers and open tasks in one answer, for those who look again and again (docs/local.md).

What is done with them goes through the REST API, as Flex does it; to look there would fill the record of
requests.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local.control_api import ControlRequest, Route
    from local.twilio.stand_in import TwilioStandIn
    from local.twilio.taskrouter.task import Task

_ENDED = ("canceled", "completed")


def routes(stand_in: TwilioStandIn) -> list[Route]:
    """Return the route below ``/_local``."""
    return [("GET", "/taskrouter", partial(_desk, stand_in))]


def _desk(stand_in: TwilioStandIn, _request: ControlRequest) -> dict[str, Any]:
    workers = stand_in.taskrouter.workspace.workers.values()
    return {
        "workers": [{"sid": one.sid, "name": one.name, "available": one.available} for one in workers],
        "tasks": [_task(task) for task in stand_in.taskrouter.tasks() if task.status not in _ENDED],
    }


def _task(task: Task) -> dict[str, Any]:
    return {
        "sid": task.sid,
        "status": task.status,
        "channel": task.channel,
        "attributes": task.attributes,
        "created": task.created,
        "callSid": task.call_sid,
        "reservations": [
            {"sid": one.sid, "workerSid": one.worker_sid, "status": one.status} for one in task.reservations
        ],
    }
