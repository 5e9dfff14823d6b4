"""Find the conversation of two numbers, or create it.

Two numbers can be in one conversation that is not closed (https://www.twilio.com/docs/api/errors/50416).
"""

from typing import Final

from outbound_message.domain.message import OutboundMessage
from outbound_message.domain.progress import Progress
from outbound_message.storage.requests import Claim
from outbound_message.storage.threads import Thread
from switchboard.errors import ServiceUnavailable
from switchboard.twilio import conversations
from switchboard.twilio.attributes import LONG_LIVED
from switchboard.twilio.outcome import CONVERSATION_CLOSED, Refused

_TRIES: Final = 2


def find_or_create(message: OutboundMessage, claim: Claim, thread: Thread) -> Progress:
    """Return the request's progress in a conversation that is open.

    The progress of an earlier try is dropped if its conversation is closed or deleted.
    """
    sid = claim.progress.conversation_sid
    found = conversations.fetch_conversation(sid) if sid else None
    if found is not None and not found.is_closed:
        return claim.progress
    for _ in range(_TRIES):
        progress = _add_customer(message, claim, thread)
        if progress is not None:
            return progress
    raise ServiceUnavailable("The conversation was closed at this moment. Try again.")


def _add_customer(message: OutboundMessage, claim: Claim, thread: Thread) -> Progress | None:
    """Create a conversation with the customer, or find theirs; None if it was closed meanwhile.

    The unique name contains the request's marker, and the thread keeps the SID until the customer is added,
    so the next request uses a conversation that Twilio created without confirming it.
    """
    sid = thread.unattached_sid or conversations.create_conversation(
        message.to_name, f"switchboard-{claim.marker}", LONG_LIVED
    )
    thread.keep_unattached(sid)
    existing = None
    try:
        conversations.add_participant(sid, message.to_number, message.from_number)
    except Refused as error:
        existing = conversations.existing_conversation(error)
        if error.status == 404 or error.code == CONVERSATION_CLOSED:
            thread.keep_unattached(None)
            return None
        if existing != sid:
            conversations.delete_conversation(sid)
        if existing is None:
            thread.keep_unattached(None)
            raise
    thread.keep_unattached(None)
    if existing is None or existing == sid:
        # Error 50416 names this one where an earlier try added the customer, and Twilio's answer was lost.
        return Progress(conversation_sid=sid, is_new=True)
    return Progress(conversation_sid=existing)
