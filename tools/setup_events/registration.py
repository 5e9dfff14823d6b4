"""A sink for POST /eventstream and a subscription to the events that features need; existing ones are used.

https://www.twilio.com/docs/events/event-streams/sink-resource and
https://www.twilio.com/docs/events/event-streams/subscription
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from twilio.rest import Client

TYPES: Final[Mapping[str, int]] = {
    "com.twilio.taskrouter.task.created": 4,
    "com.twilio.taskrouter.task.wrapup": 4,
    "com.twilio.taskrouter.task.completed": 4,
    "com.twilio.taskrouter.task.canceled": 4,
    "com.twilio.taskrouter.task.deleted": 4,
    "com.twilio.taskrouter.task.system-deleted": 4,
    "com.twilio.conversations.message.added": 2,
    "com.twilio.studio.flow.execution.started": 2,
    "com.twilio.studio.flow.step.ended": 2,
    "com.twilio.studio.flow.execution.ended": 2,
}
"""Event types that rules of the template match, and the schema version that their fields are read from."""

SINK: Final = "Switchboard"
SUBSCRIPTION: Final = "Events for Switchboard"
"""How the sink and the subscription are described at Twilio."""

_FAILED: Final = "failed"


def sink_configuration(destination: str) -> dict[str, Any]:
    """Return the configuration of a sink that sends to a URL as POST /eventstream takes it."""
    return {"destination": destination, "method": "POST", "batch_events": True}


class Registration:
    """The registration of one URL.

    Parameters
    ----------
    client
        The account's.
    destination
        Public URL of POST /eventstream.
    dry_run
        Only say what would be done.
    """

    def __init__(self, client: "Client", destination: str, *, dry_run: bool) -> None:
        self._events = client.events.v1
        self._destination = destination
        self._dry_run = dry_run

    def register(self, types: Mapping[str, int] = TYPES) -> Iterator[str]:
        """Create the missing parts, and yield a line about each part.

        Raises
        ------
        switchboard.twilio.outcome.Refused, switchboard.errors.TwilioUnreachable
            Twilio refuses, or does not answer.
        """
        sink_sid = self._find_sink()
        if sink_sid is not None:
            yield f"sink {sink_sid}: there already, to {self._destination}"
        elif self._dry_run:
            yield f"sink: would be made, to {self._destination}"
        else:
            sink_sid = self._make_sink()
            yield f"sink {sink_sid}: made, to {self._destination}"
        yield from self._subscribe(sink_sid, types)

    def _find_sink(self) -> str | None:
        for sink in self._events.sinks.list():
            configuration: Any = sink.sink_configuration or {}
            is_ours = configuration.get("destination") == self._destination
            # Twilio's default is POST. A sink with another method sends nothing that the route takes.
            is_post = str(configuration.get("method") or "POST").upper() == "POST"
            if is_ours and is_post and str(sink.sink_type) == "webhook" and str(sink.status) != _FAILED:
                return str(sink.sid)
        return None

    def _make_sink(self) -> str:
        configuration = sink_configuration(self._destination)
        kind: Any = "webhook"
        made = self._events.sinks.create(description=SINK, sink_configuration=configuration, sink_type=kind)
        return str(made.sid)

    def _subscribe(self, sink_sid: str | None, types: Mapping[str, int]) -> Iterator[str]:
        subscriptions = self._events.subscriptions.list(sink_sid=sink_sid) if sink_sid else []
        subscribed = {
            str(one.type): one
            for subscription in subscriptions
            for one in self._events.subscriptions(str(subscription.sid)).subscribed_events.list()
        }
        known = {kind: int(one.schema_version or 0) for kind, one in subscribed.items()}
        missing = {name: version for name, version in types.items() if name not in known}
        older = {name: version for name, version in types.items() if known.get(name, version) < version}
        name = f"subscription {subscriptions[0].sid}" if subscriptions else "subscription"
        if missing and not self._dry_run:
            if subscriptions:
                self._add(str(subscriptions[0].sid), missing)
            else:
                name = f"subscription {self._make_subscription(str(sink_sid), missing)}"
        if not self._dry_run:
            for kind, version in older.items():
                subscribed[kind].update(schema_version=version)
        yield from _lines(name, types, known, dry_run=self._dry_run)

    def _make_subscription(self, sink_sid: str, types: Mapping[str, int]) -> str:
        wanted: list[object] = [{"type": name, "schema_version": version} for name, version in types.items()]
        made = self._events.subscriptions.create(description=SUBSCRIPTION, sink_sid=sink_sid, types=wanted)
        return str(made.sid)

    def _add(self, subscription_sid: str, types: Mapping[str, int]) -> None:
        subscribed = self._events.subscriptions(subscription_sid).subscribed_events
        for name, version in types.items():
            subscribed.create(type=name, schema_version=version)


def _lines(name: str, types: Mapping[str, int], known: Mapping[str, int], *, dry_run: bool) -> Iterable[str]:
    done = "would be " if dry_run else ""
    for kind, version in types.items():
        if kind not in known:
            yield f"{name}: {kind} (schema {version}) {done}added"
        elif known[kind] < version:
            yield f"{name}: {kind} (schema {known[kind]}) {done}raised to schema {version}"
        else:
            yield f"{name}: {kind} (schema {known[kind]}) there already"
