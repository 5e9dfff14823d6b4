"""Events that change the state of a channel."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["opens", "closes", "deletes", "starts", "message"]

TASK_EVENTS: Final[Mapping[str, tuple[Kind, int]]] = {
    "task.created": ("opens", 1),
    "task.wrapup": ("opens", 2),
    "task.canceled": ("closes", 3),
    "task.completed": ("closes", 4),
    "task.deleted": ("deletes", 5),
    "task.system-deleted": ("deletes", 5),
}
"""Event type → what it means for the task, and its rank among events of the same millisecond."""


@dataclass(frozen=True)
class ChannelEvent:
    """Something that happened to a channel.

    Attributes
    ----------
    conversation_sid : str
        CH….
    kind : {"opens", "closes", "deletes", "starts", "message"}
        A task is open from now on, has ended, or was deleted; an outbound message started the conversation;
        a participant wrote.
    name : str
        The event's type, such as "task.completed".
    at : int
        When it happened, in ms since the epoch.
    rank : int
        Order among events of the same millisecond.
    task_sid : str
        WT…, "" where the event is not about a task.
    """

    conversation_sid: str
    kind: Kind
    name: str
    at: int
    rank: int = 0
    task_sid: str = ""

    @property
    def ends_task(self) -> bool:
        """Whether the task is not open any more."""
        return self.kind in {"closes", "deletes"}

    @property
    def stamp(self) -> str:
        """A text that sorts events by time; no two different events have the same."""
        return f"{self.at:015d}.{self.rank}.{self.task_sid}.{self.name}"
