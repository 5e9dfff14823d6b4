"""State of a conversation, and how an event updates it. The result does not depend on the order of events.

Three parts are kept: the newest event, by its own time; the tasks that events have named, and those that have
ended; and the time of the customer's last message.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from channel_cleanup.domain.channel_event import ChannelEvent
from switchboard.inputs.forms import WholeNumber
from switchboard.inputs.model import EventModel

_Number = Annotated[int, WholeNumber(0, 10**15)]


class Channel(EventModel):
    """A channel's row, as it is stored.

    Attributes
    ----------
    conversation_sid : str
        CH….
    stamp : str
        The newest event's sort key; "" where all events were messages.
    last_event, last_event_at, task_sid : str, int, str
        The newest event's type, its time in ms since the epoch, and its task.
    tasks, ended_tasks : frozenset[str]
        SIDs of the tasks that events have named, and of those that have ended.
    message_at : int
        When the customer last wrote, in ms since the epoch; 0: not known.
    idle_since : int
        When the conversation became idle (ms since the epoch); sort key of the index `due`. 0: not in the
        index.
    attempts : int
        How often its release has been tried.
    """

    conversation_sid: str = ""
    stamp: str = ""
    last_event: str = ""
    last_event_at: _Number = 0
    task_sid: str = ""
    tasks: frozenset[str] = frozenset()
    ended_tasks: frozenset[str] = frozenset()
    message_at: _Number = 0
    idle_since: _Number = 0
    attempts: _Number = 0

    @property
    def open_tasks(self) -> frozenset[str]:
        """The tasks that have not ended."""
        return self.tasks - self.ended_tasks

    @property
    def quiet_since(self) -> int:
        """When the last event happened, in ms since the epoch."""
        return max(self.last_event_at, self.message_at)


@dataclass(frozen=True)
class Change:
    """One conditional write of a row.

    Attributes
    ----------
    part : {"newest", "tasks", "message"}
        The part of the row that it writes.
    event : ChannelEvent
        The event that it keeps.
    expects_ended : bool
        For "newest": whether the row must list the event's task among those that have ended, or must not.
    expected_stamp : str
        For "tasks": the sort key of the row's newest event; "" where it has none.
    is_tracked : bool
        For "message": whether the row must know other events than messages, or must not.
    idle_since : int or None
        When the conversation became idle; 0 takes it out of the index, None leaves it as it is.
    """

    part: Literal["newest", "tasks", "message"]
    event: ChannelEvent
    expects_ended: bool = False
    expected_stamp: str = ""
    is_tracked: bool = True
    idle_since: int | None = None


def decide(event: ChannelEvent, known: Channel | None) -> Change | None:
    """Return the write that keeps an event; None if the row has it already.

    Parameters
    ----------
    event : ChannelEvent
        The event.
    known : Channel or None
        The row as the last write found it; None before the first write, which supposes that the event is the
        newest.
    """
    if event.kind == "message":
        return _keep_message(event, known)
    # TaskRouter deletes every task minutes after its end, which says nothing new about the channel.
    if event.kind != "deletes" and (known is None or known.stamp < event.stamp):
        has_ended = known is not None and event.task_sid in known.ended_tasks
        is_idle = event.kind != "opens" or has_ended
        return Change("newest", event, expects_ended=has_ended, idle_since=event.at if is_idle else 0)
    known = known or Channel(conversation_sid=event.conversation_sid)
    if not event.task_sid or event.task_sid in known.ended_tasks:
        return None
    if event.task_sid in known.tasks and not event.ends_task:
        return None
    # The newest event may be about this task, whose end becomes known only now.
    ends_newest = event.ends_task and event.task_sid == known.task_sid and not known.idle_since
    idle_since = known.last_event_at if ends_newest else None
    return Change("tasks", event, expected_stamp=known.stamp, idle_since=idle_since)


def _keep_message(event: ChannelEvent, known: Channel | None) -> Change | None:
    if known is None:
        return Change("message", event)
    if known.message_at >= event.at:
        return None
    return Change("message", event, is_tracked=bool(known.stamp))


def quiet_since_if_not_due(channel: Channel, quiet_ms: int, now: int) -> int | None:
    """Return since when a channel that must not be released yet counts as idle; None if it is due.

    Parameters
    ----------
    channel : Channel
    quiet_ms, now : int
        How long a channel must have been quiet, and the time, in ms.
    """
    if channel.open_tasks:
        return now
    return channel.quiet_since if channel.quiet_since > now - quiet_ms else None
