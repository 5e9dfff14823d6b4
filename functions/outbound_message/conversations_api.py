"""Twilio's Conversations, Interactions and TaskRouter, as far as starting a message needs them.

https://www.twilio.com/docs/conversations-classic/api and
https://www.twilio.com/docs/flex/developer/conversations/interactions-api. Failures are
twilio.base.exceptions.TwilioRestException and switchboard.errors.TwilioUnreachable.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from outbound_message.domain.message import OutboundMessage
from outbound_message.settings import RoutingSettings
from switchboard import twilio
from switchboard.settings import from_environment
from switchboard.timestamps import parse_iso_ms
from switchboard.twilio.conversation_attributes import LONG_LIVED, merge_attributes

_STUDIO: Final[Any] = "studio"
_NAME_TAKEN: Final = 50353
_LATEST: Final = 50
_OPEN_STATUSES: Final = ("pending", "reserved", "assigned", "wrapping")
_LONGEST_NAME: Final = 256


@dataclass(frozen=True)
class Interaction:
    """What routes a conversation to an agent: the interaction, its channel and its task."""

    sid: str
    channel_sid: str | None
    task_sid: str | None


def create_conversation(message: OutboundMessage, marker: str) -> str:
    """Create a conversation that is marked long-lived, and return its SID.

    Its unique name is the request's own, so that one whose creation Twilio did not confirm is found again.
    """
    from twilio.base.exceptions import TwilioRestException

    name = f"switchboard-{marker}"
    conversations = twilio.client().conversations.v1.conversations
    try:
        made = conversations.create(
            friendly_name=message.to_name[:_LONGEST_NAME],
            unique_name=name,
            attributes=merge_attributes("{}", LONG_LIVED),
        )
    except TwilioRestException as error:
        if error.code != _NAME_TAKEN:
            raise
        made = conversations(name).fetch()
    return str(made.sid)


def add_customer(conversation_sid: str, message: OutboundMessage) -> None:
    """Add the customer's phone behind the account's number."""
    participants = twilio.client().conversations.v1.conversations(conversation_sid).participants
    participants.create(
        messaging_binding_address=message.to_number, messaging_binding_proxy_address=message.from_number
    )


def mark_long_lived(conversation_sid: str) -> None:
    """Merge the mark of a long-lived conversation into the attributes of one that exists."""
    context = twilio.client().conversations.v1.conversations(conversation_sid)
    merged = merge_attributes(context.fetch().attributes, LONG_LIVED)
    if merged is not None:
        context.update(attributes=merged)


def is_open(conversation_sid: str) -> bool:
    """Whether a conversation exists and is not closed."""
    from twilio.base.exceptions import TwilioRestException

    try:
        found = twilio.client().conversations.v1.conversations(conversation_sid).fetch()
    except TwilioRestException as error:
        if error.status != 404:
            raise
        return False
    return str(found.state) != "closed"


def delete_conversation(conversation_sid: str) -> None:
    """Delete a conversation; one that is gone already is fine."""
    from twilio.base.exceptions import TwilioRestException

    try:
        twilio.client().conversations.v1.conversations(conversation_sid).delete()
    except TwilioRestException as error:
        if error.status != 404:
            raise


def add_flow(conversation_sid: str, flow_sid: str, *, is_new: bool) -> None:
    """Send replies to a Studio flow, unless they go there already."""
    webhooks = twilio.client().conversations.v1.conversations(conversation_sid).webhooks
    if not is_new and any(_is_flow(one.target, one.configuration, flow_sid) for one in webhooks.list()):
        return
    webhooks.create(target=_STUDIO, configuration_flow_sid=flow_sid)


def send(conversation_sid: str, message: OutboundMessage, marker: str) -> str:
    """Add the message to the conversation, which sends it to the customer, and return its SID."""
    messages = twilio.client().conversations.v1.conversations(conversation_sid).messages
    return str(messages.create(**message.content(marker)).sid)


def find_message(conversation_sid: str, marker: str) -> str | None:
    """Return the SID of the message that has this marker, of the latest ones."""
    for one in _latest_messages(conversation_sid):
        if _attributes(one.attributes).get("idempotencyKey") == marker:
            return str(one.sid)
    return None


def last_message_from(conversation_sid: str, message: OutboundMessage) -> int | None:
    """Return when the customer last wrote to this number, in ms since the epoch; None if it is not known.

    The messages of the conversation tell, or, where it is new, the account's message log.
    """
    written = [
        one.date_created
        for one in _latest_messages(conversation_sid)
        if one.author == message.to_number and isinstance(one.date_created, datetime)
    ]
    logged = twilio.client().messages.list(
        from_=message.to_number, to=message.from_number, limit=1, page_size=1
    )
    written += [one.date_created for one in logged if isinstance(one.date_created, datetime)]
    return max(map(parse_iso_ms, written), default=None)


def create_interaction(conversation_sid: str, message: OutboundMessage) -> Interaction:
    """Create the interaction whose task brings an agent to the conversation.

    It names no worker: a declined invitation would cancel the task. The workflow reads targetWorkerSid
    (https://www.twilio.com/docs/taskrouter/workflow-configuration/known-agent-routing). An interaction that
    is initiated by an agent must name queue and worker, so this one is initiated by an API.
    """
    settings = from_environment(RoutingSettings)
    made = twilio.client().flex_api.v1.interaction.create(
        channel={
            "type": message.channel_type,
            "initiated_by": "api",
            "properties": {"media_channel_sid": conversation_sid},
        },
        routing={
            "properties": {
                "workspace_sid": settings.workspace_sid,
                "workflow_sid": settings.workflow_sid,
                "task_channel_unique_name": settings.outbound_task_channel,
                "attributes": message.task_attributes(),
            }
        },
    )
    channel, routing = _attributes(made.channel), _attributes(made.routing)
    return Interaction(str(made.sid), channel.get("sid"), _attributes(routing.get("properties")).get("sid"))


def find_interaction(conversation_sid: str, since: int) -> Interaction | None:
    """Return the interaction of an open task of a conversation, made since a time in ms since the epoch.

    Interactions cannot be listed, so the latest open tasks of the workflow are.
    """
    settings = from_environment(RoutingSettings)
    tasks = twilio.client().taskrouter.v1.workspaces(settings.workspace_sid).tasks
    for task in tasks.list(
        assignment_status=list(_OPEN_STATUSES),
        workflow_sid=settings.workflow_sid,
        ordering="DateCreated:desc",
        limit=_LATEST,
    ):
        attributes = _attributes(task.attributes)
        created = task.date_created
        is_late = isinstance(created, datetime) and parse_iso_ms(created) >= since - 1000  # whole seconds
        if is_late and attributes.get("conversationSid") == conversation_sid:
            return Interaction(
                str(attributes.get("flexInteractionSid", "")),
                attributes.get("flexInteractionChannelSid"),
                str(task.sid),
            )
    return None


def end_interaction(interaction_sid: str, channel_sid: str, *, with_conversation: bool) -> None:
    """End an interaction and its task; without its conversation, that stays open.

    https://www.twilio.com/docs/flex/developer/conversations/interactions-api/channels-subresource
    """
    status: Any = "closed" if with_conversation else "inactive"
    channel = twilio.client().flex_api.v1.interaction(interaction_sid).channels(channel_sid)
    channel.update(status=status, routing={"status": "closed"})


def _latest_messages(conversation_sid: str) -> list[Any]:
    messages = twilio.client().conversations.v1.conversations(conversation_sid).messages
    return list(messages.list(order="desc", limit=_LATEST, page_size=_LATEST))


def _attributes(value: Any) -> Mapping[str, Any]:
    """Return a JSON object that Twilio gives as one, or as its text; what is neither is empty."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return {}
    return value if isinstance(value, Mapping) else {}


def _is_flow(target: str | None, configuration: Any, flow_sid: str) -> bool:
    return target == _STUDIO and _attributes(configuration).get("flow_sid") == flow_sid
