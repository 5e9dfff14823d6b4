"""A customer's message in a conversation that was started here: without an open task it creates one.

The new task is in the same conversation, so that its history stays. A Studio flow that takes the replies is
left alone. Events may come repeatedly and in any order; each message creates at most one task.
"""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from outbound_message.domain.message import OutboundMessage
from outbound_message.failures import ConversationClosed, raise_if_too_recent
from outbound_message.requests.message_added import MessageAdded
from outbound_message.routing import UNCONFIRMED_TASK, create_interaction, open_task
from outbound_message.settings import RoutingSettings
from outbound_message.storage import started, threads
from outbound_message.storage.started import StartedConversation
from switchboard.deadline import remaining
from switchboard.errors import SwitchboardError
from switchboard.log import count, logger
from switchboard.settings import from_environment
from switchboard.timestamps import now_ms
from switchboard.twilio import conversations, taskrouter
from switchboard.twilio.outcome import Refused

_WRAPPING: Final = "wrapping"
_TURN_SECONDS: Final = 5.0
_FIRST_PAUSE_SECONDS: Final = 30
_LONGEST_PAUSE_SECONDS: Final = 300
_GIVE_UP_MS: Final = 86_400_000


def take_reply(message: MessageAdded) -> None:
    """Create a task for a customer's message, unless it needs none."""
    known = None if message.conversation_sid is None else started.load(message.conversation_sid)
    if known is None or message.author != known.to_number:
        logger.info("Not a reply in a conversation that was started here")
        return
    at, message_sid = message.at or now_ms(), message.message_sid or ""
    if known.has_handled(at, message_sid):
        return
    with _postponed_on_failure(known, at, message_sid):
        if known.task_sid and _is_attended(known.task_sid):
            started.mark_handled(known, at, message_sid)
        else:
            _route(known, at, message_sid)


def take_waiting_reply(known: StartedConversation) -> None:
    """Create the task of a message that waits for one."""
    with _postponed_on_failure(known, known.reply_at, known.reply_sid):
        _route(known, known.reply_at, known.reply_sid)


@contextmanager
def _postponed_on_failure(known: StartedConversation, at: int, message_sid: str) -> Iterator[None]:
    """Leave the message to finish_requests if its task cannot be created now.

    Raises
    ------
    Refused, SwitchboardError
        It could not be created for a day.
    """
    try:
        yield
    except (Refused, SwitchboardError) as error:
        logger.warning("A reply's task is created later", exc_info=error)
        count("ReplyPostponed")
        if known.reply_at and known.reply_at < now_ms() - _GIVE_UP_MS:
            started.mark_handled(known, at, message_sid)
            raise
        _postpone(known, at, message_sid)


def _postpone(known: StartedConversation, at: int, message_sid: str) -> None:
    pause = min(_FIRST_PAUSE_SECONDS * 2 ** min(known.reply_tries, 8), _LONGEST_PAUSE_SECONDS)
    started.postpone(known, at, message_sid, pause)


def _route(known: StartedConversation, at: int, message_sid: str) -> None:
    """Create the task within the pair's turn, so that a request does not create one at the same time."""
    settings = from_environment(RoutingSettings)
    if not settings.workspace_sid or not settings.workflow_sid:
        logger.warning("A reply reaches no agent: WorkspaceSid or OutboundWorkflowSid is not set")
        count("ReplyWithoutWorkflow")
        started.mark_handled(known, at, message_sid)
        return
    if _has_flow_or_is_gone(known.conversation_sid):
        started.mark_handled(known, at, message_sid)
        return
    owner = uuid.uuid4().hex
    deadline = time.monotonic() + min(_TURN_SECONDS, remaining(_TURN_SECONDS))
    with threads.turn(known.from_number, known.to_number, owner, owner, deadline):
        current = started.load(known.conversation_sid) or known
        if not current.has_handled(at, message_sid):
            _route_in_turn(current, at, message_sid)


def _route_in_turn(known: StartedConversation, at: int, message_sid: str) -> None:
    sid = known.conversation_sid
    task = open_task(sid)
    if task is not None and task.status == _WRAPPING:
        # Its agent has done the talking, and one conversation has one task at a time.
        _postpone(known, at, message_sid)
        return
    if task is not None:
        started.mark_handled(known, at, message_sid, task.sid)
        return
    found = conversations.fetch_conversation(sid)
    if found is None or found.is_closed or _has_flow_or_is_gone(sid):
        started.mark_handled(known, at, message_sid)
        return
    if known.routing_at:
        raise_if_too_recent(UNCONFIRMED_TASK, known.routing_at)
    asked_at = now_ms()
    started.keep_routing(known, asked_at)
    try:
        created = create_interaction(_to_message(known), sid, asked_at)
    except ConversationClosed:
        started.mark_handled(known, at, message_sid)
        return
    started.mark_handled(known, at, message_sid, created.task_sid or "")
    count("ReplyRouted")
    logger.info("A reply created a task", extra={"task_sid": created.task_sid})


def _has_flow_or_is_gone(conversation_sid: str) -> bool:
    """Tell whether a Studio flow takes a conversation's replies, or the conversation is deleted."""
    try:
        return bool(conversations.studio_flows(conversation_sid))
    except Refused as error:
        if error.status == 404:
            return True
        raise


def _to_message(known: StartedConversation) -> OutboundMessage:
    return OutboundMessage(known.from_number, known.to_number, known.to_name, with_task=True, is_reply=True)


def _is_attended(task_sid: str) -> bool:
    """Tell whether a task is open, and its agent still talks to the customer."""
    task = taskrouter.fetch_task(from_environment(RoutingSettings).workspace_sid, task_sid)
    return task is not None and task.is_open
