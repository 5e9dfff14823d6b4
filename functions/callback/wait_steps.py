"""The steps of the wait experience, each of them a webhook."""

from datetime import UTC, datetime
from typing import Final
from urllib.parse import urljoin

from callback import queued_call
from callback.domain import menu
from callback.replies.wait_twiml import WaitContext, goodbye, question, recording, waiting
from callback.requests.wait_experience import WaitingCall, WaitUrl
from callback.storage import configuration
from callback.storage.daily_limit import TooManyCallbacksError
from switchboard.deadline import within
from switchboard.errors import ServiceUnavailable
from switchboard.http.reply import Reply, empty_twiml, no_content
from switchboard.log import count, logger
from switchboard.timestamps import now_ms
from switchboard.twilio.outcome import Refused
from switchboard.twilio.voice import redirect_call

_TWILIO_FAILED = (Refused, ServiceUnavailable)

_SEARCH_SECONDS: Final = 3.0
"""How long a call's task is searched for; the caller hears nothing, and the next webhook searches again."""


def take(step: str, url: WaitUrl, call: WaitingCall, public_url: str) -> Reply:
    """Return the reply to a webhook of the wait experience.

    Parameters
    ----------
    step : str
        One of menu.STEPS; empty when the call has just entered the queue.
    url : WaitUrl
    call : WaitingCall
    public_url : str
        The webhook's own, as Twilio knows it.
    """
    match step:
        case menu.RECORD:
            return recording(_context(url), url.tries or 0)
        case menu.RECORDED:
            messages = configuration.messages(url.language)
            if not call.is_recorded:
                return goodbye(messages, messages.voicemail_not_captured)
            queued_call.keep_voicemail(call, url.task)
            return goodbye(messages, messages.voicemail_recorded)
        case menu.TRANSCRIBED:
            if call.is_recorded:
                queued_call.keep_voicemail(call, url.task)
            return no_content()
        case "" | menu.LOOP:
            return _loop(_context_with_task(url, call), is_first=not step)
        case _:
            return _after_key(step, url, call, public_url)


def _loop(context: WaitContext, *, is_first: bool) -> Reply:
    """Return the music, after the greeting if the call has just entered the queue."""
    if not is_first:
        return waiting(context)
    messages = context.messages
    # Said once, although each round of the music searches for the call's task again.
    problem = () if context.task_sid else (messages.callback_and_voicemail_unavailable,)
    return waiting(context, messages.initial_greeting, *problem)


def _after_key(step: str, url: WaitUrl, call: WaitingCall, public_url: str) -> Reply:
    context = _context_with_task(url, call)
    messages = context.messages
    if not context.task_sid:
        return waiting(context, messages.callback_and_voicemail_unavailable)
    following = menu.after_key(
        step,
        call.digits.strip(),
        caller=call.from_,
        is_open=context.is_open,
        called=call.to,
        number=url.number,
        tries=url.tries or 0,
    )
    try:
        match following.kind:
            case "call back":
                queued_call.request_callback(context.task_sid, call, following.number)
                return goodbye(messages, messages.callback_submitted)
            case "voicemail":
                return _voicemail(context, call, public_url)
            case _:
                return question(context, following)
    except (queued_call.TaskGoneError, TooManyCallbacksError) as reason:
        logger.info("The caller keeps waiting", extra={"reason": type(reason).__name__})
        return waiting(_context(url, ""), messages.callback_and_voicemail_unavailable)
    except _TWILIO_FAILED as error:
        logger.warning("The call's task cannot be replaced", exc_info=error)
        return waiting(context, messages.processing_error)


def _voicemail(context: WaitContext, call: WaitingCall, public_url: str) -> Reply:
    """Cancel the call's task and move the call out of the queue, where it can be recorded."""
    queued_call.leave_queue(context.task_sid, call.call_sid)
    try:
        is_moved = redirect_call(call.call_sid, urljoin(public_url, context.url(menu.RECORD)))
    except _TWILIO_FAILED as error:
        logger.warning("Twilio does not move a call", exc_info=error)
        is_moved = False
    if is_moved:
        return empty_twiml()
    logger.warning("A call cannot be moved to be recorded; it is called back")
    queued_call.call_back_instead(call, context.task_sid)
    return goodbye(context.messages, context.messages.callback_submitted)


def _context_with_task(url: WaitUrl, call: WaitingCall) -> WaitContext:
    """Return the context with the call's task, which is searched for unless the URL names it."""
    if url.task:
        return _context(url)
    try:
        with within(_SEARCH_SECONDS):
            found = queued_call.find_task(call, url.workflow_sid)
    except _TWILIO_FAILED as error:
        logger.warning("The call's task cannot be searched for", exc_info=error)
        found = None
    if found is None:
        count("WaitingTaskNotFound")
    return _context(url, found)


def _context(url: WaitUrl, task_sid: str | None = None) -> WaitContext:
    now = datetime.fromtimestamp(now_ms() / 1000, UTC)
    return WaitContext(
        messages=configuration.messages(url.language),
        task_sid=(url.task if task_sid is None else task_sid) or "",
        language=url.language or "",
        workflow_sid=url.workflow_sid,
        is_open=configuration.hours().is_open(now),
    )
