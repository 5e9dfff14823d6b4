"""The message that a request starts: its sender, its recipient and its content."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

WHATSAPP: Final = "whatsapp:"


@dataclass(frozen=True)
class OutboundMessage:
    """One request to start a message.

    Attributes
    ----------
    from_number, to_number : str
        The account's number and the customer's: E.164, both with ``whatsapp:`` before it or both without.
    to_name : str
        The customer's name, as the agent sees it.
    body : str or None
        Free text; None where no message is sent, or a template instead.
    content_sid, content_variables : str or None
        An approved template (HX…) and the JSON object of its variables.
    with_task : bool
        Whether a task brings an agent to the conversation.
    source_chat_channel_sid, target_worker_sid : str or None
        Task attributes: the conversation that led to this one, and the agent who should get the task.
    """

    from_number: str
    to_number: str
    to_name: str
    body: str | None = None
    content_sid: str | None = None
    content_variables: str | None = None
    with_task: bool = False
    source_chat_channel_sid: str | None = None
    target_worker_sid: str | None = None

    @property
    def channel_type(self) -> str:
        """``sms`` or ``whatsapp``."""
        return "whatsapp" if self.to_number.startswith(WHATSAPP) else "sms"

    @property
    def says_something(self) -> bool:
        """Whether a message is to be sent at all."""
        return bool(self.body or self.content_sid)

    @property
    def needs_open_window(self) -> bool:
        """Whether WhatsApp takes the message only within a day of the customer's last one.

        https://www.twilio.com/docs/api/errors/63016
        """
        return self.channel_type == "whatsapp" and bool(self.body) and not self.content_sid

    def task_attributes(self) -> dict[str, Any]:
        """Return the attributes of the task; a workflow's known-agent routing reads targetWorkerSid."""
        attributes = {
            "to": self.to_number,
            "from": self.from_number,
            "direction": "outbound",
            "name": self.to_name,
            "customerName": self.to_name,
            "customerAddress": self.to_number,
            "channelType": self.channel_type,
            "sourceChatChannelSid": self.source_chat_channel_sid,
            "targetWorkerSid": self.target_worker_sid,
        }
        return {name: value for name, value in attributes.items() if value is not None}

    def content(self, marker: str) -> dict[str, str]:
        """Return the parameters of Twilio's message resource; the marker finds the message again."""
        parameters = {"attributes": f'{{"idempotencyKey":"{marker}"}}'}
        if self.content_sid is not None:
            parameters["content_sid"] = self.content_sid
            if self.content_variables is not None:
                parameters["content_variables"] = self.content_variables
        elif self.body is not None:
            parameters["body"] = self.body
        return parameters


def same_channel(from_number: str, to_number: str) -> tuple[str, str]:
    """Return both numbers with ``whatsapp:`` before them where one of them has it."""
    if not from_number or not to_number:
        return from_number, to_number
    if from_number.startswith(WHATSAPP) or to_number.startswith(WHATSAPP):
        return (
            f"{WHATSAPP}{from_number.removeprefix(WHATSAPP)}",
            f"{WHATSAPP}{to_number.removeprefix(WHATSAPP)}",
        )
    return from_number, to_number


@dataclass(frozen=True)
class Progress:
    """How far an earlier try of the same request came.

    Attributes
    ----------
    conversation_sid : str or None
        The conversation that it used.
    is_new : bool
        Whether it made that conversation.
    interaction_sid, channel_sid, task_sid : str or None
        The interaction that it created, the interaction's channel, and the task.
    routing_at, sending_at : int
        When it asked Twilio for the interaction and for the message, in ms since the epoch; 0: it did not.
    """

    conversation_sid: str | None = None
    is_new: bool = False
    interaction_sid: str | None = None
    channel_sid: str | None = None
    task_sid: str | None = None
    routing_at: int = 0
    sending_at: int = 0

    @staticmethod
    def of(item: Mapping[str, Any]) -> "Progress":
        """Return the progress that a stored record tells."""
        return Progress(
            conversation_sid=item.get("conversationSid"),
            is_new=bool(item.get("isNew")),
            interaction_sid=item.get("interactionSid"),
            channel_sid=item.get("channelSid"),
            task_sid=item.get("taskSid"),
            routing_at=int(item.get("routingAt", 0)),
            sending_at=int(item.get("sendingAt", 0)),
        )
