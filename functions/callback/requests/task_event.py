"""TaskRouter's event about a task, as the bus delivers it."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import ConfigDict

from switchboard.inputs.forms import JsonObject, OrNone
from switchboard.inputs.model import EventModel
from switchboard.inputs.types import TaskSid

_LONGEST_ATTRIBUTES = 65_536


class TaskPayload(EventModel):
    """The task: https://www.twilio.com/docs/events/event-types/taskrouter/task."""

    model_config = ConfigDict(alias_generator=None)

    task_sid: TaskSid
    workflow_sid: str = ""
    task_attributes: Annotated[Mapping[str, Any], JsonObject(_LONGEST_ATTRIBUTES)]


class _Data(EventModel):
    payload: TaskPayload


class TaskEvent(EventModel):
    """A CloudEvent; the task is None where it cannot be read: not all tasks are callbacks."""

    data: Annotated[_Data | None, OrNone()] = None

    @property
    def task(self) -> TaskPayload | None:
        """The task."""
        return self.data.payload if self.data else None
