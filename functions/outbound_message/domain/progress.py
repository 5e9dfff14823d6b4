"""The progress of a request."""

from typing import Annotated, Any

from outbound_message.domain.message import OutboundMessage
from switchboard.inputs.forms import WholeNumber
from switchboard.inputs.model import EventModel
from switchboard.inputs.types import Flag

_Milliseconds = Annotated[int, WholeNumber(0, 10**15)]


class Progress(EventModel):
    """What a request has used or created so far; stored before each step that must not be taken twice.

    Attributes
    ----------
    conversation_sid : str
        The conversation; empty before there is one.
    is_new : bool
        Whether the request created the conversation.
    participant_sid : str or None
        The customer among the conversation's participants; None where another request added them.
    is_new_task : bool
        Whether the request created the task.
    interaction_sid, channel_sid, task_sid : str or None
        The interaction, its channel, and the task.
    message_sid : str or None
        The message.
    routing_at, sending_at : int
        When Twilio was asked for the interaction and for the message, in ms since the epoch; 0: not yet.
    """

    conversation_sid: str = ""
    is_new: Flag = False
    participant_sid: str | None = None
    is_new_task: Flag = False
    interaction_sid: str | None = None
    channel_sid: str | None = None
    task_sid: str | None = None
    message_sid: str | None = None
    routing_at: _Milliseconds = 0
    sending_at: _Milliseconds = 0

    def updated(self, **changes: Any) -> "Progress":
        """Return the progress with some attributes changed."""
        return self.model_copy(update=changes)

    def to_answer(self, message: OutboundMessage) -> dict[str, Any]:
        """Return the JSON answer; chatChannel and chatMessage are the names that older callers read."""
        participant = {"address": message.to_number, "proxyAddress": message.from_number}
        if self.participant_sid is not None:
            participant = {"sid": self.participant_sid, **participant}
        answer: dict[str, Any] = {
            "success": True,
            "conversationSid": self.conversation_sid,
            "conversation": {"sid": self.conversation_sid, "isNew": self.is_new},
            "chatChannel": {"sid": self.conversation_sid},
            "participants": [participant],
        }
        if self.interaction_sid is not None:
            answer["interactionSid"] = self.interaction_sid
            answer["taskSid"] = self.task_sid
            answer["task"] = {"sid": self.task_sid, "isNew": self.is_new_task}
            answer["interaction"] = {
                "sid": self.interaction_sid,
                "channelSid": self.channel_sid,
                "taskSid": self.task_sid,
            }
        if self.message_sid is not None:
            answer["messageSid"] = self.message_sid
            answer["message"] = answer["chatMessage"] = {"sid": self.message_sid}
        return answer
