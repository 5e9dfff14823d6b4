"""The steps of the wait experience, each a webhook."""

from datetime import UTC, datetime

from callback import queued_call
from callback.domain import menu
from callback.domain.callback_request import is_task_sid
from callback.domain.menu import MenuStep
from callback.ensure_task import TooManyCallbacksError
from callback.rest_api import TwilioError
from callback.storage import configuration
from callback.voice_api import redirect_call
from callback.wait_twiml import PATH, WaitContext, goodbye, recording, screen
from callback.wait_twiml import waiting as wait_on
from switchboard.errors import ServiceUnavailable
from switchboard.log import count, logger
from switchboard.reply import Reply, empty_twiml, no_content
from switchboard.request import Request
from switchboard.timestamps import now_ms

_FAILED = (TwilioError, ServiceUnavailable)


def take(step: str, request: Request) -> Reply:
    """Return what follows a webhook of the wait experience.

    Parameters
    ----------
    step : str
        One of menu.STEPS; empty where the call has just come into the queue.
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
            return _keyed(step, request)


def _loop(request: Request, *, is_first: bool) -> Reply:
    context = _context(request)
    greeting = (context.messages.initialGreeting,) if is_first else ()
    if context.task_sid:
        return wait_on(context, *greeting)
    params = request.params
    try:
        found = queued_call.find_task(
            params.get("CallSid", ""), params.get("QueueSid", ""), context.workflow_sid
        )
    except _FAILED as error:
        logger.warning("The call's task cannot be looked for", exc_info=error)
        found = None
    if found:
        return wait_on(_context(request, found), *greeting)
    count("WaitingTaskNotFound")
    # Once is enough: the music goes round, and so does the search.
    return wait_on(
        context, *greeting, *((context.messages.callbackAndVoicemailUnavailable,) if is_first else ())
    )


def _keyed(step: str, request: Request) -> Reply:
    context, params = _context(request), request.params
    if not context.task_sid:
        return wait_on(context)
    shown = menu.after_key(
        step,
        params.get("Digits", "").strip(),
        caller=params.get("From", ""),
        is_open=context.is_open,
        number=request.query.get("number", ""),
        tries=_tries(request),
    )
    if shown.kind not in {"call back", "voicemail"}:
        return screen(context, shown)
    try:
        return (
            _voicemail(context, request) if shown.kind == "voicemail" else _call_back(context, shown, request)
        )
    except (queued_call.TaskGoneError, TooManyCallbacksError) as reason:
        logger.info("A waiting caller goes on waiting", extra={"reason": type(reason).__name__})
        return wait_on(_context(request, ""), context.messages.callbackAndVoicemailUnavailable)
    except _FAILED as error:
        logger.warning("A waiting caller's desired cannot be fulfilled", exc_info=error)
        return wait_on(context, context.messages.processingError)


def _call_back(context: WaitContext, shown: MenuStep, request: Request) -> Reply:
    queued_call.request_callback(context.task_sid, request.params, shown.number)
    return goodbye(context.messages, context.messages.callbackSubmitted)


def _voicemail(context: WaitContext, request: Request) -> Reply:
    """Move the call out of the queue, where it can be recorded, once its task is canceled."""
    call_sid = request.params.get("CallSid", "")
    queued_call.leave_queue(context.task_sid, call_sid)
    base = request.url[: request.url.index(PATH)]
    path = context.url(menu.RECORD)
    url = base + path[path.index(PATH) :]
    try:
        redirect_call(call_sid, url)
    except _FAILED as error:
        logger.warning("A call cannot be moved to be recorded; it is called back", exc_info=error)
        queued_call.call_back_instead(request.params)
        return goodbye(context.messages, context.messages.callbackSubmitted)
    return empty_twiml()


def _context(request: Request, task_sid: str | None = None) -> WaitContext:
    # The URL is ours, or the operator's; the form is about the call.
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
