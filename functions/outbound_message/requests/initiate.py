"""The requests that start a message: with a task for an agent, and without one."""

import json
import re
from dataclasses import replace
from typing import Annotated, Any, Final, Self

from pydantic import ConfigDict, Field, ValidationInfo, field_validator, model_validator

from outbound_message.domain.message import WHATSAPP, OutboundMessage, same_channel
from switchboard.inputs.errors import WrongField
from switchboard.inputs.forms import JsonObject, PhoneNumber, Text
from switchboard.inputs.model import RequestModel
from switchboard.inputs.types import Channel, ContentSid, ConversationSid, WorkerSid
from switchboard.twilio.conversations import LONGEST_NAME

_LONGEST_BODY: Final = 1600
_LONGEST_VARIABLES: Final = 4096


class _SenderForm(PhoneNumber):
    """A sender that Conversations takes as a proxy address; the error for any other states the rule.

    https://www.twilio.com/docs/conversations-classic/api/conversation-participant-resource and
    https://www.twilio.com/docs/api/errors/50408
    """

    def read(self, value: Any) -> str:
        """Return the sender."""
        text = value.strip() if isinstance(value, str) else ""
        if re.fullmatch("MG[0-9a-fA-F]{32}", text):
            raise ValueError(
                "must be one sender, not a Messaging Service: a conversation needs the number that its "
                "customer replies to; name a number of the service's pool"
            )
        if re.fullmatch("[A-Za-z0-9 _&+-]{1,11}", text) and re.search("[A-Za-z]", text):
            raise ValueError(
                "must be a sender that customers can reply to: an alphanumeric sender ID takes no replies, "
                "and Conversations does not send from one"
            )
        return super().read(value)


_Sender = Annotated[
    str,
    _SenderForm(
        r"(?:whatsapp:)?\+[0-9]{7,15}|[0-9]{3,6}",
        "must be a phone number in E.164 form (+ and 7 to 15 digits), with or without whatsapp: before it, "
        "or a short code (3 to 6 digits)",
        "A phone number in E.164 form, with or without `whatsapp:` before it, or a short code.",
    ),
]


class _Initiate(RequestModel):
    """The fields of both requests: two numbers, the customer's name, a template in place of free text.

    Attributes
    ----------
    from_number, to_number : str
        The account's number and the customer's; ``whatsapp:`` before one of them is enough for WhatsApp.
    to_name : str
        The customer's name.
    content_sid : str or None
        An approved template instead of free text.
    content_variables : dict or None
        The template's variables, as a JSON object or its text.
    """

    from_number: _Sender
    to_number: Channel
    to_name: Annotated[str, Text(LONGEST_NAME, strip=True)]
    content_sid: ContentSid | None = None
    content_variables: Annotated[dict[str, Any] | None, JsonObject(_LONGEST_VARIABLES)] = None

    @model_validator(mode="after")
    def _check_pairs(self) -> Self:
        is_whatsapp = self.to_number.startswith(WHATSAPP)
        if is_whatsapp and not self.from_number.removeprefix(WHATSAPP).startswith("+"):
            raise WrongField(
                "fromNumber", "must be a WhatsApp sender, because toNumber is one: no short code is"
            )
        from_number, to_number = same_channel(self.from_number, self.to_number)
        if from_number == to_number:
            raise WrongField("toNumber", "must not be fromNumber")
        if self.content_variables is not None and self.content_sid is None:
            raise WrongField("contentVariables", "needs contentSid")
        return self

    def _to_message(self, body: str | None) -> OutboundMessage:
        from_number, to_number = same_channel(self.from_number, self.to_number)
        variables = None
        if self.content_variables is not None:
            variables = json.dumps(self.content_variables, ensure_ascii=False, separators=(",", ":"))
        return OutboundMessage(
            from_number,
            to_number,
            self.to_name,
            body=body if self.content_sid is None else None,
            content_sid=self.content_sid,
            content_variables=variables,
        )


class InitiateSms(_Initiate):
    """A request for a message whose replies go to a Studio flow; a template replaces its text.

    Attributes
    ----------
    message_body : str or None
        The text; needed unless there is a ``contentSid``.
    """

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["messageBody"]}, {"required": ["contentSid"]}]}
    )

    message_body: Annotated[str, Text(_LONGEST_BODY)] | None = Field(None, validate_default=True)

    @field_validator("message_body")
    @classmethod
    def _check_content(cls, body: str | None, info: ValidationInfo) -> str | None:
        # A contentSid that is wrong is not in the data; that error is enough.
        if body is None and info.data.get("content_sid", "") is None:
            raise WrongField("messageBody", "is missing")
        return body

    def to_message(self) -> OutboundMessage:
        """Return the requested message."""
        return self._to_message(self.message_body)


class InitiateSmsTask(_Initiate):
    """A request for a conversation with a task for an agent, and a first message if there is one.

    Attributes
    ----------
    initial_notification_message : str or None
        The first message; without one the agent writes it.
    source_chat_channel_sid : str or None
        The conversation that led here, as an attribute of the task.
    target_worker_sid : str or None
        The worker who should get the task, as an attribute of it.
    """

    initial_notification_message: Annotated[str, Text(_LONGEST_BODY)] | None = None
    source_chat_channel_sid: ConversationSid | None = None
    target_worker_sid: WorkerSid | None = None

    def to_message(self) -> OutboundMessage:
        """Return the requested message."""
        return replace(
            self._to_message(self.initial_notification_message),
            with_task=True,
            source_chat_channel_sid=self.source_chat_channel_sid,
            target_worker_sid=self.target_worker_sid,
        )
