"""The sink that sends Twilio's events to POST /eventstream.

https://www.twilio.com/docs/events/event-streams/sink-resource
"""

from typing import Any

from tools.configure.resources.resource import ConfigureError, Resource, State
from tools.setup_events.registration import SINK, sink_configuration

FAILED = "failed"


class EventSink(Resource):
    """A webhook sink; its key is its destination. One that exists already is used as it is."""

    kind = "event-sink"

    @property
    def title(self) -> str:
        """The sink by its destination."""
        return f"Event Streams sink to {self.key}"

    def read(self) -> State | None:
        """Return the method of the sink, which has to be POST; None where there is no sink that works."""
        sink = find_sink(self.stack.twilio, self.key)
        return None if sink is None else {"method": "POST"}

    def apply(self, present: State | None, fields: State) -> None:
        """Create the sink."""
        if present is not None:
            raise ConfigureError(f"{self.title} cannot be changed to {dict(fields)}")
        kind: Any = "webhook"
        self.stack.twilio.events.v1.sinks.create(
            description=SINK, sink_configuration=sink_configuration(self.key), sink_type=kind
        )

    def remove(self, fields: State) -> None:  # noqa: ARG002
        """Delete the sink, unless a subscription of another's sends to it."""
        client = self.stack.twilio
        sink = find_sink(client, self.key)
        if sink is not None and not client.events.v1.subscriptions.list(sink_sid=sink.sid):
            client.events.v1.sinks(sink.sid).delete()


def find_sink(client: Any, destination: str) -> Any:
    """Return the webhook sink that posts to a URL and has not failed; None where there is none.

    Twilio's default method is POST. A sink with another method sends nothing that the route takes.
    """
    for sink in client.events.v1.sinks.list():
        configuration = sink.sink_configuration or {}
        is_ours = configuration.get("destination") == destination
        is_post = str(configuration.get("method") or "POST").upper() == "POST"
        if is_ours and is_post and str(sink.sink_type) == "webhook" and str(sink.status) != FAILED:
            return sink
    return None
