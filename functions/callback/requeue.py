"""Another attempt at a callback that failed."""

from collections.abc import Mapping

from callback.create import bad_request
from callback.domain.callback_record import DesiredTask
from callback.domain.callback_request import is_task_sid
from callback.domain.task_attributes import attempts_of, is_callback, requeued_attributes
from callback.ensure_task import ensure_task
from callback.settings import TaskSettings
from callback.taskrouter_api import fetch_task
from switchboard.errors import Conflict, NotFound
from switchboard.settings import from_environment


def requeue(params: Mapping[str, str]) -> str:
    """Return the SID of the task that takes the place of the one that `taskSid` names.

    Raises
    ------
    BadRequest
        No task's SID, or the task is no callback.
    NotFound
        TaskRouter has no such task any more.
    Conflict
        The callback has had all its attempts.
    """
    sid = params.get("taskSid", "").strip()
    if not is_task_sid(sid):
        problem = "must be a SID: WT and 32 hexadecimal digits" if sid else "is missing"
        raise bad_request({"taskSid": problem})
    task = fetch_task(sid)
    if task is None:
        raise NotFound("taskSid names a task that does not exist any more.")
    if not is_callback(task.attributes):
        raise bad_request({"taskSid": "names a task that is no callback"})
    most = from_environment(TaskSettings).callback_max_attempts
    if most and attempts_of(task.attributes) >= most:
        raise Conflict(f"taskSid names a callback that has reached its limit of attempts ({most}).")
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
