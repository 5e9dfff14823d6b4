"""The routes of outbound messages."""

from typing import Final, Literal

from outbound_message.requests.initiate import InitiateSms, InitiateSmsTask
from tools.openapi.operation import Feature, Operation, ReplyModel, json_response
from tools.openapi.responses import LIMITED, Error


class Named(ReplyModel):
    """What was made or used."""

    sid: str


class UsedConversation(Named):
    """The conversation of the two numbers."""

    is_new: bool


class MadeInteraction(Named):
    """What routes the conversation to an agent."""

    channel_sid: str | None
    task_sid: str | None


class UsedTask(ReplyModel):
    """The conversation's one open task."""

    sid: str | None
    is_new: bool


class Participant(ReplyModel):
    """The customer in the conversation; the SID is there where this request added them."""

    sid: str = ""
    address: str
    proxy_address: str


class Started(ReplyModel):
    """What was made.

    Attributes
    ----------
    chat_channel, chat_message : object
        The names that older callers read.
    """

    success: Literal[True]
    conversation_sid: str
    conversation: UsedConversation
    chat_channel: Named
    participants: list[Participant]


class StartedMessage(Started):
    """What was made for a message."""

    message_sid: str
    message: Named
    chat_message: Named


class StartedTask(Started):
    """What was made for a task and, if there is an initial message, for it."""

    interaction_sid: str
    interaction: MadeInteraction
    task_sid: str | None
    task: UsedTask
    message_sid: str = ""
    message: Named | None = None
    chat_message: Named | None = None


_FAILURES: Final = {
    409: json_response("The customer has opted out, or the idempotency key is another request's.", Error),
    429: LIMITED,
    502: json_response(
        "Twilio refuses for a reason that is not the request's; `message` has its code.", Error
    ),
}
_HEADERS: Final = {
    "Idempotency-Key": "At most 255 characters. The same key, within a day, is the same request.",
}

FEATURE: Final = Feature(
    tag="Outbound messages",
    description="Messages that an agent or a system starts, by SMS or WhatsApp.",
    page="outbound.md",
    operations={
        "POST /flex-initiate-outbound-sms-task": Operation(
            summary="Start a conversation with a task for an agent",
            description="Makes a conversation, a task for it, and then the message, if there is one.",
            fields=InitiateSmsTask,
            headers=_HEADERS,
            responses={200: json_response("What was made.", StartedTask), **_FAILURES},
        ),
        "POST /flex-initiate-outbound-sms": Operation(
            summary="Send a message",
            description="The customer's reply goes to the agent of an open task, else to a Studio flow.",
            fields=InitiateSms,
            headers=_HEADERS,
            responses={200: json_response("What was made.", StartedMessage), **_FAILURES},
        ),
    },
)
