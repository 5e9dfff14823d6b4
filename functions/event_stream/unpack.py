"""The processor of packed events: puts each event of a large batch on the bus after Twilio was answered."""

from typing import Any

from event_stream.cloud_events import SOURCE
from switchboard.bus import publish_all
from switchboard.processor import Event, processor


@processor(dict[str, Any])
def handler(event: Event[dict[str, Any]]) -> None:
    """Put each of the events on the bus as `event_stream.receive` does with a small batch."""
    publish_all(SOURCE, ((item["type"], item) for item in event.detail["events"]))
