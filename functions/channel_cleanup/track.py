"""Keep the state of channels up to date with events."""

from channel_cleanup.domain.channel import Channel, decide
from channel_cleanup.domain.channel_event import ChannelEvent
from channel_cleanup.storage import channels
from switchboard.aws.conditional import TRIES, WriteConflict


def track(event: ChannelEvent) -> None:
    """Update an event's channel. The final state does not depend on the order of events.

    The first try supposes that the event is the newest; a conflict brings the channel's present state.

    Raises
    ------
    WriteConflict
        Concurrent events changed the channel at every try.
    """
    known: Channel | None = None
    for _ in range(TRIES):
        change = decide(event, known)
        if change is None:
            return
        try:
            channels.write(change)
        except WriteConflict as conflict:
            known = channels.read(conflict.item)
        else:
            return
    raise WriteConflict
