"""Participants, messages and webhooks of a conversation: https://www.twilio.com/docs/conversations-classic/api."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from local.twilio.conversations.conversation import ConversationMessage, ConversationWebhook, Participant
from local.twilio.errors import TwilioError, invalid_parameter, not_found
from local.twilio.messaging.segments import LONGEST_BODY, utf16_units
from local.twilio.rest.conversations import attributes, conversations, find
from local.twilio.rest.product import ApiReply, ApiRequest, last, meta_page
from local.twilio.sids import is_sid, iso8601, new_sid

if TYPE_CHECKING:
    from local.twilio.conversations.conversation import Conversation
    from local.twilio.stand_in import TwilioStandIn

_TARGETS = ("webhook", "trigger", "studio")
_ONE = "/v1/Conversations/<sid>"


@conversations.route("POST", f"{_ONE}/Participants")
def add_participant(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Add a phone (MessagingBinding.Address and .ProxyAddress) or a chat user (Identity)."""
    conversation = find(stand_in, request)
    made = Participant(
        new_sid("MB"),
        stand_in.account.clock.now(),
        request.text("Identity"),
        request.text("MessagingBinding.Address"),
        request.text("MessagingBinding.ProxyAddress"),
        attributes(request),
    )
    if not made.identity and not made.address:
        raise TwilioError(400, 50204, "Identity or MessagingBinding is required")
    stand_in.conversations.add_participant(conversation, made)
    return ApiReply(_participant(stand_in, conversation, made), 201)


@conversations.route("GET", f"{_ONE}/Participants")
def participants(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List participants."""
    conversation = find(stand_in, request)
    shown = [_participant(stand_in, conversation, one) for one in conversation.participants]
    return meta_page(request, "participants", shown)


@conversations.route("DELETE", f"{_ONE}/Participants/<part>")
def remove_participant(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Remove a participant."""
    conversation = find(stand_in, request)
    left = [one for one in conversation.participants if one.sid != request.at["part"]]
    if len(left) == len(conversation.participants):
        raise not_found(request.path)
    stand_in.conversations.update(conversation, participants=left)
    return ApiReply(None, 204)


@conversations.route("POST", f"{_ONE}/Messages")
def add_message(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Add a message, which goes to every phone in the conversation but its author's."""
    conversation = find(stand_in, request)
    body, content_sid = request.text("Body"), request.text("ContentSid")
    if not body and not content_sid:
        raise invalid_parameter("Body, MediaSid or ContentSid is required")
    if utf16_units(body) > LONGEST_BODY:
        raise TwilioError(400, 50503, "Message body is too long")
    if content_sid and not re.fullmatch("HX[0-9a-fA-F]{32}", content_sid):
        raise TwilioError(400, 21656, "The ContentSid parameter is invalid")
    message = stand_in.conversations.add_message(
        conversation,
        request.text("Author") or "system",
        "" if content_sid else body,
        attributes=attributes(request),
        content_sid=content_sid,
        content_variables=request.text("ContentVariables"),
    )
    return ApiReply(_message(stand_in, conversation, message), 201)


@conversations.route("GET", f"{_ONE}/Messages")
def messages(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List messages, oldest first, or newest first with Order=desc."""
    conversation = find(stand_in, request)
    found = list(conversation.messages)
    if last(request.query, "Order") == "desc":
        found.reverse()
    return meta_page(request, "messages", [_message(stand_in, conversation, one) for one in found])


@conversations.route("POST", f"{_ONE}/Webhooks")
def add_webhook(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Add a webhook: a URL, or a Studio flow."""
    conversation = find(stand_in, request)
    conversation.check_open()
    target = request.choice("Target", _TARGETS)
    flow, url = request.text("Configuration.FlowSid"), request.text("Configuration.Url")
    if not target or (target == "studio" and not is_sid(flow, "FW")) or (target != "studio" and not url):
        raise invalid_parameter("Target and Configuration.FlowSid or Configuration.Url are required")
    configuration = {
        "url": url or None,
        "method": request.text("Configuration.Method") or None,
        "filters": request.texts("Configuration.Filters"),
        "flow_sid": flow or None,
        "replay_after": request.integer("Configuration.ReplayAfter", 0, 10**9),
    }
    made = ConversationWebhook(new_sid("WH"), target, configuration, stand_in.account.clock.now())
    conversation.webhooks.append(made)
    return ApiReply(_webhook(stand_in, conversation, made), 201)


@conversations.route("GET", f"{_ONE}/Webhooks")
def webhooks(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List webhooks."""
    conversation = find(stand_in, request)
    return meta_page(
        request, "webhooks", [_webhook(stand_in, conversation, one) for one in conversation.webhooks]
    )


@conversations.route("DELETE", f"{_ONE}/Webhooks/<part>")
def remove_webhook(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Remove a webhook."""
    conversation = find(stand_in, request)
    left = [one for one in conversation.webhooks if one.sid != request.at["part"]]
    if len(left) == len(conversation.webhooks):
        raise not_found(request.path)
    conversation.webhooks = left
    return ApiReply(None, 204)


def _common(stand_in: TwilioStandIn, conversation: Conversation, sid: str, created: float) -> dict[str, Any]:
    return {
        "sid": sid,
        "account_sid": stand_in.account.sid,
        "conversation_sid": conversation.sid,
        "date_created": iso8601(created),
        "date_updated": iso8601(created),
    }


def _participant(stand_in: TwilioStandIn, conversation: Conversation, one: Participant) -> dict[str, Any]:
    kind = "whatsapp" if one.address.startswith("whatsapp:") else "sms"
    binding = {"type": kind, "address": one.address, "proxy_address": one.proxy_address}
    return _common(stand_in, conversation, one.sid, one.created) | {
        "identity": one.identity or None,
        "messaging_binding": binding if one.address else None,
        "attributes": one.attributes,
    }


def _message(stand_in: TwilioStandIn, conversation: Conversation, one: ConversationMessage) -> dict[str, Any]:
    return _common(stand_in, conversation, one.sid, one.created) | {
        "index": one.index,
        "author": one.author,
        "participant_sid": one.participant_sid or None,
        "body": one.body or None,
        "attributes": one.attributes,
        "content_sid": one.content_sid or None,
        "media": None,
        "delivery": {"total": 1, "failed": "all"} if one.error_code else None,
    }


def _webhook(stand_in: TwilioStandIn, conversation: Conversation, one: ConversationWebhook) -> dict[str, Any]:
    return _common(stand_in, conversation, one.sid, one.created) | {
        "target": one.target,
        "configuration": one.configuration,
    }
