"""The conversations and channels of the tasks that are open now, as TaskRouter says."""

import json
import threading
import time
from typing import Final

from channel_cleanup.pace import Pace
from switchboard import twilio

_OPEN_STATUSES: Final = ("pending", "reserved", "assigned", "wrapping")
_PAGE: Final = 1000
_FRESH_SECONDS: Final = 5.0


class TasksUnknown(Exception):
    """TaskRouter does not list its tasks, so no channel may be released."""


class OpenTasks:
    """One list for many channels: TaskRouter evaluates attributes only three times a second.

    Parameters
    ----------
    workspace_sid : str
        WS…; empty: no look at TaskRouter.
    pace : Pace
        When it may be asked.
    """

    def __init__(self, workspace_sid: str, pace: Pace) -> None:
        self._workspace_sid = workspace_sid
        self._pace = pace
        self._lock = threading.Lock()
        self._channels: frozenset[str] = frozenset()
        self._read_at = float("-inf")
        self._has_failed = False

    def include(self, sid: str) -> bool:
        """Whether an open task names this conversation or channel, by a list that is a few seconds old.

        Raises
        ------
        TasksUnknown
            TaskRouter refuses or does not answer; it is not asked again.
        OutOfTime
            There is no time left to ask.
        """
        from twilio.base.exceptions import TwilioRestException

        from switchboard.errors import TwilioUnreachable

        if not self._workspace_sid:
            return False
        with self._lock:
            if self._has_failed:
                raise TasksUnknown
            if time.monotonic() > self._read_at + _FRESH_SECONDS:
                try:
                    self._channels = self._pace.ask(self._read)
                except (TwilioRestException, TwilioUnreachable) as error:
                    self._has_failed = True
                    raise TasksUnknown from error
                self._read_at = time.monotonic()
            return sid in self._channels

    def _read(self) -> frozenset[str]:
        found: set[str] = set()
        tasks = twilio.client().taskrouter.v1.workspaces(self._workspace_sid).tasks
        for task in tasks.stream(assignment_status=list(_OPEN_STATUSES), page_size=_PAGE):
            try:
                attributes = json.loads(task.attributes or "{}")
            except (ValueError, RecursionError):
                continue
            if isinstance(attributes, dict):
                named = (attributes.get("conversationSid"), attributes.get("channelSid"))
                found.update(sid for sid in named if isinstance(sid, str))
        return frozenset(found)
