"""Creating callbacks and voicemails that Studio, Flex or the wait experience ask for."""

import re
from datetime import UTC, datetime
from typing import Final

from callback.domain.callback_record import DesiredTask
from callback.ensure_task import ensure_task
from callback.requests.create_callback import CallbackRequest
from callback.settings import TaskSettings
from callback.storage import configuration
from callback.storage.daily_limit import limit_for
from switchboard.errors import BadRequest, FieldError
from switchboard.settings import from_environment
from switchboard.timestamps import format_iso, now_ms, parse_iso_ms

_TASK_SID: Final = "WT[0-9a-f]{32}"


def create(request: CallbackRequest, token: str | None = None) -> str | None:
    """Return the SID of the task that a request becomes; None where TaskRouter does not say it yet.

    Parameters
    ----------
    request : CallbackRequest
    token : str, optional
        The same on every retry of one webhook.

    Raises
    ------
    BadRequest
        Neither the request nor the settings name a workflow.
    """
    return ensure_task(desired_task(request, token), limit_for(request.number_to_call))


def desired_task(request: CallbackRequest, token: str | None = None) -> DesiredTask:
    """Return the task that a request desires.

    Raises
    ------
    BadRequest
        Neither the request nor the settings name a workflow.
    """
    workflow_sid = request.workflow_sid or from_environment(TaskSettings).callback_workflow_sid
    if not workflow_sid:
        message = "is missing, and so is the setting CallbackWorkflowSid"
        raise BadRequest.about(FieldError(field="workflowSid", message=message))
    hours = configuration.hours()
    now = now_ms()
    opening = hours.next_opening(datetime.fromtimestamp(now / 1000, UTC))
    opens_at = format_iso(parse_iso_ms(opening)) if opening else None
    return DesiredTask(
        number=request.number_to_call,
        workflow_sid=workflow_sid,
        attributes=request.to_attributes(hours.time_zone.key, format_iso(now), opens_at),
        timeout=request.timeout,
        priority=request.priority,
        task_channel=request.task_channel,
        token=token,
        requeued_from=_requeued_from(request),
    )


def _requeued_from(request: CallbackRequest) -> str | None:
    """Return the task that is put back into the queue: older plugins name it as the conversation."""
    task_sid = request.conversation_id or ""
    return task_sid if request.attempts and re.fullmatch(_TASK_SID, task_sid) else None
