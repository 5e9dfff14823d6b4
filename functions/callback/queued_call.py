"""The call that waits in a queue: its task, and the callback or voicemail that replaces the task."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from callback.create import desired_task, limit_for
from callback.domain.callback_record import DesiredTask
from callback.domain.callback_request import CallbackRequest, is_number
from callback.domain.task_attributes import FOLLOW_UP, follow_up_attributes, inherited_attributes
from callback.ensure_task import ensure_task
from callback.rest_api import TwilioError
from callback.settings import TaskSettings
from callback.storage import records
from callback.taskrouter_api import (
    WAITING,
    Task,
    fetch_task,
    newest_tasks,
    update_task,
)
from callback.voice_api import queue_name
from switchboard.errors import ServiceUnavailable
from switchboard.log import logger
from switchboard.settings import from_environment
from switchboard.timestamps import now_ms

CALLBACK_REASON: Final = "Opted to request a callback"
VOICEMAIL_REASON: Final = "Opted to leave a voicemail"

_LONGEST_CALL_MS: Final = 4 * 3600 * 1000
"""A call lasts four hours at most, unless Twilio has raised the account's limit."""

_CANCEL_TRIES: Final = 5

_workflow_of_queue: dict[str, str] = {}


class TaskGoneError(Exception):
    """The call's task can no longer be replaced: an agent has taken it, or it has ended."""


@dataclass(frozen=True)
class QueuedTask:
    """The task of a waiting call: what the task that replaces it takes over."""

    task_sid: str
    workflow_sid: str
    priority: int
    date_created: str
    attributes: Mapping[str, Any]


def find_task(call_sid: str, queue_sid: str, workflow_sid: str) -> str | None:
    """Return the SID of the task for which a call waits, None if it is not found.

    The newest tasks of the workflow that no agent has taken are searched.

    Parameters
    ----------
    call_sid : str
    queue_sid : str
        The queue in which the call waits; its name is the workflow's SID.
    workflow_sid : str
        The workflow, if the wait URL names it.

    Raises
    ------
    TwilioError, switchboard.errors.TwilioUnreachable
        Twilio refused, or did not answer.
    """
    workflow = workflow_sid or _workflow_of(queue_sid) or from_environment(TaskSettings).callback_workflow_sid
    if not workflow or not call_sid:
        return None
    for task in newest_tasks(workflow, now_ms() - _LONGEST_CALL_MS, WAITING):
        if task.attributes.get("call_sid") == call_sid:
            return task.sid
    return None


def request_callback(task_sid: str, call: Mapping[str, str], number: str) -> None:
    """Replace the task of a waiting call by a callback.

    Parameters
    ----------
    task_sid : str
        The call's task.
    call : Mapping[str, str]
        The webhook's parameters.
    number : str
        The number to call, E.164.

    Raises
    ------
    TaskGoneError
        An agent has taken the call meanwhile; nothing has changed.
    TooManyCallbacksError, TwilioError, switchboard.errors.ServiceUnavailable
        Nothing has changed.
    """
    queued = _queued_task(_waiting_task(task_sid))
    request = CallbackRequest(number, called_number(call))
    caller = calling_number(call)
    limit = limit_for(caller if is_number(caller) else number)
    is_canceled = False

    def cancel() -> None:
        nonlocal is_canceled
        _cancel(task_sid, CALLBACK_REASON)
        is_canceled = True

    try:
        ensure_task(_replacement(queued, request), limit, cancel)
    except (TwilioError, ServiceUnavailable) as error:
        if not is_canceled:
            raise
        # The record is stored: the scheduled function creates the task.
        logger.warning("A callback's task is created later", exc_info=error)


def leave_queue(task_sid: str, call_sid: str) -> None:
    """Cancel the task of a call whose caller leaves a voicemail, and store what the voicemail takes over.

    Raises
    ------
    TaskGoneError
        An agent has taken the call meanwhile; nothing has changed.
    """
    records.save_queued(call_sid, asdict(_queued_task(_waiting_task(task_sid))), now_ms())
    _cancel(task_sid, VOICEMAIL_REASON)


