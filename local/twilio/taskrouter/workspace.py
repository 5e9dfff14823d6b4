"""What a workspace has besides tasks: one workflow, one queue, one channel for calls, two workers."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field


def _sid(prefix: str, name: str) -> str:
    return prefix + hashlib.sha256(f"taskrouter {name}".encode()).hexdigest()[:32]


@dataclass
class Worker:
    """A person who takes tasks."""

    sid: str
    name: str
    available: bool = False

    @property
    def activity_sid(self) -> str:
        """WA…."""
        return ACTIVITIES["Available" if self.available else "Offline"]


ACTIVITIES = {name: _sid("WA", name) for name in ("Available", "Offline")}
CHANNELS = {name: _sid("TC", name) for name in ("default", "voice", "chat", "sms", "video", "email")}


@dataclass
class Workspace:
    """A workspace as Flex creates it: every task may go to every worker.

    Parameters
    ----------
    sid
        WS….
    workflow_sid
        WW…, of the workflow "Assign To Anyone".
    """

    sid: str
    workflow_sid: str
    name: str = "Flex Task Assignment"
    workflows: dict[str, str] = field(init=False)
    queue_sid: str = field(default_factory=lambda: _sid("WQ", "Everyone"))
    queue_name: str = "Everyone"
    workers: dict[str, Worker] = field(init=False)

    def __post_init__(self) -> None:
        second = _sid("WW", "Callbacks")
        self.workflows = {self.workflow_sid: "Assign To Anyone", second: "Callbacks"}
        people = [Worker("WK" + "a" * 32, "ada"), Worker("WK" + "b" * 32, "grace")]
        self.workers = {worker.sid: worker for worker in people}
