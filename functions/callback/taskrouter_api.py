"""TaskRouter's REST API, as far as callbacks need it: https://www.twilio.com/docs/taskrouter/api/task."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from callback.domain.callback_record import DesiredTask
from callback.rest_api import TwilioError, ask
from callback.settings import TaskSettings
from switchboard.errors import SwitchboardError
from switchboard.settings import from_environment
from switchboard.timestamps import parse_iso_ms

OPEN: Final = frozenset({"pending", "reserved", "assigned"})
"""Assignment statuses of a task that an agent is still to work on, or is at work on."""

WAITING: Final = ("pending", "reserved")
"""Assignment statuses of a task that no agent has taken, which can be canceled."""

_PAGE_SIZE: Final = 100
_MOST_PAGES: Final = 5


@dataclass(frozen=True)
class Task:
    """A task as TaskRouter has it."""

    sid: str
    status: str
    attributes: Mapping[str, Any]
    workflow_sid: str
    priority: int
    timeout: int
    task_channel: str
    date_created: str
    etag: str

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
        """When it was made, milliseconds since the epoch."""
        return parse_iso_ms(self.date_created)


def create_task(desired: DesiredTask) -> Task:
    """Make a task.

    Raises
    ------
    TwilioError, switchboard.errors.TwilioUnreachable
        Whether it was made all the same, switchboard.twilio.errors.definitely_not_sent may tell.
    """
    fields: dict[str, object] = {
        "WorkflowSid": desired.workflow_sid,
        "TaskChannel": desired.task_channel,
        "Attributes": dump(desired.attributes),
        "Priority": desired.priority,
        "Timeout": desired.timeout,
    }
    if desired.virtual_start is not None:
        fields["VirtualStartTime"] = desired.virtual_start
    return _task(*ask("POST", _tasks_url(), data=fields))


def fetch_task(sid: str) -> Task | None:
    """Return a task; None if TaskRouter has none of that SID: it forgets tasks soon after they end."""
    try:
        return _task(*ask("GET", f"{_tasks_url()}/{sid}"))
    except TwilioError as error:
        if error.status == 404:
            return None
        raise


def update_task(task: Task, attributes: Mapping[str, Any], **fields: str) -> Task:
    """Change a task's attributes and other fields, if it is as it was when it was read.

    Raises
    ------
    TwilioError
        412 if it has changed since.
    """
    data: dict[str, object] = {"Attributes": dump(attributes), **fields}
    headers = {"If-Match": task.etag} if task.etag else None
    return _task(*ask("POST", f"{_tasks_url()}/{task.sid}", data=data, headers=headers))


def newest_tasks(workflow_sid: str, since: int, statuses: tuple[str, ...] = ()) -> Iterator[Task]:
    """Yield a workflow's tasks, newest first, that were made since some time (ms since the epoch).

    EvaluateTaskAttributes would find one task, but at most three times a second in the whole account.
    """
    params: dict[str, object] = {
        "WorkflowSid": workflow_sid,
        "Ordering": "DateCreated:desc",
        "PageSize": _PAGE_SIZE,
    }
    if statuses:
        params["AssignmentStatus"] = list(statuses)
    url: str | None = _tasks_url()
    for _ in range(_MOST_PAGES):
        document, _headers = ask("GET", str(url), params=params)
        for item in document.get("tasks", ()):
            task = _task(item, {})
            if task.created_at < since:
                return
            yield task
        url, params = document.get("meta", {}).get("next_page_url"), {}
        if not url:
            return


def dump(attributes: Mapping[str, Any]) -> str:
    """Return attributes as TaskRouter takes them; their size is limited, so without a superfluous blank."""
    return json.dumps(attributes, separators=(",", ":"), ensure_ascii=False)


def _task(document: Mapping[str, Any], headers: Mapping[str, str]) -> Task:
    try:
        attributes = json.loads(document.get("attributes") or "{}")
    except ValueError:
        attributes = {}
    return Task(
        sid=document["sid"],
        status=document["assignment_status"],
        attributes=attributes if isinstance(attributes, dict) else {},
        workflow_sid=document.get("workflow_sid") or "",
        priority=int(document.get("priority") or 0),
        timeout=int(document.get("timeout") or 0),
        task_channel=document.get("task_channel_unique_name") or "voice",
        date_created=document.get("date_created") or "1970-01-01T00:00:00Z",
        etag=headers.get("etag", ""),
    )


def _tasks_url() -> str:
    workspace_sid = from_environment(TaskSettings).workspace_sid
    if not workspace_sid:
        raise SwitchboardError(500, "The setting WorkspaceSid is missing.")
    return f"https://taskrouter.twilio.com/v1/Workspaces/{workspace_sid}/Tasks"
