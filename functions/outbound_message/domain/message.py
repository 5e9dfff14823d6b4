"""A message: its sender, its recipient and its content."""

from dataclasses import dataclass
from typing import Any, Final

WHATSAPP: Final = "whatsapp:"


@dataclass(frozen=True)
class OutboundMessage:
    """A message to start.

    Attributes
    ----------
    from_number, to_number : str
        The account's number and the customer's: E.164, both with ``whatsapp:`` before it or both without;
        the account's may be a short code.
    to_name : str
        The customer's name, as the agent sees it.
    body : str or None
        Free text; None where no message is sent, or a template is sent instead.
    content_sid, content_variables : str or None
        An approved template (HX…) and the JSON object of its variables.
    with_task : bool
        Whether a task brings an agent to the conversation.
    is_reply : bool
        Whether the customer has written, and the task is for their message.
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
    is_reply: bool = False
    source_chat_channel_sid: str | None = None
    target_worker_sid: str | None = None

    @property
    def channel_type(self) -> str:
        """``sms`` or ``whatsapp``."""
        return "whatsapp" if self.to_number.startswith(WHATSAPP) else "sms"

    @property
    def has_content(self) -> bool:
        """Whether a message is to be sent at all."""
        return bool(self.body or self.content_sid)

    @property
    def content_field(self) -> str:
        """The field of the request that the message's content comes from."""
        if self.content_sid is not None:
            return "contentSid"
        return "initialNotificationMessage" if self.with_task else "messageBody"

    @property
    def needs_open_window(self) -> bool:
        """Whether WhatsApp takes the message only within a day of the customer's last one.

        https://www.twilio.com/docs/api/errors/63016
        """
        return self.channel_type == "whatsapp" and bool(self.body)

    def task_attributes(self) -> dict[str, Any]:
        """Return the attributes of the task; a workflow's known-agent routing reads targetWorkerSid."""
        attributes = {
            "to": self.from_number if self.is_reply else self.to_number,
            "from": self.to_number if self.is_reply else self.from_number,
            "direction": "inbound" if self.is_reply else "outbound",
            "name": self.to_name,
            "customerName": self.to_name,
            "customerAddress": self.to_number,
            "channelType": self.channel_type,
            "sourceChatChannelSid": self.source_chat_channel_sid,
            "targetWorkerSid": self.target_worker_sid,
        }
        return {name: value for name, value in attributes.items() if value is not None}


def same_channel(from_number: str, to_number: str) -> tuple[str, str]:
    """Return both numbers, with ``whatsapp:`` before both if one of them has it."""
    if from_number.startswith(WHATSAPP) == to_number.startswith(WHATSAPP):
        return from_number, to_number
    return f"{WHATSAPP}{from_number.removeprefix(WHATSAPP)}", f"{WHATSAPP}{to_number.removeprefix(WHATSAPP)}"
