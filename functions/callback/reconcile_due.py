"""What requests have left behind: records without all of their tasks, and tasks without records."""

from typing import Final

from callback.domain.callback_record import DesiredTask, Record
from callback.domain.task_attributes import UNRECORDED, Attributes, is_callback, recording_of
from callback.ensure_task import adopt, new_lease
from callback.reconcile import reconcile
from callback.settings import TaskSettings, workspace_sid
from callback.storage import records
from callback.unrecorded import cancel, unmark
from switchboard import aws
from switchboard.aws.conditional import WriteConflict
from switchboard.deadline import remaining
from switchboard.errors import ServiceUnavailable
from switchboard.log import count, logger
from switchboard.settings import from_environment
from switchboard.timestamps import now_ms
from switchboard.twilio.outcome import Refused
from switchboard.twilio.taskrouter import Task, fetch_task, open_tasks_with

_SECONDS_EACH: Final = 15.0
"""The most that one record takes; with less time left, it waits for the next run."""


def reconcile_due() -> int:
    """Reconcile the records that are pending and leased to no request; return how many."""
    done = 0
    now = now_ms()
    for record in records.due(now):
        if remaining(60.0) < _SECONDS_EACH:
            break
        if record.state != "pending" or record.is_leased(now):
            continue
        if now - record.since > record.desired.timeout * 1000:
            _give_up(record)
            continue
        # An error reaches no caller any more: the caller was told that the request is kept.
        leased = record.promised().leased(new_lease(), now)
        try:
            records.save(leased, record)
            done += reconcile(leased, record) is not None
        except WriteConflict:
            continue
        except (Refused, ServiceUnavailable) as error:
            logger.warning("A callback's task cannot be created yet", exc_info=error)
    return done


def merge_unrecorded() -> int:
    """Store the records of tasks that were created without one, or merge them; return how many."""
    done = 0
    if not from_environment(TaskSettings).workspace_sid:
        return done
    try:
        for task in open_tasks_with(workspace_sid(), *UNRECORDED):
            if remaining(60.0) < _SECONDS_EACH:
                break
            done += _merge(task.sid)
    except (Refused, ServiceUnavailable, aws.AwsError, WriteConflict) as error:
        logger.warning("Tasks without records are merged later", exc_info=error)
    return done


def count_open() -> None:
    """Count the callbacks and voicemails that wait for an agent, for the metric CallbacksOpen.

    TaskRouter is asked, which alone knows all of them; without its answer nothing is counted.
    """
    if not from_environment(TaskSettings).workspace_sid:
        return
    try:
        waiting = [
            task
            for kind in ("callback", "voicemail")
            for task in open_tasks_with(workspace_sid(), "taskType", kind)
            if task.waits
        ]
    except (Refused, ServiceUnavailable) as error:
        logger.warning("The callbacks that wait cannot be counted", exc_info=error)
        return
    count("CallbacksOpen", len(waiting))


def _merge(task_sid: str) -> bool:
    task = fetch_task(workspace_sid(), task_sid)
    if task is None or not task.is_open or not is_callback(task.attributes):
        return False
    attributes = {name: value for name, value in task.attributes.items() if name != UNRECORDED[0]}
    desired = _desired(task, attributes)
    if not task.waits:
        # An agent has it: only the transcription of its recording belongs to it.
        if recording_sid := recording_of(attributes):
            records.set_owner(recording_sid, desired.key, desired.expires_at(now_ms()), task.sid)
        unmark(task)
        return True
    known = adopt(desired, task.sid)
    if known == task.sid:
        unmark(task)
    elif known is not None:
        cancel(task.sid)
    return known is not None


def _desired(task: Task, attributes: Attributes) -> DesiredTask:
    return DesiredTask(
        number=attributes["callBackData"]["numberToCall"],
        workflow_sid=task.workflow_sid,
        attributes=attributes,
        timeout=task.timeout,
        priority=task.priority,
        task_channel=task.task_channel,
        virtual_start=task.virtual_start,
    )


def _give_up(record: Record) -> None:
    # A task created in time would have timed out by now.
    logger.error("A callback's task was never created", extra={"workflow": record.desired.workflow_sid})
    count("CallbackLost")
    try:
        records.delete(record)
    except WriteConflict:
        return
