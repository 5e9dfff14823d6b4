"""Starting a message: the conversation, an agent or a flow for the replies, then the message itself.

What is made on the way is removed where a later step fails for certain, and used by the next request with the
same key where it is not certain.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final, TypeVar

from outbound_message import conversations_api as api
from outbound_message.domain.message import OutboundMessage, Progress
from outbound_message.domain.twilio_refusal import (
    BINDING_EXISTS,
    CONVERSATION_CLOSED,
    existing_conversation,
)
from outbound_message.failures import SETTLE_MS, Unconfirmed, refusal
from outbound_message.settings import FlowSettings
from outbound_message.storage import requests
from outbound_message.storage.requests import Claim
from outbound_message.storage.threads import Thread
from switchboard.aws.conditional import WriteConflict
from switchboard.bus import BusError, publish
from switchboard.errors import BadRequest, FieldError, ServiceUnavailable, TwilioUnreachable
from switchboard.log import logger
from switchboard.settings import from_environment
from switchboard.timestamps import format_iso, now_ms
from switchboard.twilio.errors import definitely_not_sent, page_refusals

T = TypeVar("T")

SOURCE: Final = "switchboard.outbound_message"
CONVERSATION_STARTED: Final = "conversation.started"
_WINDOW_MS: Final = 86_400_000


@dataclass
class Started:
    """What a request has made so far.

    Attributes
    ----------
    conversation_sid : str
    is_new : bool
        Whether the request made the conversation.
    interaction : Interaction or None
    message_sid : str or None
    """

    conversation_sid: str
    is_new: bool
    interaction: api.Interaction | None = None
    message_sid: str | None = None

    def answer(self) -> dict[str, Any]:
        """Return the JSON answer; chatChannel and chatMessage are the names that older callers read."""
        conversation = {"sid": self.conversation_sid, "isNew": self.is_new}
        answer: dict[str, Any] = {
            "success": True,
            "conversationSid": self.conversation_sid,
            "conversation": conversation,
            "chatChannel": {"sid": self.conversation_sid},
        }
        if self.interaction is not None:
            answer["interactionSid"] = self.interaction.sid
            answer["taskSid"] = self.interaction.task_sid
            answer["interaction"] = {
                "sid": self.interaction.sid,
                "channelSid": self.interaction.channel_sid,
                "taskSid": self.interaction.task_sid,
            }
        if self.message_sid is not None:
            answer["messageSid"] = self.message_sid
            answer["message"] = answer["chatMessage"] = {"sid": self.message_sid}
        return answer


def start(message: OutboundMessage, claimed: Claim, thread: Thread) -> Started:
    """Take every step that is not done yet.

    Raises
    ------
    SwitchboardError
        400, 409 or 502: Twilio refuses; nothing that this request made is left. 503: it is not known what
        came of it, or something does not answer.
    """
    progress = claimed.progress
    started = _resumed(progress) or _attach(message, claimed, thread)
    try:
        if not progress.sending_at:
            if message.needs_open_window:
                _check_window(message, started)
            if not started.is_new:
                _call(lambda: api.mark_long_lived(started.conversation_sid))
            _announce(message, started)
        if message.with_task:
            started.interaction = _route(message, claimed, started)
        elif flow_sid := from_environment(FlowSettings).outbound_flow_sid:
            is_new = started.is_new and not progress.conversation_sid
            _call(lambda: api.add_flow(started.conversation_sid, flow_sid, is_new=is_new))
        if message.says_something:
            started.message_sid = _send(message, claimed, started)
    except Unconfirmed:
        raise
    except WriteConflict as error:
        # Another request with the same key has taken over, and what was made is its own by now.
        raise ServiceUnavailable("The request took too long. Send it again.") from error
    except Exception:
        _undo(started)
        raise
    return started


def _resumed(progress: Progress) -> Started | None:
    """Return what an earlier try made, if its conversation can still be used."""
    sid = progress.conversation_sid
    if sid is None or not _call(lambda: api.is_open(sid)):
        return None
    return Started(sid, progress.is_new)


def _attach(message: OutboundMessage, claimed: Claim, thread: Thread) -> Started:
    """Return the one conversation of the two numbers, made now unless there is one."""
    from twilio.base.exceptions import TwilioRestException

    for _ in range(2):
        sid = thread.unattached_sid or _call(lambda: api.create_conversation(message, claimed.marker))
        thread.keep_unattached(sid)
        try:
            api.add_customer(sid, message)
        except TwilioUnreachable:
            raise ServiceUnavailable("Twilio did not answer. Try again later.") from None
        except TwilioRestException as error:
            existing = existing_conversation(error.msg) if error.code == BINDING_EXISTS else None
            if existing == sid:
                pass  # An earlier request added the customer, and Twilio's answer was lost.
            elif error.status == 404 or error.code == CONVERSATION_CLOSED:
                thread.keep_unattached(None)
                continue
            else:
                _call(partial(api.delete_conversation, sid))
                thread.keep_unattached(None)
                if existing is None:
                    raise refusal(error.status, error.code, error.msg) from error
                return Started(existing, is_new=False)
        thread.keep_unattached(None)
        return Started(sid, is_new=True)
    raise ServiceUnavailable("The conversation was closed at this moment. Try again.")


def _check_window(message: OutboundMessage, started: Started) -> None:
    """Refuse free text to WhatsApp more than a day after the customer's last message."""
    last = _call(lambda: api.last_message_from(started.conversation_sid, message))
    if last is None or last < now_ms() - _WINDOW_MS:
        field = "initialNotificationMessage" if message.with_task else "messageBody"
        problem = (
            "is free text, and the customer has not written in the last 24 hours: WhatsApp takes only an "
            "approved template then, as contentSid (63016)"
        )
        raise BadRequest.about(FieldError(field=field, message=problem))


