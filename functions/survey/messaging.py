"""Text messages that are not replies."""

from switchboard import twilio


def send_text(sender: str, to: str, body: str) -> str:
    """Send a text message and return its SID.

    https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource

    Parameters
    ----------
    sender : str
        A Messaging Service (MG…) or a number (+…).
    to : str
        E.164 number.
    body : str
        At most 1,600 UTF-16 code units.

    Raises
    ------
    twilio.base.exceptions.TwilioRestException
        Twilio refuses the message.
    switchboard.errors.TwilioUnreachable
        Twilio does not answer.
    """
    messages = twilio.client().messages
    if sender.startswith("MG"):
        return str(messages.create(to=to, body=body, messaging_service_sid=sender).sid)
    return str(messages.create(to=to, body=body, from_=sender).sid)
