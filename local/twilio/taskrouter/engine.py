"""One TaskRouter workspace: tasks come in, wait in order, are taken by workers, time out."""

from __future__ import annotations

import threading
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from local.template.parameters import WORKFLOW_SID, WORKSPACE_SID
from local.twilio.sids import new_sid
from local.twilio.taskrouter.task import Reservation, Task
from local.twilio.taskrouter.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.clock import Clock

TTL_EXCEEDED = "Task TTL Exceeded"
"""The reason that TaskRouter itself gives when a task's timeout is over."""


class TaskRouter:
    """The account's only workspace and its tasks.

    Parameters
    ----------
    clock
        The platform's clock; timeouts run on it.
    """

    def __init__(self, clock: Clock) -> None:
        self.workspace = Workspace(WORKSPACE_SID, WORKFLOW_SID)
        self._clock = clock
        self._listeners: list[Callable[[str, Task], None]] = []
        self._lock = threading.RLock()
        self._tasks: dict[str, Task] = {}
        clock.on_advance(lambda _seconds: self.expire())

    def listen(self, listener: Callable[[str, Task], None]) -> None:
        """Call ``listener`` with each event of a task: its type, such as ``task.created``, and the task."""
        self._listeners.append(listener)

    def tasks(self) -> list[Task]:
        """Return all tasks, oldest first."""
        with self._lock:
            return list(self._tasks.values())

    def get(self, sid: str) -> Task | None:
        """Return a task."""
        return self._tasks.get(sid)

    def task_of_call(self, call_sid: str) -> Task | None:
        """Return the task for which a call waits in a queue."""
        return next((task for task in reversed(self.tasks()) if task.call_sid == call_sid), None)

    def create(
        self,
        workflow_sid: str,
        attributes: str,
        *,
        priority: int = 0,
        timeout: int = 86400,
        channel: str = "default",
        virtual_start: float | None = None,
        call_sid: str = "",
    ) -> Task:
        """Add a task; a worker who is available may get it at once."""
        now = self._clock.now()
        task = Task(
            sid=new_sid("WT"),
            workflow_sid=workflow_sid,
            attributes=attributes,
            priority=priority,
            timeout=timeout,
            channel=channel,
            created=now,
            virtual_start=now if virtual_start is None else virtual_start,
            updated=now,
            call_sid=call_sid,
        )
        with self._lock:
            self._tasks[task.sid] = task
        self._publish("task.created", task)
        self.offer()
        return task

    def change(self, task: Task, event: str = "task.updated", **fields: Any) -> None:
        """Change fields of a task: its version grows, and the event is published."""
        with self._lock:
            for name, value in fields.items():
                setattr(task, name, value)
            task.version += 1
            task.updated = self._clock.now()
        self._publish(event, task)

    def set_status(self, task: Task, status: str, reason: str | None = None, **fields: Any) -> None:
        """Move a task to another assignment status, with its reservations."""
        events = {"canceled": "task.canceled", "wrapping": "task.wrapup", "completed": "task.completed"}
        ends = {"canceled": "canceled", "completed": "completed", "wrapping": "wrapping"}
        for reservation in task.reservations:
            if status in ends and reservation.status in {"pending", "accepted", "wrapping"}:
                reservation.status = ends[status]
        reason = reason or task.reason
        self.change(task, events.get(status, "task.updated"), status=status, reason=reason, **fields)
        if status in ends:
            self.offer()

    def cancel_of_call(self, call_sid: str, reason: str) -> None:
        """Cancel the task of a call that has left its queue, unless a worker has it."""
        with self._lock:
            task = self.task_of_call(call_sid)
            if task is not None and task.waits:
                self.set_status(task, "canceled", reason)

    def answer_call(self, call_sid: str) -> None:
        """Let a worker take the call that waits in a queue, whether or not its task was reserved for them."""
        with self._lock:
            task = self.task_of_call(call_sid)
            if task is not None and task.waits:
                for reservation in task.reservations:
                    if reservation.status == "pending":
                        reservation.status = "accepted"
                self.change(task, "reservation.accepted", status="assigned")

    def expire(self) -> None:
        """Cancel tasks that have waited for longer than their timeout."""
        now = self._clock.now()
        for task in self.tasks():
            if task.waits and now - task.created > task.timeout:
                self.set_status(task, "canceled", TTL_EXCEEDED)

    def delete(self, task: Task) -> None:
        """Delete a task."""
        with self._lock:
            self._tasks.pop(task.sid, None)
        self._publish("task.deleted", task)

    def _publish(self, event: str, task: Task) -> None:
        for listener in self._listeners:
            listener(event, task)

    # ── workers ──────────────────────────────────────────────────────────────────────────────────────

    def offer(self) -> None:
        """Reserve waiting tasks for available workers, in order: priority, then virtual start time."""
        with self._lock:
            waiting = [task for task in self._tasks.values() if task.status == "pending"]
            waiting.sort(key=lambda task: (-task.priority, task.virtual_start))
            for worker in self.workspace.workers.values():
                if not waiting or not worker.available or self._holds_one(worker.sid):
                    continue
                task = waiting.pop(0)
                task.reservations.append(Reservation(new_sid("WR"), worker.sid, self._clock.now()))
                self.change(task, "reservation.created", status="reserved")

    def accept(self, task: Task, reservation: Reservation) -> None:
        """Let a worker take a task that is reserved for them."""
        reservation.status = "accepted"
        self.change(task, "reservation.accepted", status="assigned")

    def reject(self, task: Task, reservation: Reservation) -> None:
        """Let a worker reject a task, which keeps waiting; the worker becomes unavailable."""
        reservation.status = "rejected"
        self.workspace.workers[reservation.worker_sid].available = False
        self.change(task, "reservation.rejected", status="pending")
        self.offer()

    def _holds_one(self, worker_sid: str) -> bool:
        busy = {"pending", "accepted", "wrapping"}
        return any(
            one.worker_sid == worker_sid and one.status in busy
            for task in self._tasks.values()
            for one in task.reservations
        )

    # ── state that survives a restart ────────────────────────────────────────────────────────────────

    def dump(self) -> list[dict[str, Any]]:
        """Return the tasks in a form that JSON can keep."""
        return [asdict(task) for task in self.tasks()]

    def load(self, state: list[Mapping[str, Any]]) -> None:
        """Replace all tasks by dumped ones."""
        with self._lock:
            self._tasks = {}
            for item in state:
                reservations = [Reservation(**one) for one in item["reservations"]]
                task = Task(**{**item, "reservations": reservations})
                self._tasks[task.sid] = task
