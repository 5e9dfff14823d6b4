"""Route the customer's replies: to an agent by a task, or to a Studio flow."""

from typing import Final

from outbound_message.domain.message import OutboundMessage
from outbound_message.domain.progress import Progress
from outbound_message.failures import raise_if_too_recent, unconfirmed_unless_refused
from outbound_message.settings import FlowSettings, RoutingSettings
from outbound_message.storage import requests
from outbound_message.storage.requests import Claim
from switchboard.settings import from_environment
from switchboard.timestamps import now_ms
from switchboard.twilio import conversations, interactions, taskrouter
from switchboard.twilio.interactions import Interaction

_UNCONFIRMED: Final = "The task may have been created"


def route_to_agent(message: OutboundMessage, claim: Claim, progress: Progress) -> Progress:
    """Create the interaction whose task brings an agent, unless an earlier try has created it."""
    if progress.interaction_sid is not None:
        return progress
    if progress.routing_at:
        found = _find_interaction(progress.conversation_sid, progress.routing_at)
        if found is not None:
            return _with_interaction(progress, found)
        raise_if_too_recent(_UNCONFIRMED, progress.routing_at)
    progress = progress.updated(routing_at=now_ms())
    requests.keep_progress(claim, progress)
    settings = from_environment(RoutingSettings)
    with unconfirmed_unless_refused(_UNCONFIRMED, progress.routing_at):
        created = interactions.create_interaction(
            progress.conversation_sid,
            message.channel_type,
            workspace_sid=settings.workspace_sid,
            workflow_sid=settings.workflow_sid,
            task_channel=settings.outbound_task_channel,
            attributes=message.task_attributes(),
        )
    return _with_interaction(progress, created)


def route_to_flow(progress: Progress) -> None:
    """Send replies to the Studio flow in the settings, unless the conversation sends them there already."""
    flow_sid = from_environment(FlowSettings).outbound_flow_sid
    sid = progress.conversation_sid
    if flow_sid and (progress.is_new or flow_sid not in conversations.studio_flows(sid)):
        conversations.add_studio_flow(sid, flow_sid)


def _find_interaction(conversation_sid: str, since: int) -> Interaction | None:
    """Return the interaction of an open task of a conversation, created since a time in ms since the epoch.

    Interactions cannot be listed, so the workflow's open tasks are.
    """
    settings = from_environment(RoutingSettings)
    open_tasks = taskrouter.newest_tasks(
        settings.workspace_sid,
        settings.workflow_sid,
        since - 1000,  # TaskRouter gives whole seconds
        taskrouter.UNFINISHED,
    )
    for task in open_tasks:
        if task.attributes.get("conversationSid") == conversation_sid:
            return Interaction.of_task(task.sid, task.attributes)
    return None


def _with_interaction(progress: Progress, found: Interaction) -> Progress:
    return progress.updated(interaction_sid=found.sid, channel_sid=found.channel_sid, task_sid=found.task_sid)
