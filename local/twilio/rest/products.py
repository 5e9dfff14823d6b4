"""Twilio's products, one host each. A new one is a module here and a line in `PRODUCTS`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.twilio.rest import (
    calls,
    conversation_parts,
    messages,
    queues,
    recordings,
    studio_flows,
    taskrouter_workspace,
)
from local.twilio.rest.account import account, flex_configuration, incoming_numbers, sip_domains
from local.twilio.rest.account.auth_tokens import accounts
from local.twilio.rest.account.permissions import account_permissions, voice
from local.twilio.rest.api import api
from local.twilio.rest.chat import chat
from local.twilio.rest.conversations import conversations
from local.twilio.rest.event_streams import events
from local.twilio.rest.flex_plugins import plugins
from local.twilio.rest.flex_plugins.serverless import serverless, upload
from local.twilio.rest.iam import iam
from local.twilio.rest.interactions import flex
from local.twilio.rest.lookups.phone_numbers import lookups
from local.twilio.rest.messaging import messaging
from local.twilio.rest.studio import studio
from local.twilio.rest.taskrouter import taskrouter

if TYPE_CHECKING:
    from local.twilio.rest.product import Product

PRODUCTS: dict[str, Product] = {
    product.host: product
    for product in (
        account_permissions,
        accounts,
        api,
        chat,
        conversations,
        events,
        flex,
        iam,
        lookups,
        messaging,
        serverless,
        studio,
        taskrouter,
        upload,
        voice,
    )
}
"""Host → product. A product may be spread over several modules, one for each kind of resource."""

__all__ = [
    "PRODUCTS",
    "account",
    "calls",
    "conversation_parts",
    "flex_configuration",
    "incoming_numbers",
    "messages",
    "plugins",
    "queues",
    "recordings",
    "sip_domains",
    "studio_flows",
    "taskrouter_workspace",
]
