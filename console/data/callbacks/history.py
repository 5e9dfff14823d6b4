"""What has happened to one callback so far, from its attributes, its record, and TaskRouter."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from callback.domain.callback_record import Record, record_key, separate_key
from callback.storage import records
from console.context import Console
from console.data.callbacks.words import messages_of, person, recording_sid_of, words
from switchboard.timestamps import parse_iso_ms
from tools.open_work.callbacks import OpenCallback
from tools.open_work.tasks import workspace_of

_MOST_RESERVATIONS: Final = 100

_UNLESS: Final = "Unless an agent has taken it by then."

_RESERVED: Final[Mapping[str, str]] = {
    "pending": "Offered to",
    "accepted": "Accepted by",
    "rejected": "Rejected by",
    "timeout": "Not answered in time by",
    "canceled": "Offer canceled, to",
    "rescinded": "Offer withdrawn from",
    "wrapping": "Being wrapped up by",
    "completed": "Completed by",
}
"""Status of a reservation → what has happened: https://www.twilio.com/docs/taskrouter/api/reservations"""


@dataclass(frozen=True)
class Happening:
    """Something that has happened to a callback, or will.

    Attributes
    ----------
    at : int
        Milliseconds since the epoch; 0 where that is not known.
    what : str
    details : str
    """

    at: int
    what: str
    details: str = ""


def load_history(console: Console, item: OpenCallback) -> Sequence[Happening]:
    """Return what has happened to a callback, oldest first."""
    found = [*_requests(console, item), *_task(item), *_record(item), *_reservations(console, item)]
    # TaskRouter gives whole seconds; what is of the same second stays in the order of its kinds.
    return sorted(found, key=lambda happening: happening.at // 1000)


def _requests(console: Console, item: OpenCallback) -> Iterator[Happening]:
    is_voicemail = bool(recording_sid_of(item)) or item.kind == "voicemail"
    for said in messages_of(item):
        details = []
        if said.number_from:
            details.append(f"called {person(console, said.number_from)}")
        if said.flow:
            details.append(f"flow {said.flow}")
        if said.message:
            details.append(words(console, said.message))
        what = "Left a voicemail" if is_voicemail else "Asked to be called back"
        yield Happening(said.since, what, "\n".join(details))


def _record(item: OpenCallback) -> Iterator[Happening]:
    record = _record_of(item)
    if record is None:
        return
    yield Happening(record.since, "Request stored", f"Its record is {record.state}.")
    if record.desired.requeued_from:
        yield Happening(record.since, "Put back into the queue", f"after task {record.desired.requeued_from}")
    if record.confirmed_at:
        yield Happening(record.confirmed_at, "TaskRouter confirmed the task")
    if record.state == "pending":
        yield Happening(
            record.leased_until,
            "TaskRouter is told again",
            "From this time on, once a minute, until it takes the task.",
        )


def _record_of(item: OpenCallback) -> Record | None:
    """Return the record of a callback, unless it is another one's by now."""
    if item.record_key:
        return records.get(item.record_key)
    key, recording_sid = record_key(item.workflow_sid, item.number), recording_sid_of(item)
    for each in (key, separate_key(key, recording_sid)) if recording_sid else (key,):
        record = records.get(each)
        if record is not None and record.task_sid == item.task_sid:
            return record
    return None


def _task(item: OpenCallback) -> Iterator[Happening]:
    task = item.task
    if task is None:
        return
    yield Happening(task.created, "Task created", f"{task.sid} in {task.queue}, priority {task.priority}")
    if task.start < task.created - 1000:
        yield Happening(task.start, "Place in the queue counts from here")
    if task.waits and task.timeout:
        yield Happening(task.created + task.timeout * 1000, "TaskRouter gives the task up", _UNLESS)


def _reservations(console: Console, item: OpenCallback) -> Iterator[Happening]:
    if item.task is None:
        return
    workspace = console.stack.twilio.taskrouter.v1.workspaces(workspace_of(console.stack))
    for one in workspace.tasks(item.task.sid).reservations.list(limit=_MOST_RESERVATIONS):
        yield Happening(_moment(one), _RESERVED.get(str(one.reservation_status), ""), _name(one))


def _moment(reservation: Any) -> int:
    at = reservation.date_updated or reservation.date_created
    return parse_iso_ms(at) if at else 0


def _name(reservation: Any) -> str:
    return str(reservation.worker_name or reservation.worker_sid)
