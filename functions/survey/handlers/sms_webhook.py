"""POST /sms/webhook: every text message that a respondent sends."""

from twilio.twiml.messaging_response import MessagingResponse

from survey.content_reply import send_reply
from survey.domain.dialogue import Prompt, apology
from survey.requests.inbound_message import InboundMessage
from survey.settings import DefinitionSettings
from survey.turns import answer_message
from switchboard.http.auth import TwilioSignature
from switchboard.http.endpoint import endpoint
from switchboard.http.event import RawRequest
from switchboard.http.reply import Reply, empty_twiml, twiml
from switchboard.http.request import Request
from switchboard.inputs.model import read
from switchboard.log import logger
from switchboard.settings import from_environment


def sms_reply(prompt: Prompt | None) -> Reply:
    """Return a prompt as the reply to a text message; None for no reply."""
    if prompt is None or not prompt.message:
        return empty_twiml()
    response = MessagingResponse()
    response.message(prompt.message)
    return twiml(response)


def apologize(_request: RawRequest) -> Reply:
    """Reply to a message that could not be processed."""
    return sms_reply(apology("sms", language=from_environment(DefinitionSettings).default_language))


@endpoint(TwilioSignature(), fallback=apologize, services=("dynamodb", "s3", "events"))
def handler(request: Request) -> Reply:
    """Reply to a message with the next thing to say, or with nothing."""
    message = read(InboundMessage, request.params)
    if not message.has_phone_number:
        logger.info("A message from a sender without a phone number gets no reply")
        return empty_twiml()
    received = message.to_message(request.idempotency_token)
    prompt = answer_message(received)
    if prompt is not None and prompt.content is not None and send_reply(prompt.content, received):
        return empty_twiml()
    return sms_reply(prompt)
