"""Interactions: a conversation, and the task that brings an agent to it.

https://www.twilio.com/docs/flex/developer/conversations/interactions-api/interactions
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from local.twilio.conversations.conversation import CLOSED, Participant
from local.twilio.errors import TwilioError, invalid_parameter
from local.twilio.sids import new_sid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.twilio.account import Account
    from local.twilio.conversations.conversations import Conversations
    from local.twilio.taskrouter.engine import TaskRouter

INITIATORS = ("customer", "agent", "api")
TYPES = ("sms", "whatsapp", "web", "chat", "email", "messenger", "gbm")


@dataclass
class Interaction:
    """An interaction with its one channel and its task."""

    sid: str
    channel_sid: str
    channel_type: str
    conversation_sid: str
    task_sid: str
    properties: dict[str, Any]
    attributes: dict[str, Any]
    created: float
    status: str = "active"


class Interactions:
    """The account's interactions.

    Parameters
    ----------
    account, conversations, taskrouter
        The account, its conversations, and where tasks are made.
    """

    def __init__(self, account: Account, conversations: Conversations, taskrouter: TaskRouter) -> None:
        self._account = account
        self._conversations = conversations
        self._taskrouter = taskrouter
        self.interactions: dict[str, Interaction] = {}

    def create(self, channel: Mapping[str, Any], routing: Mapping[str, Any]) -> Interaction:
        """Create an interaction, with a conversation of its own unless the channel names one.

        Raises
        ------
        TwilioError
            What is missing or wrong in channel or routing.
        """
        properties = _checked(channel, routing)
        conversation_sid = self._conversation(channel)
        interaction = Interaction(
            new_sid("KD"),
            new_sid("UO"),
            channel["type"],
            conversation_sid,
            "",
            properties,
            {},
            self._account.clock.now(),
        )
        interaction.attributes = {
            **properties.get("attributes", {}),
            "conversationSid": conversation_sid,
            "flexInteractionSid": interaction.sid,
            "flexInteractionChannelSid": interaction.channel_sid,
            "flexChannelInviteSid": new_sid("KG"),
        }
        interaction.task_sid = self._open_task(properties, interaction.attributes)
        self.interactions[interaction.sid] = interaction
        return interaction

    def set_status(self, interaction: Interaction, status: str) -> None:
        """Change the channel's status: ``inactive`` leaves the conversation open, ``closed`` closes it."""
        if interaction.status == CLOSED:
            raise TwilioError(400, 80906, "The interaction is not open")
        interaction.status = status
        task = self._taskrouter.get(interaction.task_sid)
        if task is not None and task.status not in {"canceled", "completed"}:
            self._taskrouter.set_status(task, "canceled" if task.waits else "completed", "Interaction ended")
        conversation = self._conversations.conversations.get(interaction.conversation_sid)
        if status == CLOSED and conversation is not None and conversation.state != CLOSED:
            self._conversations.update(conversation, state=CLOSED)

    def dump(self) -> list[dict[str, Any]]:
        """Return the interactions in a form that JSON can keep."""
        return [asdict(one) for one in list(self.interactions.values())]

    def load(self, state: list[dict[str, Any]]) -> None:
        """Replace all interactions by dumped ones."""
        self.interactions = {item["sid"]: Interaction(**item) for item in state}

    def _open_task(self, properties: Mapping[str, Any], attributes: Mapping[str, Any]) -> str:
        workspace = self._taskrouter.workspace
        if (
            properties["workspace_sid"] != workspace.sid
            or properties["workflow_sid"] not in workspace.workflows
        ):
            raise invalid_parameter("Routing names no workspace and workflow of this account")
        channel = str(properties.get("task_channel_unique_name") or "chat")
        task = self._taskrouter.create(properties["workflow_sid"], json.dumps(attributes), channel=channel)
        return task.sid

    def _conversation(self, channel: Mapping[str, Any]) -> str:
        sid = channel.get("properties", {}).get("media_channel_sid", "")
        if sid:
            conversation = self._conversations.find(sid)
            if conversation is None or conversation.state == CLOSED:
                raise TwilioError(400, 80101, f"The conversation {sid} does not exist or is closed")
            return conversation.sid
        participants = [
            Participant(
                new_sid("MB"),
                self._account.clock.now(),
                address=str(one.get("address", "")),
                proxy_address=str(one.get("proxy_address", "")),
            )
            for one in channel.get("participants", [])
        ]
        for one in participants:
            if self._conversations.bound(one.address, one.proxy_address):
                raise TwilioError(400, 80102, "The participant is already in an interaction")
        made = self._conversations.create()
        for one in participants:
            self._conversations.add_participant(made, one)
        return made.sid


def _checked(channel: Mapping[str, Any], routing: Mapping[str, Any]) -> dict[str, Any]:
    """Return the routing's properties; refuse what Twilio's page does not allow."""
    initiator = channel.get("initiated_by")
    if channel.get("type") not in TYPES or initiator not in INITIATORS:
        raise invalid_parameter("Channel needs a type and initiated_by")
    properties = dict(routing.get("properties") or {})
    if not properties.get("workspace_sid") or not properties.get("workflow_sid"):
        raise invalid_parameter("Routing needs properties.workspace_sid and properties.workflow_sid")
    if initiator == "agent" and not (properties.get("queue_sid") and properties.get("worker_sid")):
        raise invalid_parameter("Routing of an agent's interaction needs queue_sid and worker_sid")
    media_channel_sid = (channel.get("properties") or {}).get("media_channel_sid")
    if initiator == "customer" and not media_channel_sid:
        raise invalid_parameter("Channel of a customer's interaction needs properties.media_channel_sid")
    if not isinstance(properties.get("attributes", {}), dict):
        raise invalid_parameter("Routing.properties.attributes must be an object")
    return properties
