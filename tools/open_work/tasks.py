"""TaskRouter's tasks that have not ended, with their places in the queues.

A queue is ordered by priority, then by virtual start time:
https://www.twilio.com/docs/taskrouter/api/task
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from switchboard.timestamps import parse_iso_ms
from switchboard.twilio.attributes import parse_attributes
from switchboard.twilio.taskrouter import UNFINISHED, WAITING
from tools.stack.stack import Stack

MOST_TASKS: Final = 10_000
"""The most tasks that are read, oldest first."""

_PAGE: Final = 1000


@dataclass(frozen=True)
class OpenTask:
    """A task that has not ended.

    Attributes
    ----------
    sid, status : str
        WT…; its assignment status.
    queue, queue_sid, workflow_sid : str
        The queue's friendly name and SID; the workflow.
    priority, timeout : int
        The timeout in seconds.
    created, start : int
        When it was created, and since when it counts as waiting, ms since the epoch.
    attributes : Mapping[str, Any]
    place, places : int
        Its place in the queue, and how many wait there; 0 where an agent has it.
    """

    sid: str
    status: str
    queue: str
    queue_sid: str
    workflow_sid: str
    priority: int
    timeout: int
    created: int
    start: int
    attributes: Mapping[str, Any]
    place: int = 0
    places: int = 0

    @property
    def waits(self) -> bool:
        """Whether no agent has taken it."""
        return self.status in WAITING


def workspace_of(stack: Stack) -> str:
    """Return the SID of a stack's workspace; "" where it has none."""
    return stack.parameters.get("WorkspaceSid", "")


def read_tasks(stack: Stack, statuses: Sequence[str] = UNFINISHED) -> Sequence[OpenTask]:
    """Return the tasks of a stack's workspace with these assignment statuses, oldest first; none without one.

    Raises
    ------
    switchboard.twilio.outcome.Refused, switchboard.errors.TwilioUnreachable
        TaskRouter refuses, or does not answer.
    """
    workspace_sid = workspace_of(stack)
    if not workspace_sid:
        return ()
    listed = stack.twilio.taskrouter.v1.workspaces(workspace_sid).tasks.stream(
        assignment_status=list(statuses), limit=MOST_TASKS, page_size=_PAGE
    )
    return list(_with_places([_task(instance) for instance in listed]))


def _with_places(tasks: Sequence[OpenTask]) -> Iterator[OpenTask]:
    queues: defaultdict[str, list[OpenTask]] = defaultdict(list)
    for task in tasks:
        if task.waits:
            queues[task.queue_sid].append(task)
    places = {sid: place for waiting in queues.values() for sid, place in _places(waiting)}
    for task in tasks:
        if task.sid in places:
            yield replace(task, place=places[task.sid], places=len(queues[task.queue_sid]))
        else:
            yield task


def _places(waiting: Iterable[OpenTask]) -> Iterator[tuple[str, int]]:
    # Times are whole seconds; of the same second, the task that is listed first is the older.
    ordered = sorted(waiting, key=lambda task: (-task.priority, task.start, task.created))
    return ((task.sid, place) for place, task in enumerate(ordered, 1))


def _task(instance: Any) -> OpenTask:
    created = _milliseconds(instance.date_created)
    return OpenTask(
        sid=str(instance.sid),
        status=str(instance.assignment_status),
        queue=str(instance.task_queue_friendly_name or ""),
        queue_sid=str(instance.task_queue_sid or ""),
        workflow_sid=str(instance.workflow_sid or ""),
        priority=int(instance.priority or 0),
        timeout=int(instance.timeout or 0),
        created=created,
        start=_milliseconds(instance.virtual_start_time) or created,
        attributes=parse_attributes(instance.attributes),
    )


def _milliseconds(moment: datetime | None) -> int:
    return parse_iso_ms(moment) if isinstance(moment, datetime) else 0
