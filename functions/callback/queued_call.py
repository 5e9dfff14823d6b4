"""The call that waits in a queue: its task, and the callback or voicemail that replaces the task."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from callback.create import desired_task
from callback.domain.callback_record import DesiredTask
from callback.domain.task_attributes import follow_up_attributes, inherited_attributes, is_follow_up
from callback.ensure_task import ensure_task
from callback.requests.create_callback import CallbackRequest
from callback.requests.wait_experience import WaitingCall
from callback.settings import TaskSettings, workspace_sid
from callback.storage import records
from callback.storage.daily_limit import limit_for
from switchboard import aws
from switchboard.deadline import within
from switchboard.errors import ServiceUnavailable
from switchboard.inputs.types import PHONE_NUMBER
from switchboard.log import count, logger
from switchboard.settings import from_environment
from switchboard.timestamps import now_ms
from switchboard.twilio.outcome import Refused
from switchboard.twilio.taskrouter import WAITING, Task, fetch_task, newest_tasks, update_task
from switchboard.twilio.voice import queue_name

_CALLBACK_REASON: Final = "Opted to request a callback"
_VOICEMAIL_REASON: Final = "Opted to leave a voicemail"

_LONGEST_CALL_MS: Final = 4 * 3600 * 1000
"""A call lasts four hours at most, unless Twilio has raised the account's limit."""

_CANCEL_TRIES: Final = 5

_STORAGE_SECONDS: Final = 2.0

_workflow_of_queue: dict[str, str] = {}


class TaskGoneError(Exception):
    """The call's task can no longer be replaced: an agent has taken it, or it has ended."""


@dataclass(frozen=True)
class QueuedTask:
    """What the task of a waiting call hands over to the task that replaces it."""

    task_sid: str
    workflow_sid: str
    priority: int
    date_created: str
    attributes: Mapping[str, Any]


def find_task(call: WaitingCall, workflow_sid: str) -> str | None:
    """Return the SID of the task of a waiting call; None if it is not found.

    The newest tasks of the workflow that no agent has taken are searched.

    Parameters
    ----------
    call : WaitingCall
        The name of its queue is the workflow's SID.
    workflow_sid : str
        The workflow, if the wait URL names it.

    Raises
    ------
    Refused, switchboard.errors.TwilioUnreachable
        Twilio refused, or did not answer.
    """
    workflow = (
        workflow_sid or _workflow_of(call.queue_sid) or from_environment(TaskSettings).callback_workflow_sid
    )
    if not workflow or not call.call_sid:
        return None
    for task in newest_tasks(workspace_sid(), workflow, now_ms() - _LONGEST_CALL_MS, WAITING):
        if task.attributes.get("call_sid") == call.call_sid:
            return task.sid
    return None


def request_callback(task_sid: str, call: WaitingCall, number: str) -> None:
    """Replace the task of a waiting call by a callback.

    Parameters
    ----------
    task_sid : str
        The call's task.
    call : WaitingCall
    number : str
        The number to call, E.164.

    Raises
    ------
    TaskGoneError
        An agent has taken the call meanwhile; nothing has changed.
    TooManyCallbacksError, Refused, switchboard.errors.ServiceUnavailable
        Nothing has changed.
    """
    queued = _queued_task(_waiting_task(task_sid))
    limit = limit_for(call.from_ if PHONE_NUMBER.matches(call.from_) else number)
    is_canceled = False

    def cancel() -> None:
        nonlocal is_canceled
        _cancel(task_sid, _CALLBACK_REASON)
        is_canceled = True

    try:
        ensure_task(_replacement(queued, _request(call, number_to_call=number)), limit, cancel)
    except (Refused, ServiceUnavailable) as error:
        if not is_canceled:
            raise
        # The record is stored: the scheduled function creates the task.
        logger.warning("A callback's task is created later", exc_info=error)


