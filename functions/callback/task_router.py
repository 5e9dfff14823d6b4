"""A callback's task in TaskRouter: search for it, create it, update it.

When it is unclear whether a task was created, TaskRouter's newest tasks are searched before another one is
created.
"""

import random
import time
from collections.abc import Mapping
from typing import Any, Final

from callback.domain.callback_record import DesiredTask, Record, TaskState
from callback.domain.callback_state import Failure
from callback.domain.task_attributes import adds_details_only, is_same_callback, merge_attributes
from callback.settings import workspace_sid
from switchboard.deadline import remaining
from switchboard.errors import ServiceUnavailable, TwilioUnreachable
from switchboard.log import count, logger
from switchboard.timestamps import parse_iso_ms
from switchboard.twilio.outcome import Refused, definitely_not_sent
from switchboard.twilio.taskrouter import Task, create_task, fetch_task, newest_tasks, update_task

REPLY_SECONDS: Final = 0.8
"""The part of a request's time that is kept for its reply."""

_PAUSE_SECONDS: Final = (0.1, 0.3)
_SEARCH_SECONDS: Final[Mapping[Failure, float]] = {"failed": 1.5, "unanswered": 3.0}
"""How long a task is searched for that may have been created; it appears within a second, as a rule."""

_CLOCK_SKEW_MS: Final = 120_000
"""The most that TaskRouter's clock, whose times are whole seconds, may differ from ours."""

_MOST_UPDATES: Final = 8


class TaskFailedError(Exception):
    """TaskRouter has not done what was asked for, or has not said so.

    Parameters
    ----------
    failure : Failure
    error : Refused or TwilioUnreachable
        TaskRouter's last answer.
    """

    def __init__(self, failure: Failure, error: Refused | TwilioUnreachable) -> None:
        super().__init__(failure)
        self.failure = failure
        self.error = error


def task_state(record: Record) -> TaskState:
    """Return the state of a record's task; "unknown" if TaskRouter does not tell it."""
    try:
        task = fetch_task(workspace_sid(), str(record.task_sid))
    except (Refused, ServiceUnavailable) as error:
        logger.warning("TaskRouter does not say whether a task still waits", exc_info=error)
        return "unknown"
    if task is None or not task.is_open:
        return "ended"
    return "waiting" if task.waits else "taken"


def create(desired: DesiredTask, since: int, attributes: Mapping[str, Any] | None = None) -> str:
    """Create a task and return its SID; where it is unclear whether it was created, it is searched for.

    Parameters
    ----------
    desired : DesiredTask
    since : int
        When it was first desired, milliseconds since the epoch.
    attributes : Mapping[str, Any], optional
        Instead of the desired ones.

    Raises
    ------
    TaskFailedError
    """
    is_first = True
    while True:
        try:
            return _created(desired, attributes)
        except (Refused, TwilioUnreachable) as error:
            failure, is_missing = _failure(error), False
            if failure in _SEARCH_SECONDS:
                logger.warning("It is unclear whether a task was created", exc_info=error)
                count("CallbackUnclear")
                task_sid, is_missing = _search_repeatedly(desired, since, _SEARCH_SECONDS[failure])
                if task_sid is not None:
                    return task_sid
            is_clear = failure == "failed" and is_missing
            if not is_clear or not is_first or remaining(60.0) <= _SEARCH_SECONDS["failed"]:
                # The first try may have created the task, also where the second one was refused.
                is_failed = not is_first and failure != "unanswered"
                raise TaskFailedError("failed" if is_failed else failure, error) from error
            is_first = False


def search(desired: DesiredTask, since: int) -> str | None:
    """Find the task that was created for a request although TaskRouter's answer was lost.

    Raises
    ------
    TaskFailedError
        TaskRouter's newest tasks cannot be searched.
    """
    try:
        for task in newest_tasks(workspace_sid(), desired.workflow_sid, since - _CLOCK_SKEW_MS):
            if is_same_callback(task.attributes, desired.attributes):
                return task.sid
    except (Refused, TwilioUnreachable) as error:
        raise TaskFailedError("not_sent", error) from error
    return None


def update(
    task_sid: str, desired: DesiredTask, *, is_own: bool = False, must_wait: bool = False
) -> str | None:
    """Add what is desired to a task and return its SID; None if another task is needed.

    Parameters
    ----------
    task_sid : str
    desired : DesiredTask
    is_own : bool
        Whether the task was created for just this: then it does in any state.
    must_wait : bool
        Whether only a task does that no agent has taken.

    Raises
    ------
    TaskFailedError
        Nothing has changed.
    """
    try:
        return _update(task_sid, desired, is_own=is_own, must_wait=must_wait)
    except (Refused, TwilioUnreachable) as error:
        is_refusal = isinstance(error, Refused) and not error.is_temporary
        raise TaskFailedError("refused" if is_refusal else "not_sent", error) from error


def changes(task: Task, desired: DesiredTask) -> dict[str, Any]:
    """Return what a task lacks of what is desired, as `update_task` takes it; the attributes always."""
    found: dict[str, Any] = {"attributes": merge_attributes(task.attributes, desired.attributes)}
    if desired.priority > task.priority:
        found["priority"] = desired.priority
    start = desired.virtual_start
    if start is not None and parse_iso_ms(start) < parse_iso_ms(task.virtual_start):
        found["virtual_start"] = start
    return found


def _update(task_sid: str, desired: DesiredTask, *, is_own: bool, must_wait: bool) -> str | None:
    updates = 1
    while True:
        task = fetch_task(workspace_sid(), task_sid)
        if task is None:
            return task_sid if is_own else None
        lacking = changes(task, desired)
        lacks_attributes = lacking["attributes"] != task.attributes
        if not (task.waits or is_own) and (
            must_wait or (lacks_attributes and not adds_details_only(task.attributes, desired.attributes))
        ):
            return None
        if not lacks_attributes and (len(lacking) == 1 or not task.waits):
            return task_sid
        try:
            update_task(task, **lacking)
        except Refused as error:
            # 412: the task has changed since it was read.
            if error.status != 412 or updates == _MOST_UPDATES:
                raise
            updates += 1
            pause()
        else:
            return task_sid


def pause() -> None:
    """Wait for a short random time, so that concurrent requests do not try again together."""
    time.sleep(random.uniform(*_PAUSE_SECONDS))  # noqa: S311  # separates concurrent requests, guards nothing


def _created(desired: DesiredTask, attributes: Mapping[str, Any] | None) -> str:
    return create_task(
        workspace_sid(),
        desired.workflow_sid,
        desired.attributes if attributes is None else attributes,
        task_channel=desired.task_channel,
        priority=desired.priority,
        timeout=desired.timeout,
        virtual_start=desired.virtual_start,
    ).sid


def _search_repeatedly(desired: DesiredTask, since: int, seconds: float) -> tuple[str | None, bool]:
    """Return the task that may have been created, and whether TaskRouter has said that there is none."""
    ends_at, is_missing = time.monotonic() + seconds, False
    while time.monotonic() < ends_at and remaining(seconds) > REPLY_SECONDS:
        try:
            if task_sid := search(desired, since):
                return task_sid, False
            is_missing = True
        except TaskFailedError as failed:
            is_missing = False
            logger.warning("TaskRouter's newest tasks cannot be searched", exc_info=failed)
        pause()
    return None, is_missing


def _failure(error: Refused | TwilioUnreachable) -> Failure:
    if isinstance(error, TwilioUnreachable):
        return "not_sent" if error.never_connected else "unanswered"
    if not definitely_not_sent(error):
        return "failed"
    return "not_sent" if error.is_temporary else "refused"