def keep_voicemail(call: Mapping[str, str]) -> None:
    """Create the task of a recorded voicemail, or add the transcription to it, now or later.

    Parameters
    ----------
    call : Mapping[str, str]
        The webhook's parameters: those of a call and RecordingSid, RecordingUrl, TranscriptionText ….
    """
    has_text = call.get("TranscriptionStatus", "completed") == "completed"
    request = CallbackRequest(
        number_to_call=calling_number(call),
        number_to_call_from=called_number(call),
        recording_sid=call.get("RecordingSid") or None,
        recording_url=call.get("RecordingUrl") or None,
        transcription_sid=call.get("TranscriptionSid") or None,
        transcription_text=(call.get("TranscriptionText") or None) if has_text else None,
    )
    _ensure_task_now_or_later(call, request)


def call_back_instead(call: Mapping[str, str]) -> None:
    """Request a callback for a caller who has left the queue for a voicemail that cannot be recorded."""
    _ensure_task_now_or_later(call, CallbackRequest(calling_number(call), called_number(call)))


def calling_number(call: Mapping[str, str]) -> str:
    """Return the caller's number."""
    return call.get("From") or call.get("Caller", "")


def called_number(call: Mapping[str, str]) -> str:
    """Return the account's number that was called."""
    return call.get("To") or call.get("Called", "")


def _ensure_task_now_or_later(call: Mapping[str, str], request: CallbackRequest) -> None:
    stored = records.queued(call.get("CallSid", ""))
    desired = _replacement(QueuedTask(**stored), request) if stored else desired_task(request)
    try:
        ensure_task(replace(desired, is_accepted=True))
    except (TwilioError, ServiceUnavailable) as error:
        logger.warning("A voicemail's task is created later", exc_info=error)


def _replacement(queued: QueuedTask, request: CallbackRequest) -> DesiredTask:
    desired = desired_task(replace(request, workflow_sid=queued.workflow_sid))
    return replace(
        desired,
        attributes=inherited_attributes(queued.attributes, desired.attributes, queued.task_sid),
        priority=queued.priority,
        virtual_start=queued.date_created,
        is_accepted=True,
    )


def _queued_task(task: Task) -> QueuedTask:
    return QueuedTask(task.sid, task.workflow_sid, task.priority, task.date_created, task.attributes)


def _waiting_task(task_sid: str) -> Task:
    task = fetch_task(task_sid)
    if task is None or not (task.waits or _was_canceled_for_follow_up(task)):
        raise TaskGoneError
    return task


def _cancel(task_sid: str, reason: str) -> None:
    for attempt in range(1, _CANCEL_TRIES + 1):
        task = _waiting_task(task_sid)
        if _was_canceled_for_follow_up(task):
            return
        try:
            update_task(
                task, follow_up_attributes(task.attributes), AssignmentStatus="canceled", Reason=reason
            )
        except TwilioError as error:
            # 400: an agent has taken the task since it was read; 412: the task has changed.
            if error.status not in {400, 412} or attempt == _CANCEL_TRIES:
                raise
            continue
        return


def _was_canceled_for_follow_up(task: Task) -> bool:
    """Tell whether an earlier try of the same webhook has canceled the task."""
    conversations = task.attributes.get("conversations")
    abandoned = conversations.get("abandoned") if isinstance(conversations, Mapping) else None
    return task.status == "canceled" and abandoned == FOLLOW_UP


def _workflow_of(queue_sid: str) -> str:
    """Return the workflow whose calls wait in a queue: the queue is named after it."""
    if not queue_sid:
        return ""
    if queue_sid not in _workflow_of_queue:
        name = queue_name(queue_sid)
        _workflow_of_queue[queue_sid] = name if name.startswith("WW") else ""
    return _workflow_of_queue[queue_sid]
