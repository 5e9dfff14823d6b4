"""Text messages: https://www.twilio.com/docs/messaging/api/message-resource.

Each verb raises switchboard.twilio.outcome.Refused or switchboard.errors.TwilioUnreachable.
"""

import json
from collections.abc import Mapping

from switchboard.twilio.fields import CLOCK_SKEW_MS, LATEST, milliseconds
from switchboard.twilio.rest_client import account_sid, http, rest_client


def send_text(sender: str, to: str, body: str) -> str:
    """Send a text message and return its SID.

    https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource

    Parameters
    ----------
    sender : str
        A Messaging Service (MG…), a number (+…), or an address of WhatsApp (whatsapp:+…).
    to : str
        E.164 number, or an address of WhatsApp.
    body : str
        At most 1,600 UTF-16 code units.
    """
    messages = rest_client().messages
    if sender.startswith("MG"):
        return str(messages.create(to=to, body=body, messaging_service_sid=sender).sid)
    return str(messages.create(to=to, body=body, from_=sender).sid)


def last_message_at(sender: str, to: str) -> int | None:
    """Return when the account's latest message between two addresses was created; None without one.

    The time is in milliseconds since the epoch. https://www.twilio.com/docs/messaging/api/message-resource#read-multiple-message-resources
    """
    for message in rest_client().messages.list(from_=sender, to=to, limit=1, page_size=1):
        return milliseconds(message.date_created)
    return None


def find_text(sender: str, to: str, since: int) -> str | None:
    """Return the SID of a message that `send_text` has sent since a time in ms; None if there is none.

    Replies in TwiML do not count. https://www.twilio.com/docs/messaging/api/message-resource#read-multiple-message-resources
    """
    for message in rest_client().messages.list(to=to, limit=LATEST, page_size=LATEST):
        sent_by = message.messaging_service_sid if sender.startswith("MG") else message.from_
        created = milliseconds(message.date_created) or 0
        if (
            str(message.direction) == "outbound-api"
            and sent_by == sender
            and created >= since - CLOCK_SKEW_MS
        ):
            return str(message.sid)
    return None


def send_content(sender: str, to: str, content_sid: str, variables: Mapping[str, str]) -> str:
    """Send a message made of a content template, and return its SID.

    https://www.twilio.com/docs/content/send-templates-created-with-the-content-template-builder

    Parameters
    ----------
    sender, to : str
        Addresses such as ``whatsapp:+15550100123``; the sender may be a Messaging Service (MG…).
    content_sid : str
        The template, HX….
    variables : mapping of str to str
        What the template's variables stand for.
    """
    url = f"https://api.twilio.com/2010-04-01/Accounts/{account_sid()}/Messages.json"
    sent_by = "MessagingServiceSid" if sender.startswith("MG") else "From"
    fields: dict[str, object] = {sent_by: sender, "To": to, "ContentSid": content_sid}
    if variables:
        fields["ContentVariables"] = json.dumps(dict(variables), ensure_ascii=False)
    # By the HTTP client alone: a respondent waits, and twilio.rest has hundreds of modules.
    return str(json.loads(http().request("POST", url, data=fields).text)["sid"])
