"""Flex interactions: https://www.twilio.com/docs/flex/developer/conversations/interactions-api.

Each verb raises switchboard.twilio.outcome.Refused or switchboard.errors.TwilioUnreachable.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from switchboard.twilio.attributes import parse_attributes
from switchboard.twilio.rest_client import rest_client


@dataclass(frozen=True, slots=True)
class Interaction:
    """What routes a conversation to an agent: the interaction (KD…), its channel (UO…) and its task."""

    sid: str
    channel_sid: str | None
    task_sid: str | None

    @staticmethod
    def of_task(task_sid: str, attributes: Mapping[str, Any]) -> "Interaction":
        """Return the interaction that the attributes of its task name."""
        return Interaction(
            str(attributes.get("flexInteractionSid", "")),
            attributes.get("flexInteractionChannelSid"),
            task_sid,
        )


def create_interaction(
    conversation_sid: str,
    channel_type: str,
    *,
    workspace_sid: str,
    workflow_sid: str,
    task_channel: str,
    attributes: Mapping[str, Any],
) -> Interaction:
    """Create the interaction whose task brings an agent to a conversation.

    It names no worker, whose declined invitation would cancel the task; the workflow may read one from the
    attributes (https://www.twilio.com/docs/taskrouter/workflow-configuration/known-agent-routing). An
    interaction that is initiated by an agent must name queue and worker, so this one is initiated by an API.

    Parameters
    ----------
    conversation_sid : str
    channel_type : str
        ``sms`` or ``whatsapp``.
    workspace_sid, workflow_sid : str
    task_channel : str
        Unique name of the task's channel, such as "chat".
    attributes : Mapping[str, Any]
        Attributes of the task.
    """
    made = rest_client().flex_api.v1.interaction.create(
        channel={
            "type": channel_type,
            "initiated_by": "api",
            "properties": {"media_channel_sid": conversation_sid},
        },
        routing={
            "properties": {
                "workspace_sid": workspace_sid,
                "workflow_sid": workflow_sid,
                "task_channel_unique_name": task_channel,
                "attributes": dict(attributes),
            }
        },
    )
    channel, routing = parse_attributes(made.channel), parse_attributes(made.routing)
    task = parse_attributes(routing.get("properties"))
    return Interaction(str(made.sid), channel.get("sid"), task.get("sid"))


def end_interaction(sid: str, channel_sid: str, *, with_conversation: bool) -> None:
    """End an interaction and its task; without its conversation, that stays open.

    https://www.twilio.com/docs/flex/developer/conversations/interactions-api/channels-subresource
    """
    status: Any = "closed" if with_conversation else "inactive"
    channel = rest_client().flex_api.v1.interaction(sid).channels(channel_sid)
    channel.update(status=status, routing={"status": "closed"})
