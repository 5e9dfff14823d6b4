"""The conversations and channels of the tasks that are open now, from TaskRouter."""

import threading
import time
from typing import Final

from channel_cleanup.pace import Pace
from switchboard.errors import TwilioUnreachable
from switchboard.twilio import taskrouter
from switchboard.twilio.outcome import Refused

_FRESH_SECONDS: Final = 5.0


class TasksUnknown(Exception):
    """TaskRouter does not list its tasks, so no channel may be released."""


class OpenTasks:
    """The list of open tasks, read for many channels: TaskRouter evaluates attributes only 3 times a second.

    Parameters
    ----------
    workspace_sid : str
        WS…; empty: TaskRouter is not asked.
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
        """Tell whether an open task names this conversation or channel, by a list a few seconds old.

        Raises
        ------
        TasksUnknown
            TaskRouter refuses or does not answer; it is not asked again.
        OutOfTime
            There is no time left to ask.
        """
        if not self._workspace_sid:
            return False
        with self._lock:
            if self._has_failed:
                raise TasksUnknown
            if time.monotonic() > self._read_at + _FRESH_SECONDS:
                try:
                    self._channels = self._pace.ask(self._read)
                except (Refused, TwilioUnreachable) as error:
                    self._has_failed = True
                    raise TasksUnknown from error
                self._read_at = time.monotonic()
            return sid in self._channels

    def _read(self) -> frozenset[str]:
        return frozenset(
            sid
            for task in taskrouter.open_tasks(self._workspace_sid)
            for name in ("conversationSid", "channelSid")
            if isinstance(sid := task.attributes.get(name), str)
        )
