"""Start a message: the conversation, an agent or a flow for the replies, then the message itself.

If a step fails for certain, the results of the earlier steps are removed; if its outcome is unknown, the next
request with the same key, or finish_requests, continues from there.
"""

from outbound_message.announcement import announce
from outbound_message.conversation import TRIES, closed_meanwhile, find_or_create
from outbound_message.domain.message import OutboundMessage
from outbound_message.domain.progress import Progress
from outbound_message.failures import ConversationClosed, Unconfirmed, has_closed, refusal
from outbound_message.routing import route_past_flow, route_to_agent, route_to_flow
from outbound_message.sending import check_window, find_message, send
from outbound_message.settings import RoutingSettings
from outbound_message.storage.requests import Claim
from outbound_message.storage.threads import Thread
from outbound_message.undo import own_part, undo
from switchboard.aws.conditional import WriteConflict
from switchboard.errors import ServiceUnavailable
from switchboard.settings import from_environment
from switchboard.twilio import conversations, taskrouter
from switchboard.twilio.attributes import LONG_LIVED
from switchboard.twilio.outcome import Refused


def start(message: OutboundMessage, claim: Claim, thread: Thread) -> Progress:
    """Take every step that no earlier try has taken.

    Raises
    ------
    SwitchboardError
        400, 409 or 502: Twilio refuses; nothing that this request created is left. 503: the outcome is
        unknown, or a service does not answer.
    """
    try:
        progress = resume(claim, thread)
        for _ in range(TRIES):
            if not progress.conversation_sid:
                progress = find_or_create(message, claim, thread)
            try:
                return _take_steps(message, claim, progress)
            except ConversationClosed:
                progress = Progress()
    except Refused as error:
        raise refusal(error, message) from error
    raise closed_meanwhile()


def resume(claim: Claim, thread: Thread) -> Progress:
    """Return the progress of earlier tries as Twilio confirms it, an empty one where they left nothing.

    Raises
    ------
    ServiceUnavailable
        Twilio may still be carrying out a step, or what an earlier try created cannot be removed now.
    """
    progress = own_part(claim.progress, thread)
    if claim.is_undoing and not undo(claim, progress):
        raise ServiceUnavailable("An earlier try of the request cannot be undone now. Try again later.")
    if not claim.progress.conversation_sid:
        return Progress()
    if progress.sending_at:
        message_sid = find_message(claim, progress)
        if message_sid is not None:
            return progress.updated(message_sid=message_sid)
    found = conversations.fetch_conversation(progress.conversation_sid)
    if found is None or found.is_closed:
        return Progress()
    if progress.task_sid is not None and not _is_open(progress.task_sid):
        return progress.updated(interaction_sid=None, channel_sid=None, task_sid=None, routing_at=0)
    return progress


def settle(message: OutboundMessage, progress: Progress) -> Progress:
    """Take the steps that follow the message: the agent alone gets the replies while the task is open."""
    if message.with_task:
        route_past_flow(progress)
    return progress


def _take_steps(message: OutboundMessage, claim: Claim, progress: Progress) -> Progress:
    try:
        if progress.message_sid is None:
            _prepare(message, progress)
            if message.with_task:
                progress = route_to_agent(message, claim, progress)
            if message.has_content:
                progress = send(message, claim, progress)
        return settle(message, progress)
    except Unconfirmed:
        raise
    except WriteConflict as error:
        # Another request with the same key has taken over, and uses what was created.
        raise ServiceUnavailable("The request took too long. Send it again.") from error
    except Exception as error:
        if progress.message_sid is not None:
            raise  # The message is sent: the next try finds it, and takes the last step.
        is_undone = undo(claim, progress)
        if has_closed(error, progress.conversation_sid):
            raise (ConversationClosed() if is_undone else closed_meanwhile()) from error
        raise


def _prepare(message: OutboundMessage, progress: Progress) -> None:
    """Take the steps that may be repeated, before anything is routed to an agent or sent."""
    if message.needs_open_window:
        check_window(message, progress.conversation_sid)
    if not progress.is_new:
        conversations.set_attributes(progress.conversation_sid, LONG_LIVED)
    announce(message, progress)
    if not message.with_task:
        route_to_flow(progress)


def _is_open(task_sid: str) -> bool:
    task = taskrouter.fetch_task(from_environment(RoutingSettings).workspace_sid, task_sid)
    return task is not None and task.status in taskrouter.UNFINISHED
