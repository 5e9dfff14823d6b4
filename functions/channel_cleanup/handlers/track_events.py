"""The processor of events that tell of a channel: tasks, messages, and conversations started from here."""

from typing import Any

from channel_cleanup.domain.channel_event import Malformed, read_event
from channel_cleanup.storage import channels
from switchboard.log import count, logger
from switchboard.processor import Event, processor


@processor(dict[str, Any])
def handler(event: Event[dict[str, Any]]) -> None:
    """Keep what one event tells; one that is malformed is counted and dropped, since it would stay so."""
    try:
        told = read_event(event.detail_type, event.detail)
    except Malformed as error:
        logger.warning("An event is malformed", extra={"missing": str(error)})
        count("ChannelEventRefused", detail_type=event.detail_type)
        return
    if told is None:
        logger.info("Not about a channel")
        return
    logger.append_keys(conversation_sid=told.conversation_sid, task_sid=told.task_sid)
    channels.keep(told)
