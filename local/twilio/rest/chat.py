"""Legacy Programmable Chat, as far as accounts that still run on it need: channels and their attributes.

https://www.twilio.com/docs/chat/rest/channel-resource
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.twilio.errors import not_found
from local.twilio.rest.conversations import attributes
from local.twilio.rest.product import ApiReply, ApiRequest, Product
from local.twilio.sids import iso8601, new_sid

if TYPE_CHECKING:
    from local.twilio.stand_in import TwilioStandIn

chat = Product("chat.twilio.com")


@chat.route("POST", "/v2/Services/<service>/Channels")
def create(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Create a channel."""
    now = iso8601(stand_in.account.clock.now())
    channel = {
        "sid": new_sid("CH"),
        "account_sid": stand_in.account.sid,
        "service_sid": request.at["service"],
        "unique_name": request.text("UniqueName") or None,
        "friendly_name": request.text("FriendlyName") or None,
        "attributes": attributes(request),
        "type": request.text("Type") or "public",
        "date_created": now,
        "date_updated": now,
    }
    stand_in.chat_channels[str(channel["sid"])] = channel
    return ApiReply(channel, 201)


@chat.route("GET", "/v2/Services/<service>/Channels/<sid>")
def fetch(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Return one channel."""
    return ApiReply(_find(stand_in, request))


@chat.route("POST", "/v2/Services/<service>/Channels/<sid>")
def update(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Change a channel's attributes."""
    channel = _find(stand_in, request)
    channel["attributes"] = attributes(request)
    channel["date_updated"] = iso8601(stand_in.account.clock.now())
    return ApiReply(channel)


@chat.route("DELETE", "/v2/Services/<service>/Channels/<sid>")
def delete(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Delete a channel."""
    del stand_in.chat_channels[_find(stand_in, request)["sid"]]
    return ApiReply(None, 204)


def _find(stand_in: TwilioStandIn, request: ApiRequest) -> dict[str, Any]:
    channel = stand_in.chat_channels.get(request.at["sid"])
    if channel is None or channel["service_sid"] != request.at["service"]:
        raise not_found(request.path)
    return channel
