"""Sinks and subscriptions of Event Streams: https://www.twilio.com/docs/events/event-streams."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local.twilio.errors import invalid_parameter, not_found
from local.twilio.rest.api import is_url
from local.twilio.rest.interactions import json_field
from local.twilio.rest.product import ApiReply, ApiRequest, Product, last, meta_page
from local.twilio.sids import iso8601

if TYPE_CHECKING:
    from local.twilio.conversations.event_streams import Sink, Subscription
    from local.twilio.stand_in import TwilioStandIn

events = Product("events.twilio.com")


@events.route("POST", "/v1/Sinks")
def create_sink(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Add a sink; the stand-in knows webhooks only."""
    configuration = json_field(request, "SinkConfiguration")
    if request.text("SinkType") != "webhook" or not request.text("Description"):
        raise invalid_parameter("Description and SinkType=webhook are required")
    if not is_url(str(configuration.get("destination", ""))):
        raise invalid_parameter("SinkConfiguration.destination is not a URL")
    return ApiReply(_sink(stand_in.event_streams.add_sink(request.text("Description"), configuration)), 201)


@events.route("GET", "/v1/Sinks")
def sinks(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List sinks."""
    return meta_page(request, "sinks", [_sink(one) for one in stand_in.event_streams.sinks.values()])


@events.route("GET", "/v1/Sinks/<sid>")
def fetch_sink(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Return one sink."""
    if request.at["sid"] not in stand_in.event_streams.sinks:
        raise not_found(request.path)
    return ApiReply(_sink(stand_in.event_streams.sinks[request.at["sid"]]))


@events.route("DELETE", "/v1/Sinks/<sid>")
def delete_sink(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Delete a sink."""
    if stand_in.event_streams.sinks.pop(request.at["sid"], None) is None:
        raise not_found(request.path)
    return ApiReply(None, 204)


@events.route("POST", "/v1/Subscriptions")
def subscribe(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Subscribe a sink to event types, each a JSON object ``{"type", "schema_version"}``."""
    sink_sid = request.text("SinkSid")
    types = dict(_type(text) for text in request.texts("Types"))
    if sink_sid not in stand_in.event_streams.sinks or not types or not request.text("Description"):
        raise invalid_parameter("Description, SinkSid and Types are required")
    made = stand_in.event_streams.subscribe(request.text("Description"), sink_sid, types)
    return ApiReply(_subscription(stand_in, made), 201)


@events.route("GET", "/v1/Subscriptions")
def subscriptions(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List subscriptions; SinkSid filters."""
    sink_sid = last(request.query, "SinkSid")
    known = stand_in.event_streams.subscriptions.values()
    found = [_subscription(stand_in, one) for one in known if sink_sid in {"", one.sink_sid}]
    return meta_page(request, "subscriptions", found)


@events.route("DELETE", "/v1/Subscriptions/<sid>")
def unsubscribe(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Delete a subscription."""
    if stand_in.event_streams.subscriptions.pop(request.at["sid"], None) is None:
        raise not_found(request.path)
    return ApiReply(None, 204)


@events.route("GET", "/v1/Subscriptions/<sid>/SubscribedEvents")
def subscribed_events(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List the event types of a subscription."""
    found = _find(stand_in, request)
    types = [{"type": name, "schema_version": version} for name, version in found.types.items()]
    return meta_page(request, "types", [_subscribed(stand_in, found, one) for one in types])


@events.route("POST", "/v1/Subscriptions/<sid>/SubscribedEvents")
def add_subscribed_event(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Add an event type to a subscription."""
    found = _find(stand_in, request)
    name = request.text("Type")
    if not name:
        raise invalid_parameter("Type is required")
    found.types[name] = request.integer("SchemaVersion", 1, 99) or 1
    return ApiReply(_subscribed(stand_in, found, {"type": name, "schema_version": found.types[name]}), 201)


@events.route("POST", "/v1/Subscriptions/<sid>/SubscribedEvents/<type>")
def update_subscribed_event(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Change the schema version of a subscription's event type."""
    found = _find(stand_in, request)
    name = request.at["type"]
    if name not in found.types:
        raise not_found(request.path)
    found.types[name] = request.integer("SchemaVersion", 1, 99) or found.types[name]
    return ApiReply(_subscribed(stand_in, found, {"type": name, "schema_version": found.types[name]}))


@events.route("DELETE", "/v1/Subscriptions/<sid>/SubscribedEvents/<type>")
def delete_subscribed_event(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Take an event type out of a subscription."""
    if _find(stand_in, request).types.pop(request.at["type"], None) is None:
        raise not_found(request.path)
    return ApiReply(None, 204)


def _type(text: str) -> tuple[str, int]:
    try:
        value = json.loads(text)
        return str(value["type"]), int(value.get("schema_version", 1))
    except (ValueError, TypeError, KeyError):
        raise invalid_parameter("Types holds no JSON object with a type") from None


def _find(stand_in: TwilioStandIn, request: ApiRequest) -> Subscription:
    found = stand_in.event_streams.subscriptions.get(request.at["sid"])
    if found is None:
        raise not_found(request.path)
    return found


def _sink(one: Sink) -> dict[str, Any]:
    url = f"https://events.twilio.com/v1/Sinks/{one.sid}"
    return {
        "sid": one.sid,
        "description": one.description,
        "sink_configuration": one.configuration,
        "sink_type": "webhook",
        "status": one.status,
        "date_created": iso8601(one.created),
        "date_updated": iso8601(one.created),
        "url": url,
        "links": {"sink_test": f"{url}/Test", "sink_validate": f"{url}/Validate"},
    }


def _subscription(stand_in: TwilioStandIn, one: Subscription) -> dict[str, Any]:
    url = f"https://events.twilio.com/v1/Subscriptions/{one.sid}"
    return {
        "sid": one.sid,
        "account_sid": stand_in.account.sid,
        "description": one.description,
        "sink_sid": one.sink_sid,
        "date_created": iso8601(one.created),
        "date_updated": iso8601(one.created),
        "url": url,
        "links": {"subscribed_events": f"{url}/SubscribedEvents"},
    }


def _subscribed(stand_in: TwilioStandIn, subscription: Subscription, one: dict[str, Any]) -> dict[str, Any]:
    url = f"https://events.twilio.com/v1/Subscriptions/{subscription.sid}/SubscribedEvents/{one['type']}"
    return {"account_sid": stand_in.account.sid, "subscription_sid": subscription.sid, **one, "url": url}
