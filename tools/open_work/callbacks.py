"""Open callbacks and voicemails: their tasks, and the records that TaskRouter is still to be told of."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from callback.domain.task_attributes import attempts_of, is_callback
from switchboard.twilio.attributes import parse_attributes
from switchboard.twilio.taskrouter import WAITING
from tools.open_work.index import DueIndex
from tools.open_work.tasks import OpenTask, read_tasks
from tools.stack.stack import Stack

Kind = Literal["callback", "voicemail"]

TO_BE_TOLD: Final = "TaskRouter is to be told"

_KINDS: Final[Mapping[object, Kind]] = {"callback": "callback", "voicemail": "voicemail"}
_OUTBOUND: Final = "outbound"
"""The direction of an agent's own call, whose task bears the attributes of the callback."""


@dataclass(frozen=True)
class OpenCallback:
    """A callback or voicemail that has not ended.

    Attributes
    ----------
    kind : {"callback", "voicemail"}
    number : str
        The person's, as it came.
    since : int
        When its task, or its record, was created, ms since the epoch.
    attributes : Mapping[str, Any]
        The task's, or those that it is to have.
    workflow_sid : str
    task_sid : str
        "" where there is none yet.
    is_to_be_told : bool
        Whether TaskRouter lacks something of it.
    task : OpenTask or None
        The task, where TaskRouter has it.
    record_key : str
        Of its record, where TaskRouter lacks something; else "".
    """

    kind: Kind
    number: str
    since: int
    attributes: Mapping[str, Any]
    workflow_sid: str
    task_sid: str = ""
    is_to_be_told: bool = False
    task: OpenTask | None = None
    record_key: str = ""

    @property
    def state(self) -> str:
        """What has been done, or is waited for."""
        if self.is_to_be_told or self.task is None:
            return TO_BE_TOLD
        return f"{self.kind} {self.task.status}"

    @property
    def attempts(self) -> int:
        """How often it was put back into the queue."""
        return attempts_of(self.attributes)

    @property
    def queue(self) -> str:
        """The friendly name of its queue; "" while it is in none."""
        return self.task.queue if self.task else ""

    @property
    def data(self) -> Mapping[str, Any]:
        """The attribute ``callBackData``; empty where another application has broken it."""
        found = self.attributes.get("callBackData")
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True)
class OpenCallbacks:
    """The open callbacks of a stack.

    Attributes
    ----------
    items : Sequence[OpenCallback]
        The oldest first.
    left_out : int
        How many records were not read that TaskRouter is to be told of.
    """

    items: Sequence[OpenCallback]
    left_out: int = 0


def read_callbacks(stack: Stack, most_records: int, tasks: Sequence[OpenTask] | None = None) -> OpenCallbacks:
    """Return the callbacks and voicemails of a stack that have not ended.

    Parameters
    ----------
    stack
    most_records
        The most records that are read of those that TaskRouter is to be told of.
    tasks
        The open tasks, where they were read already; else those that no agent has taken are read.
    """
    index = DueIndex(stack, "Callbacks", "due", "dueAt", "id")
    pending = list(index.oldest("due", most_records))
    left_out = 0 if len(pending) < most_records else max(0, index.count("due") - len(pending))
    found = read_tasks(stack, WAITING) if tasks is None else tasks
    items = sorted(_merged(pending, found), key=lambda item: item.since)
    return OpenCallbacks(items, left_out)


def _merged(pending: Sequence[Mapping[str, Any]], tasks: Sequence[OpenTask]) -> Iterator[OpenCallback]:
    """Yield each callback once: with its task, if it has one, and whether TaskRouter is to be told."""
    lacking = {str(item["taskSid"]): item for item in pending if item.get("taskSid")}
    known = {task.sid for task in tasks}
    yield from (_of_record(item) for item in pending if item.get("taskSid") not in known)
    for task in tasks:
        kind = _KINDS.get(_hashable(task.attributes.get("taskType")))
        if kind is not None and task.attributes.get("direction") != _OUTBOUND:
            yield _of_task(kind, task, lacking.get(task.sid))


def _of_record(item: Mapping[str, Any]) -> OpenCallback:
    attributes = parse_attributes(item.get("attributes"))
    return OpenCallback(
        kind=_KINDS.get(_hashable(attributes.get("taskType")), "callback"),
        number=str(item["number"]),
        since=int(item.get("since", 0)),
        attributes=attributes,
        workflow_sid=str(item.get("workflowSid", "")),
        task_sid=str(item.get("taskSid") or ""),
        is_to_be_told=True,
        record_key=str(item["id"]),
    )


def _of_task(kind: Kind, task: OpenTask, record: Mapping[str, Any] | None) -> OpenCallback:
    attributes = task.attributes
    if is_callback(attributes):
        number = attributes["callBackData"]["numberToCall"]
    else:
        number = str(attributes.get("from") or "")
    return OpenCallback(
        kind=kind,
        number=number,
        since=task.created,
        attributes=parse_attributes(record.get("attributes")) if record else attributes,
        workflow_sid=task.workflow_sid,
        task_sid=task.sid,
        is_to_be_told=record is not None,
        task=task,
        record_key=str(record["id"]) if record else "",
    )


def _hashable(value: Any) -> object:
    return value if isinstance(value, str) else None
