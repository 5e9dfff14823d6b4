"""Twilio's webhook about a text message: https://www.twilio.com/docs/messaging/guides/webhook-request."""

from typing import Annotated, Any, Final

from pydantic import BeforeValidator

from survey.domain.definition import Medium
from survey.domain.text_message import Message
from survey.requests.survey_choice import SurveyChoice
from switchboard.inputs.forms import OrNone, PhoneNumber
from switchboard.inputs.model import WebhookModel
from switchboard.inputs.types import PHONE_NUMBER

WHATSAPP: Final = "whatsapp:"
"""The prefix of WhatsApp addresses: https://www.twilio.com/docs/whatsapp/api."""

_SENDER: Final = PhoneNumber(
    rf"{PHONE_NUMBER.pattern}|[0-9]{{3,8}}|(?=.*[A-Za-z])[A-Za-z0-9 ]{{1,11}}|[a-z]+:\S{{1,256}}",
    f"{PHONE_NUMBER.message}, or another kind of sender",
    "A phone number in E.164 form, a short code, a sender ID, or an address of another channel.",
)
"""https://www.twilio.com/docs/glossary/what-alphanumeric-sender-id"""


def _shorten(text: Any) -> Any:
    return text.strip()[:64] if isinstance(text, str) else text


Short = Annotated[str, BeforeValidator(_shorten)]
"""The first 64 characters of a text."""

Payload = Annotated[str, BeforeValidator(lambda text: text.strip()[:256] if isinstance(text, str) else text)]
"""The first 256 characters of a text: https://www.twilio.com/docs/content/twilio-quick-reply."""


class InboundMessage(SurveyChoice, WebhookModel):
    """A text message to one of the account's numbers.

    Attributes
    ----------
    opt_out_type : str
        STOP, START or HELP, where a Messaging Service recognised the keyword.
    button_payload, list_id : str
        The id of the quick reply, or of the list's entry, that was tapped in WhatsApp.
    """

    from_: Annotated[str, _SENDER]
    to: Annotated[str | None, _SENDER, OrNone()] = None
    body: str = ""
    message_sid: Short = ""
    opt_out_type: Short = ""
    button_payload: Payload = ""
    list_id: Payload = ""

    @property
    def has_phone_number(self) -> bool:
        """Whether the sender can take a survey; another sender may be a machine that replies to all."""
        return PHONE_NUMBER.matches(self.from_.removeprefix(WHATSAPP))

    @property
    def medium(self) -> Medium:
        """The channel of the message."""
        return "whatsapp" if self.from_.startswith(WHATSAPP) else "sms"

    def to_message(self, idempotency_token: str | None) -> Message:
        """Return the message as surveys process it.

        Parameters
        ----------
        idempotency_token : str or None
            The webhook's ``I-Twilio-Idempotency-Token``.
        """
        ids = (self.message_sid, (idempotency_token or "")[:64])
        return Message(
            sender=self.from_.removeprefix(WHATSAPP),
            recipient=self.to or "",
            body=self.body,
            opt_out_type=self.opt_out_type,
            ids=tuple(message_id for message_id in ids if message_id),
            survey_id=self.survey_id if "survey_id" in self.model_fields_set else "",
            ref=self.ref,
            medium=self.medium,
            payload=self.button_payload or self.list_id,
        )
