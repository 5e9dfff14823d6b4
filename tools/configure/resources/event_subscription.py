"""The subscription to the events that features need, with the schema version of each.

https://www.twilio.com/docs/events/event-streams/subscription
"""

from typing import Any

from tools.configure.resources.event_sink import find_sink
from tools.configure.resources.resource import ConfigureError, Resource, State
from tools.setup_events.registration import SUBSCRIPTION


class EventSubscription(Resource):
    """What is subscribed to for a sink, over all of its subscriptions; its key is the sink's destination.

    A field is an event type, its value the schema version, or None where the type is not subscribed to.
    """

    kind = "event-subscription"

    @property
    def title(self) -> str:
        """The subscription by its destination."""
        return f"Event Streams subscription to {self.key}"

    def read(self) -> State | None:
        """Return the schema version of each type; None where the sink has no subscription."""
        subscriptions = self._subscriptions()
        if not subscriptions:
            return None
        return {kind: int(one.schema_version or 0) for kind, one in self._subscribed(subscriptions).items()}

    def differing(self, present: State | None, wanted: State) -> dict[str, Any]:
        """Return the types that are missing or of an older schema version; a newer one stays."""
        now = present or {}
        return {name: version for name, version in wanted.items() if (now.get(name) or 0) < version}

    def show(self, field: str, value: Any) -> str:  # noqa: ARG002
        """Return a version."""
        return "not subscribed to" if value is None else f"schema {value}"

    def restores_fields(self, *, created: bool) -> bool:  # noqa: ARG002
        """Allow it: another's types may have come into a subscription that the command created."""
        return True

    def apply(self, present: State | None, fields: State) -> None:
        """Subscribe to types, in the sink's first subscription or a new one; a value of None unsubscribes."""
        events = self.stack.twilio.events.v1
        if present is None:
            events.subscriptions.create(
                description=SUBSCRIPTION,
                sink_sid=self._sink_sid(),
                types=[{"type": name, "schema_version": version} for name, version in fields.items()],
            )
            return
        subscriptions = self._subscriptions()
        subscribed = self._subscribed(subscriptions)
        for name, version in fields.items():
            if version is None:
                if name in subscribed:
                    subscribed[name].delete()
            elif name in subscribed:
                subscribed[name].update(schema_version=version)
            else:
                first = events.subscriptions(subscriptions[0].sid)
                first.subscribed_events.create(type=name, schema_version=version)

    def remove(self, fields: State) -> None:
        """Delete the subscription; one that others have added types to keeps those."""
        subscriptions = self._subscriptions()
        if set(self._subscribed(subscriptions)) - set(fields):
            self.apply({}, fields)
            return
        for one in subscriptions:
            one.delete()

    def _sink_sid(self) -> str:
        sink = find_sink(self.stack.twilio, self.key)
        if sink is None:
            raise ConfigureError(f"there is no sink to {self.key}")
        return str(sink.sid)

    def _subscriptions(self) -> list[Any]:
        client = self.stack.twilio
        sink = find_sink(client, self.key)
        return list(client.events.v1.subscriptions.list(sink_sid=sink.sid)) if sink is not None else []

    def _subscribed(self, subscriptions: list[Any]) -> dict[str, Any]:
        events = self.stack.twilio.events.v1
        return {
            str(one.type): one
            for subscription in subscriptions
            for one in events.subscriptions(subscription.sid).subscribed_events.list()
        }
