"""POST /sms/webhook: every text message that a respondent sends."""

import re
from typing import Final

from survey.domain.dialogue import Prompt, apology
from survey.domain.text_message import Message
from survey.requests.webhook_params import parse_survey_ref
from survey.settings import DefinitionSettings
from survey.turns import answer_message
from switchboard.auth import TwilioSignature
from switchboard.endpoint import endpoint
from switchboard.errors import BadRequest, FieldError
from switchboard.http_event import RawRequest
from switchboard.log import logger
from switchboard.reply import Reply, empty_twiml, twiml
from switchboard.request import Request
from switchboard.settings import from_environment
from switchboard.validation import is_e164

# Senders that are no phone number: a short code, an alphanumeric sender ID, an address of another channel
# (https://www.twilio.com/docs/glossary/what-alphanumeric-sender-id).
_NO_NUMBER: Final = re.compile(r"\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}|[a-z]+:\S{1,256}")


def sms_reply(prompt: Prompt | None) -> Reply:
    """Return a prompt as the reply to a text message; None for no reply."""
    from twilio.twiml.messaging_response import MessagingResponse

    if prompt is None or not prompt.message:
        return empty_twiml()
    response = MessagingResponse()
    response.message(prompt.message)
    return twiml(response)


def apologize(_request: RawRequest) -> Reply:
    """Answer a message that could not be taken."""
    return sms_reply(apology("sms", language=from_environment(DefinitionSettings).default_language))


@endpoint(TwilioSignature(), fallback=apologize)
def handler(request: Request) -> Reply:
    """Answer a message with the next thing to say, or with nothing.

    https://www.twilio.com/docs/messaging/guides/webhook-request
    """
    message = _parse(request)
    if not is_e164(message.sender):
        # It cannot take a survey, and may be a machine that answers every message.
        logger.info("A message from a sender without a phone number is left unanswered")
        return empty_twiml()
    return sms_reply(answer_message(message))


def _parse(request: Request) -> Message:
    params = request.params
    sender = params.get("From", "").strip()
    if not is_e164(sender) and not _NO_NUMBER.fullmatch(sender):
        raise BadRequest.about(FieldError(field="From", message="must be a number, + and 7 to 15 digits"))
    ids = (params.get("MessageSid", ""), request.idempotency_token or "")
    return Message(
        sender=sender,
        recipient=params.get("To", "").strip()[:64],
        body=params.get("Body", ""),
        opt_out_type=params.get("OptOutType", "").strip(),
        ids=tuple(message_id[:64] for message_id in ids if message_id),
        survey_id=params.get("surveyId", "").strip(),
        ref=parse_survey_ref(params),
    )
