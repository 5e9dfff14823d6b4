"""What is known of a channel, and what an event changes of it: the same whatever the order of the events.

Three parts are kept, none of which depends on the order of events: the newest event, by time; the tasks that
have been heard of, and those that have ended; and the time of the customer's last message.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from channel_cleanup.domain.channel_event import ChannelEvent


@dataclass(frozen=True)
class Channel:
    """A channel's row.

    Attributes
    ----------
    conversation_sid : str
        CH….
    stamp : str
        Of the newest event; "" where there was none but messages.
    last_event, last_event_at, task_sid : str, int, str
        The newest event's type, its time in ms since the epoch, and its task.
    tasks, ended_tasks : frozenset[str]
        SIDs of the tasks that have been heard of, and of those that have ended.
    message_at : int
        When the customer last wrote, in ms since the epoch; 0: not that we know.
    idle_since : int
        Its place among the channels that will be due, in ms since the epoch; 0: it is not among them.
    attempts : int
        How often its release has been tried.
    """

    conversation_sid: str
    stamp: str = ""
    last_event: str = ""
    last_event_at: int = 0
    task_sid: str = ""
    tasks: frozenset[str] = field(default_factory=frozenset)
    ended_tasks: frozenset[str] = field(default_factory=frozenset)
    message_at: int = 0
    idle_since: int = 0
    attempts: int = 0

    @staticmethod
    def of(item: Mapping[str, Any]) -> "Channel":
        """Return the channel that a stored item tells of."""
        return Channel(
            conversation_sid=item.get("conversationSid", ""),
            stamp=item.get("stamp", ""),
            last_event=item.get("lastEvent", ""),
            last_event_at=int(item.get("lastEventAt", 0)),
            task_sid=item.get("taskSid", ""),
            tasks=frozenset(item.get("tasks", ())),
            ended_tasks=frozenset(item.get("endedTasks", ())),
            message_at=int(item.get("messageAt", 0)),
            idle_since=int(item.get("idleSince", 0)),
            attempts=int(item.get("attempts", 0)),
        )

    @property
    def open_tasks(self) -> frozenset[str]:
        """The tasks that have not ended."""
        return self.tasks - self.ended_tasks

    @property
    def quiet_since(self) -> int:
        """When something last happened here, in ms since the epoch."""
        return max(self.last_event_at, self.message_at)


@dataclass(frozen=True)
class Change:
    """One conditional write of a row.

    Attributes
    ----------
    part : {"newest", "tasks", "message"}
        Which part of the row it is about.
    event : ChannelEvent
        What it keeps.
    expects_ended : bool
        Of "newest": whether the row must list the event's task among those that have ended, or must not.
    expected_stamp : str
        Of "tasks": the row's newest event; "" where it has none.
    is_tracked : bool
        Of "message": whether the row must know other events than messages, or must not.
    idle_since : int or None
        The row's place among those that will be due: a time, 0 to take it out, None to leave it as it is.
    """

    part: Literal["newest", "tasks", "message"]
    event: ChannelEvent
    expects_ended: bool = False
    expected_stamp: str = ""
    is_tracked: bool = True
    idle_since: int | None = None


def decide(event: ChannelEvent, known: Channel | None) -> Change | None:
    """Return the write that keeps an event; None where nothing is to be kept.

    Parameters
    ----------
    event : ChannelEvent
        What happened.
    known : Channel or None
        The row as the last write found it; None before the first, which supposes the usual: that the event is
        the newest.
    """
    if event.kind == "message":
        return _keep_message(event, known)
    # That a task is deleted is no news of its channel: TaskRouter deletes every task minutes after its end.
    if event.kind != "deletes" and (known is None or known.stamp < event.stamp):
        has_ended = known is not None and event.task_sid in known.ended_tasks
        is_idle = event.kind != "opens" or has_ended
        return Change("newest", event, expects_ended=has_ended, idle_since=event.at if is_idle else 0)
    known = known or Channel(event.conversation_sid)
    if not event.task_sid or event.task_sid in known.ended_tasks:
        return None
    if event.task_sid in known.tasks and not event.ends_task:
        return None
    # The newest event may be about this very task, whose end is only heard of now.
    ends_newest = event.ends_task and event.task_sid == known.task_sid and not known.idle_since
    idle_since = known.last_event_at if ends_newest else None
    return Change("tasks", event, expected_stamp=known.stamp, idle_since=idle_since)


def _keep_message(event: ChannelEvent, known: Channel | None) -> Change | None:
    if known is None:
        return Change("message", event)
    if known.message_at >= event.at:
        return None
    return Change("message", event, is_tracked=bool(known.stamp))


def judge(channel: Channel, quiet_ms: int, now: int) -> int | None:
    """Return None if a channel is to be released now; if not, since when it counts as idle instead.

    Parameters
    ----------
    channel : Channel
        Its row.
    quiet_ms, now : int
        How long a channel must have been quiet, and the time, in ms.
    """
    if channel.open_tasks:
        return now
    return channel.quiet_since if channel.quiet_since > now - quiet_ms else None
