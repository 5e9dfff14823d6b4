"""Callbacks and voicemails that Studio, Flex or the wait experience ask for."""

from collections.abc import Mapping
from datetime import UTC, datetime

from callback.domain import number_policy
from callback.domain.callback_record import DesiredTask
from callback.domain.callback_request import CallbackRequest, InvalidRequestError, parse_request
from callback.domain.task_attributes import new_attributes
from callback.ensure_task import DailyLimit, ensure_task
from callback.settings import RequestSettings, TaskSettings
from callback.storage import configuration
from switchboard.errors import BadRequest, FieldError
from switchboard.settings import from_environment
from switchboard.timestamps import format_iso, now_ms


def create(params: Mapping[str, str], token: str | None = None) -> str:
    """Return the SID of the task that parameters ask for.

    Parameters
    ----------
    params : Mapping[str, str]
        Of query, form and JSON, merged.
    token : str, optional
        The same on every retry of one webhook.

    Raises
    ------
    BadRequest
        A parameter is wrong or missing, or the number is not called back.
    """
    try:
        request = parse_request(params)
    except InvalidRequestError as error:
        raise bad_request(error.problems) from None
    if (problem := number_policy.refusal(request.number_to_call)) is not None:
        raise bad_request({"numberToCall": f"{problem}: it is not called back"})
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
        raise bad_request({"workflowSid": "is missing, and so is the setting CallbackWorkflowSid"})
    hours = configuration.hours()
    now = now_ms()
    opening = hours.next_opening(datetime.fromtimestamp(now / 1000, UTC))
    opens_at = format_iso(int(opening.timestamp() * 1000)) if opening else None
    return DesiredTask(
        number=request.number_to_call,
        workflow_sid=workflow_sid,
        attributes=new_attributes(request, hours.zone.key, format_iso(now), opens_at),
        timeout=request.timeout,
        priority=request.priority,
        task_channel=request.task_channel,
        token=token,
    )


def limit_for(number: str) -> DailyLimit:
    """Return how many callbacks a number may have in a day."""
    return DailyLimit(number, from_environment(RequestSettings).callbacks_per_day)


def bad_request(problems: Mapping[str, str]) -> BadRequest:
    """Return the error about parameters that are wrong, by name."""
    return BadRequest.about(*(FieldError(field=name, message=text) for name, text in problems.items()))
