"""Route the customer's replies: to an agent by a task, or to a Studio flow."""

from typing import Final

from outbound_message.domain.message import OutboundMessage
from outbound_message.domain.progress import Progress
from outbound_message.failures import ConversationClosed, raise_if_too_recent, unconfirmed_unless_refused
from outbound_message.settings import FlowSettings, RoutingSettings
from outbound_message.storage import requests
from outbound_message.storage.requests import Claim
from switchboard.settings import from_environment
from switchboard.timestamps import now_ms
from switchboard.twilio import conversations, interactions, taskrouter
from switchboard.twilio.interactions import Interaction
from switchboard.twilio.outcome import Refused
from switchboard.twilio.taskrouter import Task

UNCONFIRMED_TASK: Final = "The task may have been created"


def open_task(conversation_sid: str) -> Task | None:
    """Return a task of a conversation that has not ended, whichever workflow routes it.

    Interactions cannot be listed, so the workspace's tasks are. Without a workspace there is none.
    """
    workspace_sid = from_environment(RoutingSettings).workspace_sid
    if workspace_sid:
        for task in taskrouter.open_tasks(workspace_sid):
            if task.attributes.get("conversationSid") == conversation_sid:
                return task
    return None


def route_to_agent(message: OutboundMessage, claim: Claim, progress: Progress) -> Progress:
    """Create the interaction whose task brings an agent, unless the conversation has an open task."""
    if progress.interaction_sid is not None:
        return progress
    if progress.routing_at or not progress.is_new:
        found = find_interaction(progress)
        if found is not None:
            return found
        raise_if_too_recent(UNCONFIRMED_TASK, progress.routing_at)
    progress = progress.updated(routing_at=now_ms())
    requests.keep_progress(claim, progress)
    created = create_interaction(message, progress.conversation_sid, progress.routing_at)
    return _with_interaction(progress, created, is_new=True)


def find_interaction(progress: Progress) -> Progress | None:
    """Return the progress with the conversation's open task; None if it has none.

    The task is the request's own if Twilio was asked for it, which is asked only where none is open.
    """
    task = open_task(progress.conversation_sid)
    if task is None:
        return None
    found = Interaction.of_task(task.sid, task.attributes)
    return _with_interaction(progress, found, is_new=bool(progress.routing_at))


def create_interaction(message: OutboundMessage, conversation_sid: str, asked_at: int) -> Interaction:
    """Create the interaction whose task brings an agent to a conversation.

    Raises
    ------
    ConversationClosed
        The conversation was closed meanwhile.
    Unconfirmed
        Twilio does not confirm what it did.
    """
    settings = from_environment(RoutingSettings)
    try:
        with unconfirmed_unless_refused(UNCONFIRMED_TASK, asked_at):
            return interactions.create_interaction(
                conversation_sid,
                message.channel_type,
                workspace_sid=settings.workspace_sid,
                workflow_sid=settings.workflow_sid,
                task_channel=settings.outbound_task_channel,
                attributes=message.task_attributes(),
            )
    except Refused as error:
        if error.is_temporary:
            raise
        # Twilio documents no error of its own for a closed conversation.
        found = conversations.fetch_conversation(conversation_sid)
        if found is None or found.is_closed:
            raise ConversationClosed from error
        raise


def route_to_flow(progress: Progress) -> None:
    """Send replies to the Studio flow in the settings, unless a task is open, whose agent gets them."""
    flow_sid = from_environment(FlowSettings).outbound_flow_sid
    sid = progress.conversation_sid
    if not flow_sid:
        return
    if progress.is_new:
        conversations.add_studio_flow(sid, flow_sid)
    elif open_task(sid) is not None:
        conversations.remove_studio_flow(sid, flow_sid)
    elif flow_sid not in conversations.studio_flows(sid):
        conversations.add_studio_flow(sid, flow_sid)


def route_past_flow(progress: Progress) -> None:
    """Take the Studio flow in the settings out of a conversation that has an agent's task."""
    flow_sid = from_environment(FlowSettings).outbound_flow_sid
    if flow_sid and not progress.is_new:
        conversations.remove_studio_flow(progress.conversation_sid, flow_sid)


def _with_interaction(progress: Progress, found: Interaction, *, is_new: bool) -> Progress:
    return progress.updated(
        interaction_sid=found.sid, channel_sid=found.channel_sid, task_sid=found.task_sid, is_new_task=is_new
    )
