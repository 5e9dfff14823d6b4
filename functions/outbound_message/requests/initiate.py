"""The requests that start a message: with a task for an agent, and without one."""

import json
from dataclasses import replace
from typing import Annotated, Any, Final, Self

from pydantic import ConfigDict, Field, ValidationInfo, field_validator, model_validator

from outbound_message.domain.message import OutboundMessage, same_channel
from switchboard.inputs.errors import WrongField
from switchboard.inputs.forms import JsonObject, Text
from switchboard.inputs.model import RequestModel
from switchboard.inputs.types import Channel, ContentSid, ConversationSid, WorkerSid
from switchboard.twilio.conversations import LONGEST_NAME

_LONGEST_BODY: Final = 1600
_LONGEST_VARIABLES: Final = 4096


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

    from_number: Channel
    to_number: Channel
    to_name: Annotated[str, Text(LONGEST_NAME, strip=True)]
    content_sid: ContentSid | None = None
    content_variables: Annotated[dict[str, Any] | None, JsonObject(_LONGEST_VARIABLES)] = None

    @model_validator(mode="after")
    def _check_pairs(self) -> Self:
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
