"""The event of a message in a conversation.

https://www.twilio.com/docs/events/event-types/conversations/message
"""

from typing import Annotated, Any

from pydantic import AliasPath, Field

from switchboard.inputs.forms import OrNone, Text
from switchboard.inputs.model import EventModel
from switchboard.inputs.types import ConversationSid, TimestampMs

_ShortText = Annotated[str | None, Text(256), OrNone()]


def _in_data(name: str) -> Any:
    return Field(None, validation_alias=AliasPath("data", name))


class MessageAdded(EventModel):
    """A message in a conversation: who wrote it, and when. What cannot be read is None."""

    conversation_sid: Annotated[ConversationSid | None, OrNone()] = _in_data("ConversationSid")
    author: _ShortText = _in_data("Author")
    message_sid: _ShortText = _in_data("MessageSid")
    created_at: Annotated[TimestampMs | None, OrNone()] = _in_data("DateCreated")
    time: Annotated[TimestampMs | None, OrNone()] = None

    @property
    def at(self) -> int | None:
        """When it was written, in ms since the epoch; None if the event does not tell."""
        return self.created_at or self.time
