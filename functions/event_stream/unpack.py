"""The processor of packed events: puts each event of a large batch on the bus after Twilio got its answer."""

from event_stream.cloud_events import SOURCE, Pack
from switchboard.bus import publish_all
from switchboard.processor import Event, processor


@processor(Pack)
def handler(event: Event[Pack]) -> None:
    """Put each of the events on the bus, as `event_stream.receive` does with a small batch."""
    publish_all(SOURCE, ((item["type"], item) for item in event.detail.events))
