"""Events about channels: Event Streams' of tasks and messages, and those of conversations started here.

https://www.twilio.com/docs/events/event-types/taskrouter/task and
https://www.twilio.com/docs/events/event-types/conversations/message
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Self

from pydantic import AliasPath, BeforeValidator, Field, model_validator

from channel_cleanup.domain.channel_event import TASK_EVENTS, ChannelEvent
from switchboard.inputs.errors import WrongField
from switchboard.inputs.forms import OrNone
from switchboard.inputs.model import EventModel, parse
from switchboard.inputs.types import ConversationSid, TaskSid, TimestampMs
from switchboard.twilio.attributes import parse_attributes

TASK_PREFIX: Final = "com.twilio.taskrouter."
MESSAGE_ADDED: Final = "com.twilio.conversations.message.added"
CONVERSATION_STARTED: Final = "conversation.started"

_SYSTEM: Final = "system"

_Time = Annotated[TimestampMs | None, OrNone()]
_Channel = Annotated[ConversationSid | None, OrNone()]


class _Detail(EventModel):
    happened_at: _Time = None
    recorded_at: _Time = Field(None, validation_alias=AliasPath("data", "timestamp"))
    time: _Time = None

    @property
    def at(self) -> int:
        """When it happened, in ms since the epoch: the first of its times that can be read."""
        return self.happened_at or self.recorded_at or self.time or 0

    @model_validator(mode="after")
    def _check_time(self) -> Self:
        if not self.at:
            raise WrongField("time", "is missing")
        return self

    def to_channel_event(self, detail_type: str) -> ChannelEvent | None:
        """Return what happened to a channel; None if the event is about none."""
        raise NotImplementedError


class _Attributes(EventModel):
    conversation_sid: _Channel = None
    channel_sid: _Channel = None


class TaskEvent(_Detail):
    """The event of a task, whose attributes name its conversation or, in older tasks, its channel."""

    happened_at: _Time = Field(None, validation_alias=AliasPath("data", "payload", "timestamp"))
    task_sid: TaskSid = Field(validation_alias=AliasPath("data", "payload", "task_sid"))
    attributes: Annotated[_Attributes, BeforeValidator(parse_attributes)] = Field(
        _Attributes(), validation_alias=AliasPath("data", "payload", "task_attributes")
    )

    def to_channel_event(self, detail_type: str) -> ChannelEvent | None:
        """Return what happened to the task's channel; None for a task without one."""
        sid = self.attributes.conversation_sid or self.attributes.channel_sid
        name = detail_type.removeprefix(TASK_PREFIX)
        kind, rank = TASK_EVENTS[name]
        return None if sid is None else ChannelEvent(sid, kind, name, self.at, rank, self.task_sid)


class MessageAdded(_Detail):
    """The event of a message in a conversation."""

    happened_at: _Time = Field(None, validation_alias=AliasPath("data", "DateCreated"))
    conversation_sid: ConversationSid = Field(validation_alias=AliasPath("data", "ConversationSid"))
    author: Annotated[str | None, OrNone()] = Field(None, validation_alias=AliasPath("data", "Author"))

    def to_channel_event(self, detail_type: str) -> ChannelEvent | None:  # noqa: ARG002  # of one type only
        """Return the message if a participant wrote it; messages of the account itself do not count."""
        if self.author in {None, _SYSTEM}:
            return None
        return ChannelEvent(self.conversation_sid, "message", "message.added", self.at)


class ConversationStarted(_Detail):
    """The event of a conversation that an outbound message has started."""

    happened_at: _Time = Field(None, alias="startedAt")
    conversation_sid: ConversationSid

    def to_channel_event(self, detail_type: str) -> ChannelEvent | None:
        """Return the start."""
        return ChannelEvent(self.conversation_sid, "starts", detail_type, self.at)


_MODELS: Final[Mapping[str, type[_Detail]]] = {
    CONVERSATION_STARTED: ConversationStarted,
    MESSAGE_ADDED: MessageAdded,
    **{f"{TASK_PREFIX}{name}": TaskEvent for name in TASK_EVENTS},
}


def read_event(detail_type: str, detail: Any) -> ChannelEvent | None:
    """Return what happened to a channel; None if the event is about none.

    Raises
    ------
    switchboard.inputs.errors.InputError
        It does not have the form of its type.
    """
    model = _MODELS.get(detail_type)
    return None if model is None else parse(model, detail).to_channel_event(detail_type)
