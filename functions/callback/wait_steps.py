"""The steps of the wait experience, each of them a webhook."""

from datetime import UTC, datetime

from callback import queued_call
from callback.domain import menu
from callback.domain.callback_request import is_task_sid
from callback.domain.menu import MenuStep
from callback.ensure_task import TooManyCallbacksError
from callback.replies.wait_twiml import PATH, WaitContext, goodbye, question, recording, waiting
from callback.rest_api import TwilioError
from callback.storage import configuration
from callback.voice_api import redirect_call
from switchboard.errors import ServiceUnavailable
from switchboard.log import count, logger
from switchboard.reply import Reply, empty_twiml, no_content
from switchboard.request import Request
from switchboard.timestamps import now_ms

_TWILIO_FAILED = (TwilioError, ServiceUnavailable)


def take(step: str, request: Request) -> Reply:
    """Return the reply to a webhook of the wait experience.

    Parameters
    ----------
    step : str
        One of menu.STEPS; empty when the call has just entered the queue.
    request : Request
    """
    match step:
        case menu.RECORD:
            return recording(_context(request), _tries(request))
        case menu.RECORDED:
            queued_call.keep_voicemail(request.params)
            messages = _context(request).messages
            return goodbye(messages, messages.voicemailRecorded)
        case menu.TRANSCRIBED:
            queued_call.keep_voicemail(request.params)
            return no_content()
        case "" | menu.LOOP:
            return _loop(request, is_first=not step)
        case _:
            return _after_key(step, request)


def _loop(request: Request, *, is_first: bool) -> Reply:
    """Return the greeting and the hold music, after the call's task was searched for."""
    context = _context_with_task(request)
    greeting = (context.messages.initialGreeting,) if is_first else ()
    if context.task_sid:
        return waiting(context, *greeting)
    # Said once: each round of the music searches again.
    problem = (context.messages.callbackAndVoicemailUnavailable,) if is_first else ()
    return waiting(context, *greeting, *problem)


def _after_key(step: str, request: Request) -> Reply:
    context, params = _context_with_task(request), request.params
    if not context.task_sid:
        return waiting(context, context.messages.callbackAndVoicemailUnavailable)
    following = menu.after_key(
        step,
        params.get("Digits", "").strip(),
        caller=queued_call.calling_number(params),
        is_open=context.is_open,
        number=request.query.get("number", ""),
        tries=_tries(request),
    )
    try:
        match following.kind:
            case "call back":
                return _call_back(context, following, request)
            case "voicemail":
                return _voicemail(context, request)
            case _:
                return question(context, following)
    except (queued_call.TaskGoneError, TooManyCallbacksError) as reason:
        logger.info("The caller goes on waiting", extra={"reason": type(reason).__name__})
        return waiting(_context(request, ""), context.messages.callbackAndVoicemailUnavailable)
    except _TWILIO_FAILED as error:
        logger.warning("The call's task cannot be replaced", exc_info=error)
        return waiting(context, context.messages.processingError)


def _call_back(context: WaitContext, step: MenuStep, request: Request) -> Reply:
    queued_call.request_callback(context.task_sid, request.params, step.number)
    return goodbye(context.messages, context.messages.callbackSubmitted)


def _voicemail(context: WaitContext, request: Request) -> Reply:
    """Cancel the call's task and move the call out of the queue, where it can be recorded."""
    call_sid = request.params.get("CallSid", "")
    queued_call.leave_queue(context.task_sid, call_sid)
    base = request.url[: request.url.index(PATH)]
    path = context.url(menu.RECORD)
    try:
        redirect_call(call_sid, base + path[path.index(PATH) :])
    except _TWILIO_FAILED as error:
        logger.warning("A call cannot be moved to be recorded; it is called back", exc_info=error)
        queued_call.call_back_instead(request.params)
        return goodbye(context.messages, context.messages.callbackSubmitted)
    return empty_twiml()


def _context_with_task(request: Request) -> WaitContext:
    """Return the context with the call's task, which is searched for unless the URL names it."""
    context, params = _context(request), request.params
    if context.task_sid:
        return context
    try:
        found = queued_call.find_task(
            params.get("CallSid", ""), params.get("QueueSid", ""), context.workflow_sid
        )
    except _TWILIO_FAILED as error:
        logger.warning("The call's task cannot be searched for", exc_info=error)
        found = None
    if found is None:
        count("WaitingTaskNotFound")
    return _context(request, found)


def _context(request: Request, task_sid: str | None = None) -> WaitContext:
    # The query is ours, or the operator's; the form describes the call.
    query = request.query
    task = query.get("task", "") if task_sid is None else task_sid
    language, workflow_sid = query.get("language", ""), query.get("workflowSid", "")
    now = datetime.fromtimestamp(now_ms() / 1000, UTC)
    return WaitContext(
        messages=configuration.messages(language),
        task_sid=task if is_task_sid(task) else "",
        language=language,
        workflow_sid=workflow_sid,
        is_open=configuration.hours().is_open(now),
    )


def _tries(request: Request) -> int:
    tries = request.query.get("tries", "")
    return int(tries) if tries.isascii() and tries.isdigit() and len(tries) < 4 else 0
