"""Creating the next attempt at a callback that failed."""

from callback.domain.callback_record import DesiredTask
from callback.domain.task_attributes import attempts_of, is_callback, requeued_attributes
from callback.ensure_task import ensure_task
from callback.requests.requeue import RequeueRequest
from callback.settings import TaskSettings, workspace_sid
from switchboard.errors import BadRequest, Conflict, FieldError, NotFound
from switchboard.settings import from_environment
from switchboard.twilio.taskrouter import fetch_task


def requeue(request: RequeueRequest) -> str | None:
    """Return the SID of the task that takes the place of the one whose attempt failed, as `ensure_task`.

    Raises
    ------
    BadRequest
        The task is not a callback.
    NotFound
        TaskRouter has no such task any more.
    Conflict
        The callback has had all its attempts.
    """
    task = fetch_task(workspace_sid(), request.task_sid)
    if task is None:
        raise NotFound("taskSid: the task does not exist any more")
    if not is_callback(task.attributes):
        raise BadRequest.about(FieldError(field="taskSid", message="must be the task of a callback"))
    most = from_environment(TaskSettings).callback_max_attempts
    if most and attempts_of(task.attributes) >= most:
        raise Conflict(f"taskSid: the callback has reached its limit of attempts ({most})")
    attributes = requeued_attributes(task.attributes, task.sid)
    return ensure_task(
        DesiredTask(
            number=attributes["callBackData"]["numberToCall"],
            workflow_sid=task.workflow_sid,
            attributes=attributes,
            timeout=task.timeout,
            priority=task.priority,
            task_channel=task.task_channel,
            requeued_from=task.sid,
        )
    )
