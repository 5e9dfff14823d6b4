"""The call that waits: its task, and the callback or voicemail that takes the task's place."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from callback.create import desired_task, limit_for
from callback.domain.callback_record import DesiredTask
from callback.domain.callback_request import CallbackRequest, is_number
from callback.domain.task_attributes import FOLLOW_UP, follow_up_attributes, inherited_attributes
from callback.ensure_task import ensure_task
from callback.rest_api import TwilioError
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
from switchboard.timestamps import now_ms

CALLBACK_REASON: Final = "Opted to request a callback"
VOICEMAIL_REASON: Final = "Opted to leave a voicemail"

_LONGEST_WAIT_MS: Final = 4 * 3600 * 1000
"""A call lasts four hours at most."""

_TRIES: Final = 5

_workflows: dict[str, str] = {}


class TaskGoneError(Exception):
    """The call's task cannot give its place away: an agent has it, or it is over."""


@dataclass(frozen=True)
class QueuedTask:
    """The task of a call that waits, as far as what takes its place needs it."""

    task_sid: str
    workflow_sid: str
    priority: int
    date_created: str
    attributes: Mapping[str, Any]


def find_task(call_sid: str, queue_sid: str, workflow_sid: str) -> str | None:
    """Return the SID of the task for which a call waits, None where there is none to be found.

    It is looked for among the newest tasks of the workflow that no agent has taken.

    Raises
    ------
    TwilioError, switchboard.errors.TwilioUnreachable
        Twilio does not say.
    """
    workflow = workflow_sid or _workflow_of(queue_sid)
    if not workflow:
        return None
    for task in newest_tasks(workflow, now_ms() - _LONGEST_WAIT_MS, WAITING):
        if task.attributes.get("call_sid") == call_sid:
            return task.sid
    return None


def request_callback(task_sid: str, call: Mapping[str, str], number: str) -> None:
    """Have a caller called back instead of waiting.

    Parameters
    ----------
    task_sid : str
        The call's task.
    call : Mapping[str, str]
        The webhook's parameters.
    number : str
        Which number to call, E.164.

    Raises
    ------
    TaskGoneError
        An agent has taken the call meanwhile; nothing has changed.
    TooManyCallbacksError, TwilioError, switchboard.errors.ServiceUnavailable
        Nothing has changed.
    """
    queued = _queued(_waiting(task_sid))
    request = CallbackRequest(number, called_number(call))
    caller = call.get("From", "")
    limit = limit_for(caller if is_number(caller) else number)
    has_left = False

    def leave() -> None:
        nonlocal has_left
        _cancel(task_sid, CALLBACK_REASON)
        has_left = True

    try:
        ensure_task(_in_place_of(queued, request), limit, leave)
    except (TwilioError, ServiceUnavailable) as error:
        if not has_left:
            raise
        # It is written down, and placed as soon as TaskRouter takes it.
        logger.warning("A callback is placed later", exc_info=error)


def leave_queue(task_sid: str, call_sid: str) -> None:
    """Cancel the task of a call whose caller leaves a voicemail, and keep what the voicemail's task needs.

    Raises
    ------
    TaskGoneError
        An agent has taken the call meanwhile; nothing has changed.
    """
    records.save_queued(call_sid, asdict(_queued(_waiting(task_sid))), now_ms())
    _cancel(task_sid, VOICEMAIL_REASON)


def keep_voicemail(call: Mapping[str, str]) -> None:
    """Place a voicemail that was recorded, or what its transcription adds to it: now, or as soon as possible.

    Parameters
    ----------
    call : Mapping[str, str]
        The webhook's parameters, with RecordingSid and RecordingUrl or TranscriptionText as well.
    """
    kept = records.queued(call.get("CallSid", ""))
    queued = QueuedTask(**kept) if kept else None
    has_text = call.get("TranscriptionStatus", "completed") == "completed"
    request = CallbackRequest(
        number_to_call=call.get("From", ""),
        number_to_call_from=called_number(call),
        recording_sid=call.get("RecordingSid") or None,
        recording_url=call.get("RecordingUrl") or None,
        transcription_sid=call.get("TranscriptionSid") or None,
        transcription_text=(call.get("TranscriptionText") or None) if has_text else None,
    )
    _ensure_task_later_if_needed(_in_place_of(queued, request) if queued else desired_task(request))


def call_back_instead(call: Mapping[str, str]) -> None:
    """Have a caller called back who left the queue for a voicemail that cannot be recorded."""
    kept = records.queued(call.get("CallSid", ""))
    request = CallbackRequest(call.get("From", ""), called_number(call))
    _ensure_task_later_if_needed(_in_place_of(QueuedTask(**kept), request) if kept else desired_task(request))


def _ensure_task_later_if_needed(desired: DesiredTask) -> None:
    try:
        ensure_task(desired)
    except (TwilioError, ServiceUnavailable) as error:
        logger.warning("A voicemail is placed later", exc_info=error)


def called_number(call: Mapping[str, str]) -> str:
    """Return the number of ours that a call came to."""
    return call.get("To") or call.get("Called", "")


def _in_place_of(queued: QueuedTask, request: CallbackRequest) -> DesiredTask:
    desired = desired_task(CallbackRequest(**{**asdict(request), "workflow_sid": queued.workflow_sid}))
    return DesiredTask(
        number=desired.number,
        workflow_sid=queued.workflow_sid,
        attributes=inherited_attributes(queued.attributes, desired.attributes, queued.task_sid),
        timeout=desired.timeout,
        priority=queued.priority,
        task_channel=desired.task_channel,
        virtual_start=queued.date_created,
        is_accepted=True,
    )


def _queued(task: Task) -> QueuedTask:
    return QueuedTask(task.sid, task.workflow_sid, task.priority, task.date_created, task.attributes)


def _waiting(task_sid: str) -> Task:
    task = fetch_task(task_sid)
    if task is None or not (task.waits or _was_canceled_for_follow_up(task)):
        raise TaskGoneError
    return task


def _cancel(task_sid: str, reason: str) -> None:
    for tried in range(1, _TRIES + 1):
        task = _waiting(task_sid)
        if _was_canceled_for_follow_up(task):
            return
        try:
            update_task(
                task, follow_up_attributes(task.attributes), AssignmentStatus="canceled", Reason=reason
            )
        except TwilioError as error:
            # 400: an agent has taken it since it was read; 412: it has changed somehow.
            if error.status not in {400, 412} or tried == _TRIES:
                raise
            continue
        return


def _was_canceled_for_follow_up(task: Task) -> bool:
    """Tell whether the task was canceled by the same webhook, sent twice."""
    conversations = task.attributes.get("conversations")
    abandoned = conversations.get("abandoned") if isinstance(conversations, Mapping) else None
    return task.status == "canceled" and abandoned == FOLLOW_UP


def _workflow_of(queue_sid: str) -> str:
    """Return the workflow that a queue waits for: it is the queue's name."""
    if not queue_sid:
        return ""
    if queue_sid not in _workflows:
        name = queue_name(queue_sid)
        _workflows[queue_sid] = name if name.startswith("WW") else ""
    return _workflows[queue_sid]
