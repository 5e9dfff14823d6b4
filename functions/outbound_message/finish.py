"""Finish what requests and replies have left: half-done requests, unpublished events, replies without a task.

A request that no caller repeats is completed if its message was sent, or its task created; otherwise what it
created is removed.
"""

import time
import uuid
from typing import Final

from outbound_message.announcement import announce, publish_start
from outbound_message.domain.message import OutboundMessage
from outbound_message.domain.progress import Progress
from outbound_message.reply import take_waiting_reply
from outbound_message.routing import find_interaction
from outbound_message.sending import is_of
from outbound_message.start import resume, settle
from outbound_message.storage import lease, requests, started, threads
from outbound_message.storage.requests import Claim
from outbound_message.storage.started import StartedConversation
from outbound_message.storage.threads import Thread
from outbound_message.undo import undo
from switchboard.deadline import within
from switchboard.errors import ServiceUnavailable
from switchboard.invocation import seconds_left
from switchboard.log import count, logger
from switchboard.timestamps import now_ms
from switchboard.twilio import conversations
from switchboard.twilio.conversations import Message

_ITEM_SECONDS: Final = 12.0
_TURN_SECONDS: Final = 3.0
_PUBLISH_AGAIN_SECONDS: Final = 60


class UnfinishedError(Exception):
    """Some items could not be finished; they are due again later."""


def finish_due() -> int:
    """Finish the items that are due, until the invocation's time is nearly over; return how many there were.

    Raises
    ------
    UnfinishedError
        After all of them, if some failed.
    """
    finished = failed = 0
    for key in lease.due(now_ms()):
        if seconds_left() < 2 * _ITEM_SECONDS:
            break
        try:
            with within(_ITEM_SECONDS):
                _finish(key)
        except Exception:  # noqa: BLE001  # one item's failure does not stop the others
            logger.warning("An item could not be finished", extra={"id": key}, exc_info=True)
            failed += 1
        else:
            finished += 1
    if failed:
        raise UnfinishedError(f"{failed} of {failed + finished}")
    return finished


def _finish(key: str) -> None:
    if key.startswith(started.PREFIX):
        known = started.load(key.removeprefix(started.PREFIX))
        if known is not None:
            _finish_conversation(known)
        return
    claim = requests.claim_due(key, uuid.uuid4().hex)
    if claim is None:
        return  # A caller has repeated the request at this moment.
    try:
        _finish_request(claim)
    except Exception:
        requests.suspend(claim)
        raise


def _finish_conversation(known: StartedConversation) -> None:
    if known.unpublished is not None:
        if not publish_start(known.unpublished):
            started.postpone_publishing(known, _PUBLISH_AGAIN_SECONDS)
            return
        started.mark_published(known)
    if known.reply_at:
        take_waiting_reply(known.model_copy(update={"unpublished": None}))


def _finish_request(claim: Claim) -> None:
    message = claim.message
    deadline = time.monotonic() + _TURN_SECONDS
    with threads.turn(message.from_number, message.to_number, claim.marker, claim.owner, deadline) as thread:
        progress = _with_task(resume(claim, thread))
        if _is_done(message, progress):
            announce(message, progress)
            requests.complete(claim, settle(message, progress).to_answer(message), is_told=False)
            count("RequestFinished", outcome="completed")
            return
        if progress.conversation_sid and not undo(claim, _without_used(claim, progress)):
            raise ServiceUnavailable("The request could not be undone.")
        if thread.unattached and thread.is_unshared:
            _remove_unattached(message, thread)
        requests.release(claim)
        count("RequestFinished", outcome="undone")


def _with_task(progress: Progress) -> Progress:
    """Return the progress with the task that Twilio created without confirming it."""
    if not progress.conversation_sid or not progress.routing_at or progress.interaction_sid:
        return progress
    return find_interaction(progress) or progress


def _is_done(message: OutboundMessage, progress: Progress) -> bool:
    if message.has_content:
        return progress.message_sid is not None
    return message.with_task and progress.interaction_sid is not None


def _without_used(claim: Claim, progress: Progress) -> Progress:
    """Return the progress; it no longer claims a conversation that has messages.

    Raises
    ------
    ServiceUnavailable
        The request's own message has come at this moment: the next run finds it.
    """
    if not progress.is_new:
        return progress
    written = conversations.latest_messages(progress.conversation_sid)
    if any(is_of(claim, one) for one in written):
        raise ServiceUnavailable("The message was sent at this moment.")
    if not written:
        return progress
    _follow(claim.message, progress.conversation_sid, written)
    return progress.updated(is_new=False)


def _remove_unattached(message: OutboundMessage, thread: Thread) -> None:
    """Delete a conversation that no progress names, unless the customer has found and used it."""
    found = conversations.fetch_conversation(thread.unattached or "")
    if found is not None and not found.is_closed:
        if written := conversations.latest_messages(found.sid):
            _follow(message, found.sid, written)
        else:
            conversations.delete_conversation(found.sid)
    thread.unattached = None


def _follow(message: OutboundMessage, conversation_sid: str, written: list[Message]) -> None:
    """Store a conversation as started here, and request a task for the customer's latest message."""
    announce(message, Progress(conversation_sid=conversation_sid, is_new=True))
    known = started.load(conversation_sid)
    latest = next((one for one in written if one.author == message.to_number), None)
    if known is not None and latest is not None:
        at = latest.created_at or now_ms()
        if not known.has_handled(at, latest.sid):
            started.postpone(known, at, latest.sid, 0)
