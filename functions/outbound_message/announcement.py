"""The event ``conversation.started``, from which the clean-up knows a conversation."""

from collections.abc import Mapping
from typing import Any, Final

from outbound_message.domain.message import OutboundMessage
from outbound_message.domain.progress import Progress
from outbound_message.storage import started
from switchboard.bus import BusError, publish
from switchboard.deadline import within
from switchboard.log import count, logger
from switchboard.timestamps import format_iso, now_ms

SOURCE: Final = "switchboard.outbound_message"
CONVERSATION_STARTED: Final = "conversation.started"

_PUBLISH_SECONDS: Final = 1.0
"""Seconds that a caller waits for the bus to take the event."""


def announce(message: OutboundMessage, progress: Progress) -> None:
    """Publish the start, and store it; if the bus does not take the event, finish_requests publishes it."""
    detail = {
        "conversationSid": progress.conversation_sid,
        "channelType": message.channel_type,
        "withTask": message.with_task,
        "isNew": progress.is_new,
        "startedAt": format_iso(now_ms()),
    }
    is_published = publish_start(detail)
    started.save(progress.conversation_sid, message, None if is_published else detail)


def publish_start(detail: Mapping[str, Any]) -> bool:
    """Publish the event; False if the bus does not take it."""
    try:
        with within(_PUBLISH_SECONDS):
            publish(SOURCE, CONVERSATION_STARTED, detail)
    except BusError as error:
        logger.warning("The bus did not take the event; it is published later", extra={"reason": str(error)})
        count("BusFailed", detail_type=CONVERSATION_STARTED)
        return False
    return True
