"""Start a message: the conversation, an agent or a flow for the replies, then the message itself.

If a step fails for certain, the results of the earlier steps are removed; if its outcome is unknown, the next
request with the same key continues from there.
"""

from typing import Final

from outbound_message.conversation import find_or_create
from outbound_message.domain.message import OutboundMessage
from outbound_message.domain.progress import Progress
from outbound_message.failures import Unconfirmed, refusal
from outbound_message.routing import route_to_agent, route_to_flow
from outbound_message.sending import check_window, send
from outbound_message.storage.requests import Claim
from outbound_message.storage.threads import Thread
from switchboard.aws.conditional import WriteConflict
from switchboard.bus import BusError, publish
from switchboard.errors import ServiceUnavailable
from switchboard.log import logger
from switchboard.timestamps import format_iso, now_ms
from switchboard.twilio import conversations
from switchboard.twilio.attributes import LONG_LIVED
from switchboard.twilio.interactions import end_interaction
from switchboard.twilio.outcome import Refused

SOURCE: Final = "switchboard.outbound_message"
CONVERSATION_STARTED: Final = "conversation.started"


def start(message: OutboundMessage, claim: Claim, thread: Thread) -> Progress:
    """Take every step that no earlier try has taken.

    Raises
    ------
    SwitchboardError
        400, 409 or 502: Twilio refuses; nothing that this request created is left. 503: the outcome is
        unknown, or a service does not answer.
    """
    try:
        return _take_steps(message, claim, find_or_create(message, claim, thread))
    except Refused as error:
        raise refusal(error, message) from error


def _take_steps(message: OutboundMessage, claim: Claim, progress: Progress) -> Progress:
    try:
        if not progress.sending_at:
            _prepare(message, progress)
        if message.with_task:
            progress = route_to_agent(message, claim, progress)
        if message.has_content:
            progress = send(message, claim, progress)
    except Unconfirmed:
        raise
    except WriteConflict as error:
        # Another request with the same key has taken over, and uses what was created.
        raise ServiceUnavailable("The request took too long. Send it again.") from error
    except Exception:
        _undo(progress)
        raise
    return progress


def _prepare(message: OutboundMessage, progress: Progress) -> None:
    """Take the steps that may be repeated, before anything is routed to an agent or sent."""
    if message.needs_open_window:
        check_window(message, progress.conversation_sid)
    if not progress.is_new:
        conversations.set_attributes(progress.conversation_sid, LONG_LIVED)
    _announce(message, progress)
    if not message.with_task:
        route_to_flow(progress)


def _announce(message: OutboundMessage, progress: Progress) -> None:
    """Publish the start, so that the conversation will be cleaned up."""
    detail = {
        "conversationSid": progress.conversation_sid,
        "channelType": message.channel_type,
        "withTask": message.with_task,
        "isNew": progress.is_new,
        "startedAt": format_iso(now_ms()),
    }
    try:
        publish(SOURCE, CONVERSATION_STARTED, detail)
    except BusError as error:
        raise ServiceUnavailable("The event bus does not answer. Try again later.") from error


def _undo(progress: Progress) -> None:
    """Remove what the request created; the next request for these numbers finds what cannot be removed."""
    try:
        if progress.interaction_sid and progress.channel_sid:
            end_interaction(progress.interaction_sid, progress.channel_sid, with_conversation=progress.is_new)
        if progress.is_new:
            conversations.delete_conversation(progress.conversation_sid)
    except Exception:  # noqa: BLE001  # the caller must learn of the first failure
        logger.exception("What a failed request created could not be removed")