def leave_queue(task_sid: str, call_sid: str) -> None:
    """Cancel the task of a call whose caller leaves a voicemail, and store what the voicemail inherits.

    While the table fails, the voicemail inherits it from the canceled task, which TaskRouter keeps for some
    minutes.

    Raises
    ------
    TaskGoneError
        An agent has taken the call meanwhile; nothing has changed.
    """
    queued = _queued_task(_waiting_task(task_sid))
    try:
        with within(_STORAGE_SECONDS):
            records.save_queued(call_sid, asdict(queued), now_ms())
    except aws.AwsError as error:
        logger.warning("The task of a call that leaves the queue cannot be stored", exc_info=error)
    _cancel(task_sid, _VOICEMAIL_REASON)


def keep_voicemail(call: WaitingCall, task_sid: str | None) -> None:
    """Create the task of a recorded voicemail, or add the transcription to it, now or later.

    Parameters
    ----------
    call : WaitingCall
    task_sid : str or None
        The task that the call had in the queue.
    """
    is_transcribed = call.transcription_status == "completed"
    request = _request(
        call,
        recording_sid=call.recording_sid,
        recording_url=call.recording_url,
        transcription_sid=call.transcription_sid,
        transcription_text=call.transcription_text if is_transcribed else None,
    )
    _ensure_task_now_or_later(call, task_sid, request)


def call_back_instead(call: WaitingCall, task_sid: str) -> None:
    """Request a callback for a caller who has left the queue for a voicemail that cannot be recorded."""
    _ensure_task_now_or_later(call, task_sid, _request(call))


def _request(call: WaitingCall, **fields: Any) -> CallbackRequest:
    """Return the request that a call stands for, unchecked: the caller's number may be withheld."""
    numbers = {"number_to_call": call.from_, "number_to_call_from": call.to}
    return CallbackRequest.model_construct(**{**numbers, **fields})


def _ensure_task_now_or_later(call: WaitingCall, task_sid: str | None, request: CallbackRequest) -> None:
    queued = _left_task(call, task_sid)
    desired = _replacement(queued, request) if queued else desired_task(request)
    try:
        ensure_task(replace(desired, is_accepted=True))
    except (Refused, ServiceUnavailable) as error:
        # Neither the table nor TaskRouter takes it; Twilio still has the recording.
        logger.error("A voicemail's task cannot be created", exc_info=error)
        count("CallbackLost")


def _left_task(call: WaitingCall, task_sid: str | None) -> QueuedTask | None:
    """Return the task of a call that has left the queue, as it was stored, else as TaskRouter has it."""
    try:
        with within(_STORAGE_SECONDS):
            stored = records.queued(call.call_sid)
        if stored:
            return QueuedTask(**stored)
    except aws.AwsError as error:
        logger.warning("The task of a call that has left the queue cannot be read", exc_info=error)
    if task_sid is None:
        return None
    try:
        task = fetch_task(workspace_sid(), task_sid)
    except (Refused, ServiceUnavailable) as error:
        logger.warning("The task of a call that has left the queue cannot be fetched", exc_info=error)
        return None
    return _queued_task(task) if task is not None else None


def _replacement(queued: QueuedTask, request: CallbackRequest) -> DesiredTask:
    desired = desired_task(request.model_copy(update={"workflow_sid": queued.workflow_sid}))
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
    """Return a task that no agent has taken, or that an earlier try of the same webhook has canceled."""
    task = fetch_task(workspace_sid(), task_sid)
    if task is None or not (task.waits or _is_canceled(task)):
        raise TaskGoneError
    return task


def _cancel(task_sid: str, reason: str) -> None:
    for attempt in range(1, _CANCEL_TRIES + 1):
        task = _waiting_task(task_sid)
        if _is_canceled(task):
            return
        try:
            update_task(task, follow_up_attributes(task.attributes), status="canceled", reason=reason)
        except Refused as error:
            # 400: an agent has taken the task since it was read; 412: the task has changed.
            if error.status not in {400, 412} or attempt == _CANCEL_TRIES:
                raise
        else:
            return


def _is_canceled(task: Task) -> bool:
    return task.status == "canceled" and is_follow_up(task.attributes)


def _workflow_of(queue_sid: str) -> str:
    """Return the workflow whose calls wait in a queue, which is named after it."""
    if not queue_sid:
        return ""
    if queue_sid not in _workflow_of_queue:
        name = queue_name(queue_sid)
        _workflow_of_queue[queue_sid] = name if name.startswith("WW") else ""
    return _workflow_of_queue[queue_sid]
