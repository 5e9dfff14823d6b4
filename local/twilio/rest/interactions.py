"""Interactions: https://www.twilio.com/docs/flex/developer/conversations/interactions-api."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local.twilio.errors import invalid_parameter, not_found
from local.twilio.rest.product import ApiReply, ApiRequest, Product, meta_page

if TYPE_CHECKING:
    from local.twilio.conversations.interactions import Interaction
    from local.twilio.stand_in import TwilioStandIn

flex = Product("flex-api.twilio.com")


@flex.route("POST", "/v1/Interactions")
def create(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Create an interaction; Channel and Routing are JSON objects."""
    channel, routing = json_field(request, "Channel"), json_field(request, "Routing")
    return ApiReply(_render(stand_in.interactions.create(channel, routing)), 201)


@flex.route("GET", "/v1/Interactions/<sid>")
def fetch(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Return one interaction."""
    return ApiReply(_render(_find(stand_in, request)))


@flex.route("GET", "/v1/Interactions/<sid>/Channels")
def channels(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List the channels of an interaction: there is one."""
    return meta_page(request, "channels", [_channel(_find(stand_in, request))])


@flex.route("POST", "/v1/Interactions/<sid>/Channels/<channel>")
def update_channel(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Deactivate or close the channel, and end its task."""
    interaction = _find(stand_in, request)
    if interaction.channel_sid != request.at["channel"]:
        raise not_found(request.path)
    status = request.choice("Status", ("closed", "inactive"))
    if not status:
        raise invalid_parameter("Status is required")
    routing = json_field(request, "Routing")
    if status == "inactive" and routing.get("status") != "closed":
        raise invalid_parameter("Routing.status must be closed where Status is inactive")
    stand_in.interactions.set_status(interaction, status)
    return ApiReply(_channel(interaction))


def json_field(request: ApiRequest, name: str) -> dict[str, Any]:
    """Return a form field that holds a JSON object, empty where it is missing.

    Raises
    ------
    TwilioError
        Something else (20001).
    """
    try:
        value = json.loads(request.text(name) or "{}")
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise invalid_parameter(f"{name} is not a JSON object")
    return value


def _find(stand_in: TwilioStandIn, request: ApiRequest) -> Interaction:
    found = stand_in.interactions.interactions.get(request.at["sid"])
    if found is None:
        raise not_found(request.path)
    return found


def _render(one: Interaction) -> dict[str, Any]:
    url = f"https://flex-api.twilio.com/v1/Interactions/{one.sid}"
    properties = {
        **one.properties,
        "sid": one.task_sid,
        "attributes": json.dumps(one.attributes),
        "assignment_status": "pending",
    }
    return {
        "sid": one.sid,
        "channel": {"sid": one.channel_sid, "type": one.channel_type},
        "routing": {"properties": properties},
        "interaction_context_sid": None,
        "webhook_ttid": None,
        "url": url,
        "links": {"channels": f"{url}/Channels"},
    }


def _channel(one: Interaction) -> dict[str, Any]:
    return {
        "sid": one.channel_sid,
        "interaction_sid": one.sid,
        "type": one.channel_type,
        "status": one.status,
        "error_code": None,
        "error_message": "",
        "url": f"https://flex-api.twilio.com/v1/Interactions/{one.sid}/Channels/{one.channel_sid}",
        "links": {},
    }
