"""A reply in WhatsApp by content template: quick replies and lists, which TwiML cannot send.

A `Message` of TwiML has a body and media only (https://www.twilio.com/docs/messaging/twiml/message), so the
template is sent through the REST API, and the webhook gets an empty answer.
"""

from survey.domain.dialogue import Content
from survey.domain.text_message import Message
from switchboard.errors import TwilioUnreachable
from switchboard.log import count, logger
from switchboard.twilio.messaging import last_message_at, send_content
from switchboard.twilio.outcome import Refused, definitely_not_sent


def send_reply(content: Content, message: Message) -> bool:
    """Send a template in reply to a message; False if it definitely was not sent, so that the text serves."""
    sender, to = message.recipient, f"whatsapp:{message.sender}"
    try:
        # REST gives times in whole seconds.
        if content.since is not None and (last_message_at(sender, to) or 0) >= content.since // 1000 * 1000:
            return True
        send_content(sender, to, content.sid, content.variables)
    except (Refused, TwilioUnreachable) as error:
        if not definitely_not_sent(error):
            return True
        count("SurveyContentRefused")
        code = error.code if isinstance(error, Refused) else None
        details = {"content_sid": content.sid, "code": code}
        logger.warning("A template cannot be sent; its text is", extra=details)
        return False
    return True
