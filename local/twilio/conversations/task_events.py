"""TaskRouter's events in the form of Event Streams.

https://www.twilio.com/docs/events/event-types/taskrouter/task
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local.twilio.account import Account
    from local.twilio.conversations.event_streams import EventStreams
    from local.twilio.taskrouter.engine import TaskRouter
    from local.twilio.taskrouter.task import Task


def stream_tasks(account: Account, taskrouter: TaskRouter, events: EventStreams) -> None:
    """Emit an event for everything that happens to a task."""
    workspace_sid = taskrouter.workspace.sid

    def emit(event: str, task: Task) -> None:
        events.emit(f"com.twilio.taskrouter.{event}", _data(account, workspace_sid, event, task))

    taskrouter.listen(emit)


def _data(account: Account, workspace_sid: str, event: str, task: Task) -> dict[str, Any]:
    moment = datetime.fromtimestamp(account.clock.now(), tz=UTC)
    timestamp = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {
        "account_sid": account.sid,
        "group": "task",
        "level": "INFO",
        "name": event,
        "product_name": "TaskRouter",
        "timestamp": timestamp,
        "payload": {
            "account_sid": account.sid,
            "workspace_sid": workspace_sid,
            "workflow_sid": task.workflow_sid,
            "eventtype": event,
            "timestamp": timestamp,
            "task_sid": task.sid,
            "task_attributes": task.attributes,
            "task_assignment_status": task.status,
            "task_channel_unique_name": task.channel,
            "task_version": str(task.version),
            "task_date_created": str(round(task.created * 1000)),
            "task_age": str(int(account.clock.now() - task.created)),
            "task_priority": str(task.priority),
        },
    }
