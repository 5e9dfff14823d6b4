"""Send a message to a conversation once, within WhatsApp's rules."""

from typing import Final

from outbound_message.domain.message import OutboundMessage
from outbound_message.domain.progress import Progress
from outbound_message.failures import raise_if_too_recent, unconfirmed_unless_refused
from outbound_message.storage import requests
from outbound_message.storage.requests import Claim
from switchboard.errors import BadRequest, FieldError
from switchboard.timestamps import now_ms
from switchboard.twilio import conversations
from switchboard.twilio.conversations import Message
from switchboard.twilio.messaging import last_message_at
from switchboard.twilio.outcome import Refused

_UNCONFIRMED: Final = "The message may have been sent"
_WINDOW_MS: Final = 86_400_000
_MARKER: Final = "idempotencyKey"


def check_window(message: OutboundMessage, conversation_sid: str) -> None:
    """Refuse free text to WhatsApp more than a day after the customer's last message.

    That message is in the conversation or, where the conversation is new, in the account's message log.
    """
    written = [
        one.created_at
        for one in conversations.latest_messages(conversation_sid)
        if one.author == message.to_number
    ]
    written.append(last_message_at(message.to_number, message.from_number))
    if max((at for at in written if at is not None), default=0) < now_ms() - _WINDOW_MS:
        problem = (
            "is free text, and the customer has not written in the last 24 hours: WhatsApp takes only an "
            "approved template then, as contentSid (63016)"
        )
        raise BadRequest.about(FieldError(field=message.content_field, message=problem))


def find_message(claim: Claim, progress: Progress) -> str | None:
    """Return the SID of the message that an earlier try has added to the conversation, closed or not."""
    try:
        for one in conversations.messages_since(progress.conversation_sid, progress.sending_at):
            if is_of(claim, one):
                return one.sid
    except Refused as error:
        if error.status != 404:
            raise
    raise_if_too_recent(_UNCONFIRMED, progress.sending_at)
    return None


def is_of(claim: Claim, message: Message) -> bool:
    """Tell whether a message of a conversation is the request's."""
    return message.attributes.get(_MARKER) == claim.marker


def send(message: OutboundMessage, claim: Claim, progress: Progress) -> Progress:
    """Add the message to the conversation, which sends it."""
    progress = progress.updated(sending_at=now_ms())
    requests.keep_progress(claim, progress)
    with unconfirmed_unless_refused(_UNCONFIRMED, progress.sending_at):
        message_sid = conversations.send_message(
            progress.conversation_sid,
            attributes={_MARKER: claim.marker},
            body=message.body,
            content_sid=message.content_sid,
            content_variables=message.content_variables,
        )
    return progress.updated(message_sid=message_sid)
