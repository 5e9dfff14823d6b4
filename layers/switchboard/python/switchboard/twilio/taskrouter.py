"""TaskRouter's tasks: https://www.twilio.com/docs/taskrouter/api/task.

Each verb raises switchboard.twilio.outcome.Refused or switchboard.errors.TwilioUnreachable.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from switchboard.timestamps import parse_iso_ms
from switchboard.twilio.attributes import dump_attributes, parse_attributes
from switchboard.twilio.outcome import none_if_missing
from switchboard.twilio.rest_client import rest_client

if TYPE_CHECKING:
    from twilio.base.api_response import ApiResponse
    from twilio.rest.taskrouter.v1.workspace import WorkspaceContext
    from twilio.rest.taskrouter.v1.workspace.task import TaskInstance

WAITING: Final = ("pending", "reserved")
"""Assignment statuses of a task that no agent has taken, which can be canceled."""

OPEN: Final = (*WAITING, "assigned")
"""Assignment statuses of a task that an agent is still to work on, or is at work on."""

UNFINISHED: Final = (*OPEN, "wrapping")
"""Assignment statuses of a task that has not ended; the agent of a wrapping one has done the talking."""

_PAGE_SIZE: Final = 100
_MOST_TASKS: Final = 500
_LARGEST_PAGE: Final = 1000


@dataclass(frozen=True, slots=True)
class Task:
    """A task as TaskRouter has it.

    Attributes
    ----------
    sid, workspace_sid, workflow_sid : str
    status : str
        Its assignment status: pending, reserved, assigned, wrapping, completed or canceled.
    attributes : Mapping[str, Any]
    priority, timeout : int
    task_channel : str
        Unique name of the task's channel, such as "voice".
    date_created, virtual_start : str
        ISO 8601 in UTC, whole seconds. The queue is ordered by the latter.
    etag : str
        The task's version; empty in a task of a list.
    """

    sid: str
    workspace_sid: str
    workflow_sid: str
    status: str
    attributes: Mapping[str, Any]
    priority: int
    timeout: int
    task_channel: str
    date_created: str
    virtual_start: str = ""
    etag: str = ""

    @property
    def is_open(self) -> bool:
        """Whether an agent is still to work on it, or is at work on it."""
        return self.status in OPEN

    @property
    def waits(self) -> bool:
        """Whether no agent has taken it."""
        return self.status in WAITING

    @property
    def created_at(self) -> int:
        """When it was created, in milliseconds since the epoch."""
        return parse_iso_ms(self.date_created)


def create_task(
    workspace_sid: str,
    workflow_sid: str,
    attributes: Mapping[str, Any],
    *,
    task_channel: str,
    priority: int,
    timeout: int,
    virtual_start: str | None = None,
) -> Task:
    """Create a task; switchboard.twilio.outcome.definitely_not_sent tells whether a failure left none.

    Parameters
    ----------
    workspace_sid, workflow_sid : str
    attributes : Mapping[str, Any]
    task_channel : str
        SID or unique name.
    priority, timeout : int
        The timeout in seconds.
    virtual_start : str, optional
        Since when the person has been waiting, ISO 8601.
    """
    start: Any = virtual_start
    created = _workspace(workspace_sid).tasks.create_with_http_info(
        workflow_sid=workflow_sid,
        task_channel=task_channel,
        attributes=dump_attributes(attributes),
        priority=priority,
        timeout=timeout,
        virtual_start_time=start,
    )
    return _with_etag(workspace_sid, created)


def fetch_task(workspace_sid: str, sid: str) -> Task | None:
    """Return a task; None if TaskRouter has none of that SID: it deletes tasks soon after they end."""
    found = none_if_missing(_workspace(workspace_sid).tasks(sid).fetch_with_http_info)
    return None if found is None else _with_etag(workspace_sid, found)


def update_task(
    task: Task,
    attributes: Mapping[str, Any],
    *,
    status: str | None = None,
    reason: str | None = None,
    priority: int | None = None,
    virtual_start: str | None = None,
) -> Task:
    """Replace a task's attributes, if its version is the one that was read.

    Parameters
    ----------
    task : Task
    attributes : Mapping[str, Any]
    status, reason : str, optional
        The new assignment status, and why.
    priority : int, optional
    virtual_start : str, optional
        Since when the person has been waiting, ISO 8601.

    Raises
    ------
    Refused
        412 if it has changed since. 400, for one, if its status can no longer become the new one.
    """
    assignment_status: Any = status
    new_priority: Any = priority
    start: Any = virtual_start
    updated = (
        _workspace(task.workspace_sid)
        .tasks(task.sid)
        .update_with_http_info(
            if_match=task.etag,
            attributes=dump_attributes(attributes),
            assignment_status=assignment_status,
            reason=reason,
            priority=new_priority,
            virtual_start_time=start,
        )
    )
    return _with_etag(task.workspace_sid, updated)


def newest_tasks(
    workspace_sid: str, workflow_sid: str, since: int, statuses: tuple[str, ...] = ()
) -> Iterator[Task]:
    """Yield a workflow's tasks that were created since some time, newest first, at most 500.

    EvaluateTaskAttributes would find one task, but at most three times a second in the whole account.

    Parameters
    ----------
    workspace_sid, workflow_sid : str
    since : int
        Milliseconds since the epoch. TaskRouter gives whole seconds.
    statuses : tuple of str
        Only tasks of these assignment statuses; empty for all.
    """
    listed = _workspace(workspace_sid).tasks.stream(
        workflow_sid=workflow_sid,
        assignment_status=list(statuses),
        ordering="DateCreated:desc",
        limit=_MOST_TASKS,
        page_size=_PAGE_SIZE,
    )
    for instance in listed:
        task = _task(workspace_sid, instance)
        if task.created_at < since:
            return
        yield task


def open_tasks_with(workspace_sid: str, name: str, value: str) -> list[Task]:
    """Return the open tasks that have an attribute with a text as its value.

    TaskRouter answers this at most three times a second in the whole account: it is for scheduled functions.
    https://www.twilio.com/docs/taskrouter/api/task#read-multiple-task-resources
    """
    listed = _workspace(workspace_sid).tasks.stream(
        assignment_status=list(OPEN),
        evaluate_task_attributes=f'{name} == "{value}"',
        limit=_MOST_TASKS,
        page_size=_PAGE_SIZE,
    )
    return [_task(workspace_sid, instance) for instance in listed]


def open_tasks(workspace_sid: str) -> Iterator[Task]:
    """Yield all tasks of a workspace that have not ended, those that an agent is wrapping up included."""
    listed = _workspace(workspace_sid).tasks.stream(
        assignment_status=list(UNFINISHED), page_size=_LARGEST_PAGE
    )
    for instance in listed:
        yield _task(workspace_sid, instance)


def _workspace(sid: str) -> "WorkspaceContext":
    return rest_client().taskrouter.v1.workspaces(sid)


def _with_etag(workspace_sid: str, response: "ApiResponse[TaskInstance]") -> Task:
    headers = {name.lower(): value for name, value in response.headers.items()}
    return _task(workspace_sid, response.data, headers.get("etag", ""))


def _task(workspace_sid: str, instance: "TaskInstance", etag: str = "") -> Task:
    return Task(
        sid=str(instance.sid),
        workspace_sid=workspace_sid,
        workflow_sid=instance.workflow_sid or "",
        status=str(instance.assignment_status),
        attributes=parse_attributes(instance.attributes),
        priority=instance.priority or 0,
        timeout=instance.timeout or 0,
        task_channel=instance.task_channel_unique_name or "voice",
        date_created=_iso(instance.date_created),
        virtual_start=_iso(instance.virtual_start_time or instance.date_created),
        etag=etag,
    )


def _iso(moment: datetime | str | None) -> str:
    if isinstance(moment, str):
        return moment
    return f"{moment or datetime.fromtimestamp(0, UTC):%Y-%m-%dT%H:%M:%SZ}"