def _announce(message: OutboundMessage, started: Started) -> None:
    """Tell the bus, before anything is routed or sent, so that the conversation will be cleaned up."""
    detail = {
        "conversationSid": started.conversation_sid,
        "channelType": message.channel_type,
        "withTask": message.with_task,
        "isNew": started.is_new,
        "startedAt": format_iso(now_ms()),
    }
    try:
        publish(SOURCE, CONVERSATION_STARTED, detail)
    except BusError as error:
        raise ServiceUnavailable("The event bus does not answer. Try again later.") from error


def _route(message: OutboundMessage, claimed: Claim, started: Started) -> api.Interaction:
    progress = claimed.progress
    if progress.interaction_sid:
        return api.Interaction(progress.interaction_sid, progress.channel_sid, progress.task_sid)
    sid = started.conversation_sid
    if progress.routing_at and progress.conversation_sid == sid:
        found = _call(lambda: api.find_interaction(sid, progress.routing_at))
        if found is not None:
            return found
        _let_settle("The task may have been created", progress.routing_at)
    asked_at = now_ms()
    requests.note(claimed, conversationSid=sid, isNew=started.is_new, routingAt=asked_at)
    made = _call(
        lambda: api.create_interaction(sid, message),
        lambda: Unconfirmed("The task may have been created", asked_at, now_ms()),
    )
    started.interaction = made
    return made


def _send(message: OutboundMessage, claimed: Claim, started: Started) -> str:
    progress = claimed.progress
    sid = started.conversation_sid
    if progress.sending_at and progress.conversation_sid == sid:
        found = _call(lambda: api.find_message(sid, claimed.marker))
        if found is not None:
            return found
        _let_settle("The message may have been sent", progress.sending_at)
    asked_at = now_ms()
    made: dict[str, str | int | bool] = {
        "conversationSid": sid,
        "isNew": started.is_new,
        "sendingAt": asked_at,
    }
    if started.interaction is not None:
        parts = replace(started.interaction)
        made |= {"interactionSid": parts.sid}
        made |= {"channelSid": parts.channel_sid} if parts.channel_sid else {}
        made |= {"taskSid": parts.task_sid} if parts.task_sid else {}
    requests.note(claimed, **made)
    return _call(
        lambda: api.send(sid, message, claimed.marker),
        lambda: Unconfirmed("The message may have been sent", asked_at, now_ms()),
    )


def _let_settle(what: str, since: int) -> None:
    """Ask for more patience while Twilio may still be doing what it was asked for."""
    if now_ms() < since + SETTLE_MS:
        raise Unconfirmed(what, since, now_ms())


def _call(ask: Callable[[], T], unconfirmed: Callable[[], Unconfirmed] | None = None) -> T:
    """Ask Twilio; a refusal becomes the caller's answer, and no answer at all 503."""
    from twilio.base.exceptions import TwilioRestException

    try:
        with page_refusals():
            return ask()
    except (TwilioRestException, TwilioUnreachable) as error:
        if unconfirmed is not None and not definitely_not_sent(error):
            raise unconfirmed() from error
        if isinstance(error, TwilioUnreachable):
            raise ServiceUnavailable("Twilio did not answer. Try again later.") from error
        raise refusal(error.status, error.code, error.msg) from error


def _undo(started: Started) -> None:
    """Remove what this request made; what cannot be removed is found by the next one for these numbers."""
    interaction = started.interaction
    try:
        if interaction is not None and interaction.channel_sid:
            api.end_interaction(interaction.sid, interaction.channel_sid, with_conversation=started.is_new)
        if started.is_new:
            api.delete_conversation(started.conversation_sid)
    except Exception:  # noqa: BLE001  # the first failure is what the caller must learn of
        logger.exception("What a failed request made could not be removed")
