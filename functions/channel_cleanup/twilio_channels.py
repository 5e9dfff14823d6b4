"""Releasing a conversation (or a channel of legacy Programmable Chat), and the tasks that are still open.

https://www.twilio.com/docs/conversations-classic/api/conversation-resource,
https://www.twilio.com/docs/chat/rest/channel-resource
"""

import json
from typing import Any, Final

from channel_cleanup.pace import Pace
from channel_cleanup.settings import ReleaseSettings
from switchboard import twilio
from switchboard.settings import from_environment
from switchboard.twilio.conversation_attributes import RELEASED, merge_attributes

_CLOSED: Final = 50377
_OPEN_STATUSES: Final = ("pending", "reserved", "assigned", "wrapping")
_PAGE: Final = 1000


def release(sid: str, pace: Pace) -> str:
    """Release a channel as the settings say, and return what was done.

    One that is gone, closed or released already counts as done: a run that died may have done it.

    Raises
    ------
    twilio.base.exceptions.TwilioRestException, switchboard.errors.TwilioUnreachable
        Twilio refuses, or does not answer.
    """
    from twilio.base.exceptions import TwilioRestException

    settings = from_environment(ReleaseSettings)
    try:
        if settings.legacy_chat_service_sid:
            return _release_chat_channel(settings, sid, pace)
        return _release_conversation(settings.release_mode, sid, pace)
    except TwilioRestException as error:
        if error.status == 404:
            return "gone"
        if error.code == _CLOSED:
            return "closed"
        raise


def open_conversations(pace: Pace) -> frozenset[str]:
    """Return the conversations and channels of the tasks that are open now.

    One list for many channels: TaskRouter evaluates attributes only three times a second.
    """
    workspace_sid = from_environment(ReleaseSettings).workspace_sid
    if not workspace_sid:
        return frozenset()
    found: set[str] = set()
    tasks = twilio.client().taskrouter.v1.workspaces(workspace_sid).tasks
    pace.wait()
    for task in tasks.stream(assignment_status=list(_OPEN_STATUSES), page_size=_PAGE):
        try:
            attributes = json.loads(task.attributes or "{}")
        except ValueError:
            continue
        if isinstance(attributes, dict):
            named = (attributes.get("conversationSid"), attributes.get("channelSid"))
            found.update(sid for sid in named if isinstance(sid, str))
    return frozenset(found)


def _release_conversation(mode: str, sid: str, pace: Pace) -> str:
    context = twilio.client().conversations.v1.conversations(sid)
    pace.wait()
    if mode == "delete":
        context.delete()
        return "deleted"
    found = context.fetch()
    if str(found.state) == "closed":
        return "closed"
    merged = merge_attributes(found.attributes, RELEASED)
    changes: dict[str, Any] = {} if merged is None else {"attributes": merged}
    if mode == "close":
        changes["state"] = "closed"
    if changes:
        pace.wait()
        context.update(**changes)
    return "released"


def _release_chat_channel(settings: ReleaseSettings, sid: str, pace: Pace) -> str:
    """Release a channel of Programmable Chat, which has no state to change, only attributes."""
    context = twilio.client().chat.v2.services(settings.legacy_chat_service_sid).channels(sid)
    pace.wait()
    if settings.release_mode == "delete":
        context.delete()
        return "deleted"
    merged = merge_attributes(context.fetch().attributes, RELEASED)
    if merged is not None:
        pace.wait()
        context.update(attributes=merged)
    return "released"
