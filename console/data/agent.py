"""An agent of the platform on this machine: one of TaskRouter's workers, who takes tasks.

What the agent does goes through Twilio's REST API, as Flex does it:
https://www.twilio.com/docs/taskrouter/api/reservations
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tools.phone.client import PhoneClient
from tools.stack.stack import Stack

_MOST: Final = 50
_GREETING: Final = "Hello, this is an agent. You asked to be called back."


@dataclass(frozen=True)
class Task:
    """A task that is not completed.

    Attributes
    ----------
    sid : str
    kind, name : str
        Such as ``callback``, and what an agent reads.
    status : str
        Pending, reserved, assigned or wrapping.
    age_seconds : int
    message : str
        What the customer said or wrote; "" where that is nothing.
    number, own_number : str
        Whom a callback calls, and by which number; "" for other tasks.
    reservation_sid : str
        The agent's open reservation; "" where there is none.
    call_sid : str
        The call that waits; "" where none does.
    """

    sid: str
    kind: str
    name: str
    status: str
    age_seconds: int
    message: str
    number: str
    own_number: str
    reservation_sid: str
    call_sid: str


@dataclass(frozen=True)
class Desk:
    """What an agent sees: whether they are available, and the open tasks, oldest first."""

    worker_sid: str
    available: bool
    tasks: Sequence[Task]


class Agent:
    """The first worker of the workspace; call its methods in a thread.

    Raises
    ------
    Refused, TwilioUnreachable
        By each method, where Twilio refuses or does not answer.
    """

    def __init__(self, stack: Stack, platform: PhoneClient) -> None:
        self._stack, self._platform = stack, platform

    def desk(self) -> Desk:
        """Return what the agent sees."""
        found = self._platform.request("GET", "/taskrouter")
        worker, now = found["workers"][0], self._stack.now() / 1000
        tasks = [_task(item, str(worker["sid"]), now) for item in found["tasks"][:_MOST]]
        return Desk(str(worker["sid"]), bool(worker["available"]), tasks)

    def become(self, desk: Desk, *, available: bool) -> None:
        """Let the agent be available, who is then offered tasks, or offline."""
        name = "Available" if available else "Offline"
        activity = next(one for one in self._workspace().activities.list() if one.friendly_name == name)
        self._workspace().workers(desk.worker_sid).update(activity_sid=activity.sid)

    def accept(self, task: Task) -> None:
        """Take a task; a call that waits for it is connected."""
        if task.call_sid:
            self._platform.do(task.call_sid, "other-side", result="bridged")
            return
        self._reserve(task, "accepted")

    def reject(self, task: Task) -> None:
        """Leave a task to others; TaskRouter makes the agent unavailable then."""
        self._reserve(task, "rejected")

    def call_back(self, task: Task) -> None:
        """Call the customer."""
        words = f"<Response><Say>{_GREETING}</Say><Pause length='30'/></Response>"
        self._client().calls.create(to=task.number, from_=task.own_number, twiml=words)

    def complete(self, task: Task) -> None:
        """Complete a task."""
        self._workspace().tasks(task.sid).update(assignment_status="completed", reason="done")

    def _reserve(self, task: Task, status: str) -> None:
        reservations = self._workspace().tasks(task.sid).reservations
        reservations(task.reservation_sid).update(reservation_status=status)

    def _client(self) -> Any:
        return self._stack.twilio

    def _workspace(self) -> Any:
        return self._client().taskrouter.v1.workspaces(self._stack.parameters["WorkspaceSid"])


def _task(item: Mapping[str, Any], worker_sid: str, now: float) -> Task:
    attributes = _object(item["attributes"])
    data = _object(attributes.get("callBackData"))
    own = (
        str(one["sid"])
        for one in item["reservations"]
        if one["workerSid"] == worker_sid and one["status"] == "pending"
    )
    return Task(
        sid=str(item["sid"]),
        kind=str(attributes.get("taskType") or item["channel"]),
        name=str(attributes.get("name") or attributes.get("from") or item["sid"]),
        status=str(item["status"]),
        age_seconds=max(0, int(now - float(item["created"]))),
        message=str(data.get("TranscriptionText") or attributes.get("message") or ""),
        number=str(data.get("numberToCall") or ""),
        own_number=str(data.get("numberToCallFrom") or ""),
        reservation_sid=next(own, ""),
        call_sid=str(item["callSid"]),
    )


def _object(value: Any) -> Mapping[str, Any]:
    try:
        found = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
