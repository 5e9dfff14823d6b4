"""A caller in the queue, as a test plays them, and the agents who might take the call."""

import json
from typing import Any

from local.template.parameters import FLEX_NUMBER
from local.twilio.taskrouter.task import Task
from tests.integration.callback.desk import Desk
from tools.phone.client import PhoneClient


class QueuedCaller:
    """A person who calls the account's Flex number and waits.

    Parameters
    ----------
    desk
        Its number is the caller's.
    """

    def __init__(self, desk: Desk, number: str = "") -> None:
        self._desk = desk
        self._phone = PhoneClient(desk.platform.base_url)
        self.number = number or desk.number
        self.call = self._phone.call(self.number, FLEX_NUMBER)
        self.sid: str = self.call["sid"]

    def press(self, digits: str) -> "QueuedCaller":
        return self._do("press", digits=digits)

    def say(self, text: str) -> "QueuedCaller":
        return self._do("say", text=text)

    def be_silent(self) -> "QueuedCaller":
        return self._do("silence")

    def hang_up(self) -> "QueuedCaller":
        return self._do("hangup")

    def look(self) -> "QueuedCaller":
        self.call = self._phone.look(self.sid)
        return self

    @property
    def heard(self) -> list[str]:
        """What was said since the last key."""
        return [entry["text"] for entry in self.call["transcript"] if entry["kind"] == "say"]

    @property
    def played(self) -> list[str]:
        return [entry["url"] for entry in self.call["transcript"] if entry["kind"] == "play"]

    @property
    def is_live(self) -> bool:
        return self.call["status"] == "in-progress"

    @property
    def task(self) -> Task:
        """The task for which the call waits."""
        found = self._desk.platform.stand_in.taskrouter.task_of_call(self.sid)
        assert found is not None
        return found

    @property
    def task_attributes(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.task.attributes)
        return found

    def _do(self, deed: str, **fields: str) -> "QueuedCaller":
        self.call = self._phone.do(self.sid, deed, **fields)
        return self
