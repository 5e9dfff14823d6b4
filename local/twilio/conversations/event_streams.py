"""Event Streams: sinks, subscriptions, and signed JSON batches, which are retried until a sink accepts them.

https://www.twilio.com/docs/events and https://www.twilio.com/docs/events/webhook-quickstart
"""

from __future__ import annotations

import threading
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from local.twilio.sids import new_sid
from local.twilio.webhook import WebhookFailed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.twilio.account import Account

_BATCH = 100
_RETRY_SECONDS = (0.2, 0.5, 1, 2, 5, 10, 20)
"""Twilio retries for 4 hours; the stand-in, whose application is on the same machine, gives up sooner."""


@dataclass
class Sink:
    """A destination of events."""

    sid: str
    description: str
    configuration: dict[str, Any]
    created: float
    status: str = "active"


@dataclass
class Subscription:
    """Which event types go to a sink; by type its schema version."""

    sid: str
    description: str
    sink_sid: str
    created: float
    types: dict[str, int] = field(default_factory=dict)


class EventStreams:
    """The account's sinks and subscriptions.

    Parameters
    ----------
    account
        Its webhooks carry the events.
    """

    def __init__(self, account: Account) -> None:
        self._account = account
        self._lock = threading.Lock()
        self._waiting: dict[str, list[dict[str, Any]]] = {}
        self.sinks: dict[str, Sink] = {}
        self.subscriptions: dict[str, Subscription] = {}

    def add_sink(self, description: str, configuration: dict[str, Any]) -> Sink:
        """Add a sink."""
        sink = Sink(new_sid("DG"), description, configuration, self._account.clock.now())
        self.sinks[sink.sid] = sink
        return sink

    def subscribe(self, description: str, sink_sid: str, types: Mapping[str, int]) -> Subscription:
        """Send events of these types to a sink."""
        now = self._account.clock.now()
        subscription = Subscription(new_sid("DF"), description, sink_sid, now, dict(types))
        self.subscriptions[subscription.sid] = subscription
        return subscription

    def emit(self, event_type: str, data: Mapping[str, Any]) -> None:
        """Send an event to every sink that is subscribed to its type."""
        event = self._event(event_type, data)
        wanting = {one.sink_sid for one in self.subscriptions.values() if event_type in one.types}
        for sid in wanting & set(self.sinks):
            with self._lock:
                self._waiting.setdefault(sid, []).append(event)
            self._account.tasks.run(sid, partial(self._send, sid))

    def dump(self) -> dict[str, Any]:
        """Return sinks and subscriptions in a form that JSON can keep."""
        return {
            "sinks": [asdict(one) for one in self.sinks.values()],
            "subscriptions": [asdict(one) for one in self.subscriptions.values()],
        }

    def load(self, state: Mapping[str, Any]) -> None:
        """Replace sinks and subscriptions by dumped ones."""
        self.sinks = {item["sid"]: Sink(**item) for item in state["sinks"]}
        self.subscriptions = {item["sid"]: Subscription(**item) for item in state["subscriptions"]}

    def _event(self, event_type: str, data: Mapping[str, Any]) -> dict[str, Any]:
        moment = datetime.fromtimestamp(self._account.clock.now(), tz=UTC)
        return {
            "specversion": "1.0",
            "type": event_type,
            "source": f"/{self._account.sid}",
            "id": new_sid("EZ"),
            "dataschema": f"https://events-schemas.twilio.com/{event_type}/1",
            "datacontenttype": "application/json",
            "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "data": dict(data),
        }

    def _send(self, sid: str) -> None:
        """Send the waiting events of a sink in batches, and those that arrive meanwhile."""
        with self._lock:
            events = self._waiting.pop(sid, [])
        sink = self.sinks.get(sid)
        if sink is None:
            return
        size = _BATCH if sink.configuration.get("batch_events", True) else 1
        for start in range(0, len(events), size):
            batch = events[start : start + size]
            self._deliver(sink, batch if size > 1 else batch[0])

    def _deliver(self, sink: Sink, document: Any) -> None:
        destination = str(sink.configuration.get("destination", ""))
        for pause in (*_RETRY_SECONDS, None):
            try:
                self._account.webhooks.send_json(destination, document)
            except WebhookFailed as failure:
                if pause is None:
                    self._account.alert(93101, failure.message, sid=sink.sid, url=destination)
                    return
                time.sleep(pause)
            else:
                return
