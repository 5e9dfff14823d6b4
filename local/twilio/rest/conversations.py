"""Conversations and address configurations: https://www.twilio.com/docs/conversations-classic/api."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local.twilio.conversations.conversation import CLOSED, INACTIVE, STATES, Conversation, seconds
from local.twilio.conversations.conversations import AddressConfiguration
from local.twilio.errors import TwilioError, invalid_parameter, not_found
from local.twilio.rest.product import ApiReply, ApiRequest, Product, last, meta_page
from local.twilio.sids import iso8601, new_sid

if TYPE_CHECKING:
    from local.twilio.stand_in import TwilioStandIn

conversations = Product("conversations.twilio.com")
_BASE = "https://conversations.twilio.com/v1"


@conversations.route("POST", "/v1/Conversations")
def create(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Create a conversation."""
    made = stand_in.conversations.create(**_fields(stand_in, request))
    if (state := request.choice("State", STATES)) and state != made.state:
        stand_in.conversations.update(made, state=state)
    return ApiReply(render(stand_in, made), 201)


@conversations.route("GET", "/v1/Conversations")
def index(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List conversations; State filters."""
    state = last(request.query, "State")
    found = list(stand_in.conversations.conversations.values())
    return meta_page(
        request, "conversations", [render(stand_in, one) for one in found if state in {"", one.state}]
    )


@conversations.route("GET", "/v1/Conversations/<sid>")
def fetch(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Return one conversation."""
    return ApiReply(render(stand_in, find(stand_in, request)))


@conversations.route("POST", "/v1/Conversations/<sid>")
def update(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Change a conversation, its state included."""
    found = find(stand_in, request)
    fields = _fields(stand_in, request)
    stand_in.conversations.update(found, state=request.choice("State", STATES), **fields)
    return ApiReply(render(stand_in, found))


@conversations.route("DELETE", "/v1/Conversations/<sid>")
def delete(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Delete a conversation."""
    stand_in.conversations.delete(find(stand_in, request).sid)
    return ApiReply(None, 204)


@conversations.route("GET", "/v1/ParticipantConversations")
def participant_conversations(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List the conversations of an address or an identity."""
    address, identity = last(request.query, "Address"), last(request.query, "Identity")
    found = [
        {
            "account_sid": stand_in.account.sid,
            "participant_sid": participant.sid,
            "participant_identity": participant.identity or None,
            "participant_messaging_binding": {
                "address": participant.address,
                "proxy_address": participant.proxy_address,
            },
            "conversation_sid": one.sid,
            "conversation_attributes": one.attributes,
            "conversation_state": one.state,
        }
        for one in stand_in.conversations.conversations.values()
        for participant in one.participants
        if (address and participant.address == address) or (identity and participant.identity == identity)
    ]
    return meta_page(request, "conversations", found)


@conversations.route("POST", "/v1/Configuration/Addresses")
def configure_address(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Configure an address for messages that belong to no conversation."""
    if not request.text("Address") or request.text("Type") not in {"sms", "whatsapp"}:
        raise invalid_parameter("Type and Address are required")
    made = AddressConfiguration(
        new_sid("IG"),
        request.text("Type"),
        request.text("Address"),
        request.text("FriendlyName"),
        {
            "enabled": request.flag("AutoCreation.Enabled"),
            "type": request.text("AutoCreation.Type") or "default",
            "studio_flow_sid": request.text("AutoCreation.StudioFlowSid"),
        },
        stand_in.account.clock.now(),
    )
    stand_in.conversations.addresses[made.sid] = made
    return ApiReply(_address(stand_in, made), 201)


@conversations.route("GET", "/v1/Configuration/Addresses")
def addresses(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List address configurations."""
    known = stand_in.conversations.addresses.values()
    return meta_page(request, "address_configurations", [_address(stand_in, one) for one in known])


def find(stand_in: TwilioStandIn, request: ApiRequest) -> Conversation:
    """Return the conversation that a path names; 20404 where there is none."""
    found = stand_in.conversations.find(request.at["sid"])
    if found is None:
        raise not_found(request.path)
    return found


def render(stand_in: TwilioStandIn, one: Conversation) -> dict[str, Any]:
    """Return a conversation as the API shows it."""
    url = f"{_BASE}/Conversations/{one.sid}"
    timers = {
        f"date_{state}": iso8601(one.active_at + seconds(state, duration))
        for state, duration in one.timers.items()
        if one.state not in {state, CLOSED}
    }
    return {
        "sid": one.sid,
        "account_sid": stand_in.account.sid,
        "chat_service_sid": "IS" + "0" * 32,
        "messaging_service_sid": one.messaging_service_sid or None,
        "friendly_name": one.friendly_name or None,
        "unique_name": one.unique_name or None,
        "attributes": one.attributes,
        "state": one.state,
        "timers": timers,
        "date_created": iso8601(one.created),
        "date_updated": iso8601(one.updated),
        "bindings": {},
        "url": url,
        "links": {name: f"{url}/{name.title()}" for name in ("participants", "messages", "webhooks")},
    }


def attributes(request: ApiRequest) -> str:
    """Return Attributes; 20001 unless they are JSON."""
    text = request.text("Attributes") or "{}"
    try:
        json.loads(text)
    except ValueError:
        raise invalid_parameter("Attributes are not valid JSON") from None
    return text


def _fields(stand_in: TwilioStandIn, request: ApiRequest) -> dict[str, Any]:
    names = {
        "FriendlyName": "friendly_name",
        "UniqueName": "unique_name",
        "MessagingServiceSid": "messaging_service_sid",
    }
    fields: dict[str, Any] = {
        field: request.text(name) for name, field in names.items() if name in request.form
    }
    known = stand_in.conversations.find(fields.get("unique_name", ""))
    if known is not None and known.sid != request.at.get("sid"):
        raise TwilioError(409, 50353, "Conversation with provided unique name already exists")
    if "Attributes" in request.form:
        fields["attributes"] = attributes(request)
    timers = {
        state: request.text(f"Timers.{state.title()}")
        for state in (INACTIVE, CLOSED)
        if request.text(f"Timers.{state.title()}")
    }
    for state, duration in timers.items():
        seconds(state, duration)
    return fields | ({"timers": timers} if timers else {})


def _address(stand_in: TwilioStandIn, one: AddressConfiguration) -> dict[str, Any]:
    return {
        "sid": one.sid,
        "account_sid": stand_in.account.sid,
        "type": one.kind,
        "address": one.address,
        "friendly_name": one.friendly_name,
        "auto_creation": one.auto_creation,
        "date_created": iso8601(one.created),
    }
