"""Process events about channels: of tasks, of messages, and of conversations that outbound messages start."""

from typing import Any

from channel_cleanup.requests.channel_events import read_event
from channel_cleanup.track import track
from switchboard.inputs.errors import InputError
from switchboard.invocation import append_sids
from switchboard.log import count, logger
from switchboard.processor import Event, processor


# The model of the detail depends on the detail type, and a detail that does not fit must not be retried.
@processor(dict[str, Any])
def handler(event: Event[dict[str, Any]]) -> None:
    """Update the event's channel; an event that is malformed is counted and dropped."""
    try:
        found = read_event(event.detail_type, event.detail)
    except InputError as error:
        logger.warning("An event is malformed", extra={"problem": str(error)})
        count("ChannelEventRefused", detail_type=event.detail_type)
        return
    if found is None:
        logger.info("Not about a channel")
        return
    append_sids(vars(found))
    track(found)
