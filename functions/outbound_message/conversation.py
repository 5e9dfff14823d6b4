"""Find the conversation of two numbers, or create it.

Two numbers can be in one conversation that is not closed (https://www.twilio.com/docs/api/errors/50416).
"""

from typing import Final

from outbound_message.domain.message import OutboundMessage
from outbound_message.domain.progress import Progress
from outbound_message.storage import requests
from outbound_message.storage.requests import Claim
from outbound_message.storage.threads import Thread
from switchboard.errors import ServiceUnavailable
from switchboard.twilio import conversations
from switchboard.twilio.attributes import LONG_LIVED
from switchboard.twilio.outcome import BINDING_EXISTS, CONVERSATION_CLOSED, Refused

TRIES: Final = 4
"""How often a request begins anew because its conversation was closed meanwhile."""


def find_or_create(message: OutboundMessage, claim: Claim, thread: Thread) -> Progress:
    """Return the request's progress in a conversation that is open.

    Raises
    ------
    ServiceUnavailable
        Each conversation that was found was closed meanwhile.
    """
    for number in range(1, TRIES + 1):
        progress = _add_customer(message, claim, thread, number)
        if progress is not None:
            return progress
    raise closed_meanwhile()


def closed_meanwhile() -> ServiceUnavailable:
    """Return the error for the caller of a request that has begun anew too often."""
    return ServiceUnavailable("The conversation was closed at this moment. Try again.")


def _add_customer(message: OutboundMessage, claim: Claim, thread: Thread, number: int) -> Progress | None:
    """Create a conversation with the customer, or find theirs; None if it was closed meanwhile.

    The thread keeps the unique name from before the conversation is created until the request's progress
    names the conversation, so one that Twilio created without confirming it is used or removed later. A
    closed conversation keeps its unique name, so each new try has another one.
    """
    suffix = f"-{number}" if number > 1 else ""
    thread.keep_unattached(thread.unattached or f"switchboard-{claim.marker}{suffix}")
    sid = conversations.create_conversation(message.to_name, thread.unattached or "", LONG_LIVED)
    try:
        participant_sid = conversations.add_participant(sid, message.to_number, message.from_number)
    except Refused as error:
        if error.status == 404 or error.code == CONVERSATION_CLOSED:
            thread.unattached = None
            return None
        existing = conversations.existing_conversation(error)
        if existing != sid:
            conversations.delete_conversation(sid)
            thread.unattached = None
            if existing is not None:
                return Progress(conversation_sid=existing)
            if error.code == BINDING_EXISTS:
                return None
            raise
        # An earlier try added the customer, and Twilio's answer was lost.
        progress = Progress(conversation_sid=sid, is_new=thread.is_unshared)
    else:
        progress = Progress(conversation_sid=sid, is_new=True, participant_sid=participant_sid)
    requests.keep_progress(claim, progress)
    thread.unattached = None
    return progress
