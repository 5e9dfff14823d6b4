"""Events that tell of a channel, read from what Event Streams and outbound messages put on the bus.

https://www.twilio.com/docs/events/event-types/taskrouter/task and
https://www.twilio.com/docs/events/event-types/conversations/message
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from switchboard.timestamps import parse_iso_ms

Kind = Literal["opens", "closes", "deletes", "starts", "message"]

TASK_PREFIX: Final = "com.twilio.taskrouter."
MESSAGE_ADDED: Final = "com.twilio.conversations.message.added"
CONVERSATION_STARTED: Final = "conversation.started"

_TASKS: Final[Mapping[str, tuple[Kind, int]]] = {
    "task.created": ("opens", 1),
    "task.wrapup": ("opens", 2),
    "task.canceled": ("closes", 3),
    "task.completed": ("closes", 4),
    "task.deleted": ("deletes", 5),
    "task.system-deleted": ("deletes", 5),
}
"""Event type → what it does to its task, and its rank among events of the same millisecond."""

_CHANNEL: Final = re.compile("CH[0-9a-fA-F]{32}")
_TASK: Final = re.compile("WT[0-9a-fA-F]{32}")
_SYSTEM: Final = "system"
_LATEST_MS: Final = 7_258_118_400_000  # the year 2200


class Malformed(Exception):
    """An event lacks what every event of its type has."""


@dataclass(frozen=True)
class ChannelEvent:
    """Something that happened to a channel.

    Attributes
    ----------
    conversation_sid : str
        CH….
    kind : {"opens", "closes", "deletes", "starts", "message"}
        A task is open from now on, has ended, or is gone; a message was started from here; a participant
        wrote.
    name : str
        The event's type, such as "task.completed".
    at : int
        When it happened, in ms since the epoch.
    rank : int
        Which of two events of the same millisecond is the later one.
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
        """Whether the task is open no longer."""
        return self.kind in {"closes", "deletes"}

    @property
    def stamp(self) -> str:
        """A text that sorts events by time; no two different events have the same."""
        return f"{self.at:015d}.{self.rank}.{self.task_sid}.{self.name}"


def read_event(detail_type: str, detail: Mapping[str, Any]) -> ChannelEvent | None:
    """Return what an event on the bus tells of a channel; None where it tells nothing.

    Raises
    ------
    Malformed
        It has no time, or not the form of its type.
    """
    if detail_type == CONVERSATION_STARTED:
        sid = _text(detail, "conversationSid")
        if not _CHANNEL.fullmatch(sid):
            raise Malformed("conversationSid")
        return ChannelEvent(sid, "starts", CONVERSATION_STARTED, _time(detail.get("startedAt")))
    data = _mapping(detail.get("data"), "data")
    if detail_type == MESSAGE_ADDED:
        return _message(data, detail)
    return _task(detail_type.removeprefix(TASK_PREFIX), data, detail)


def _task(name: str, data: Mapping[str, Any], detail: Mapping[str, Any]) -> ChannelEvent | None:
    if name not in _TASKS:
        return None
    payload = _mapping(data.get("payload"), "data.payload")
    conversation_sid = _conversation_of(payload.get("task_attributes"))
    if conversation_sid is None:
        return None
    task_sid = _text(payload, "task_sid")
    if not _TASK.fullmatch(task_sid):
        raise Malformed("task_sid")
    at = _time(payload.get("timestamp"), data.get("timestamp"), detail.get("time"))
    kind, rank = _TASKS[name]
    return ChannelEvent(conversation_sid, kind, name, at, rank, task_sid)


def _conversation_of(attributes: object) -> str | None:
    """Return the conversation that a task's attributes name, or the channel, as older tasks had it."""
    if isinstance(attributes, str):
        try:
            attributes = json.loads(attributes)
        except (ValueError, RecursionError):
            return None
    if not isinstance(attributes, Mapping):
        return None
    for name in ("conversationSid", "channelSid"):
        sid = attributes.get(name)
        if isinstance(sid, str) and _CHANNEL.fullmatch(sid):
            return sid
    return None


def _message(data: Mapping[str, Any], detail: Mapping[str, Any]) -> ChannelEvent | None:
    """Return a message that a participant wrote; messages of the account itself do not count."""
    if data.get("Author") in {None, _SYSTEM}:
        return None
    sid = _text(data, "ConversationSid")
    if not _CHANNEL.fullmatch(sid):
        raise Malformed("ConversationSid")
    return ChannelEvent(sid, "message", "message.added", _time(data.get("DateCreated"), detail.get("time")))


def _mapping(value: object, name: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Malformed(name)
    return value


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def _time(*candidates: object) -> int:
    """Return the first that is a time, in ms since the epoch: ISO 8601, or a number of s or ms."""
    for value in candidates:
        try:
            if isinstance(value, bool):
                continue
            if isinstance(value, int) or (isinstance(value, str) and value.isascii() and value.isdecimal()):
                number = int(value)
                at = number if number > 10**11 else number * 1000
            elif isinstance(value, str):
                at = parse_iso_ms(value)
            else:
                continue
        except (ValueError, OverflowError):
            continue
        if 0 < at < _LATEST_MS:
            return at
    raise Malformed("the time")
