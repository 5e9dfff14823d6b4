"""A task's attributes: what an agent, a workflow and the Flex plugin read of a callback.

The names are those that Flex plugins for callbacks and voicemails have always read.
"""

import copy
from collections.abc import Mapping
from typing import Any, Final

from callback.domain.callback_request import CallbackRequest

Attributes = dict[str, Any]

FOLLOW_UP: Final = "Follow-Up"
"""``conversations.abandoned`` of a call that left the queue for a callback: it counts as no abandoned call.

https://www.twilio.com/docs/flex/developer/insights/enhance-integration
"""

_OF_THE_CALL: Final = ("call_sid", "conference", "reservation_attributes", "hang_up_by")
_OF_THE_CALLS_CONVERSATION: Final = ("abandoned", "hang_up_by")
_IDENTITY: Final = ("numberToCall", "numberToCallFrom", "attempts", "utcDateTimeReceived")
_KEPT: Final = frozenset(_IDENTITY) | {"mainTimeZone"}


def new_attributes(
    request: CallbackRequest, time_zone: str, received_at: str, opens_at: str | None = None
) -> Attributes:
    """Return the attributes of a request's task.

    Parameters
    ----------
    request : CallbackRequest
    time_zone : str
        The team's own, such as "America/New_York".
    received_at : str
        When the request came, ISO 8601; what the request itself says goes first.
    opens_at : str, optional
        When the team is next there, ISO 8601, where it is not there now.
    """
    data: Attributes = {
        "numberToCall": request.number_to_call,
        "numberToCallFrom": request.number_to_call_from,
        "attempts": request.attempts,
        "mainTimeZone": time_zone,
        "utcDateTimeReceived": request.received_at or received_at,
        "RecordingSid": request.recording_sid,
        "RecordingUrl": request.recording_url,
        "TranscriptionSid": request.transcription_sid,
        "TranscriptionText": request.transcription_text,
        "isDeleted": request.is_deleted,
    }
    if opens_at is not None:
        data["nextOpening"] = opens_at
    attributes: Attributes = {
        "taskType": "",
        "name": "",
        "flow_execution_sid": request.flow_execution_sid,
        "message": request.message,
        "direction": "inbound",
        "conversations": {"conversation_id": request.conversation_id},
        "callBackData": data,
    }
    return _named(attributes)


def merge_attributes(known: Mapping[str, Any], news: Mapping[str, Any]) -> Attributes:
    """Return a task's attributes with what a later request for the same task adds.

    What is known stays, unless the news say something else; what they do not know takes nothing away. Who is
    to be called, how often it was tried and when it was asked for are those of the first request. Merging
    twice changes nothing, and the order of two requests matters only where they contradict each other.
    """
    merged = copy.deepcopy(dict(known))
    data = merged.setdefault("callBackData", {})
    for name, value in news.get("callBackData", {}).items():
        if data.get(name) is None or (value and name not in _KEPT):
            data[name] = value
    for name in ("flow_execution_sid", "message"):
        if news.get(name) is not None:
            merged[name] = news[name]
    conversation = news.get("conversations", {}).get("conversation_id")
    if conversation is not None:
        merged.setdefault("conversations", {})["conversation_id"] = conversation
    return _named(merged)


def requeued_attributes(old: Mapping[str, Any], task_sid: str) -> Attributes:
    """Return the attributes of the next attempt at a callback.

    Parameters
    ----------
    old : Mapping[str, Any]
        Attributes of the task whose attempt failed.
    task_sid : str
        Its SID: a task without a conversation id is its own conversation, in Flex Insights.
    """
    attributes = without_call_attributes(old)
    data = attributes["callBackData"]
    data["attempts"] = attempts_of(old) + 1
    conversations = attributes.setdefault("conversations", {})
    conversations["conversation_id"] = conversations.get("conversation_id") or task_sid
    return attributes


def inherited_attributes(queued: Mapping[str, Any], new: Mapping[str, Any], task_sid: str) -> Attributes:
    """Return the attributes of a callback that takes the place of a call waiting in the queue.

    Parameters
    ----------
    queued : Mapping[str, Any]
        Attributes of the call's task: skills, language, customer and the like go on to count.
    new : Mapping[str, Any]
        Attributes of the callback.
    task_sid : str
        The call's task, to whose conversation the callback belongs.
    """
    attributes = {**without_call_attributes(queued), **copy.deepcopy(dict(new))}
    known = queued.get("conversations")
    conversations = (
        without_call_attributes(queued).get("conversations", {}) if isinstance(known, dict) else {}
    )
    conversation_id = conversations.get("conversation_id") or task_sid
    attributes["conversations"] = {**conversations, "conversation_id": conversation_id}
    return attributes


def without_call_attributes(attributes: Mapping[str, Any]) -> Attributes:
    """Return attributes without what was true of one call only."""
    kept = {name: copy.deepcopy(value) for name, value in attributes.items() if name not in _OF_THE_CALL}
    conversations = kept.get("conversations")
    if isinstance(conversations, dict):
        kept["conversations"] = {
            name: value for name, value in conversations.items() if name not in _OF_THE_CALLS_CONVERSATION
        }
    return kept


def follow_up_attributes(attributes: Mapping[str, Any]) -> Attributes:
    """Return the attributes of a call's task that is canceled for a callback."""
    conversations = attributes.get("conversations")
    known = conversations if isinstance(conversations, dict) else {}
    return {**attributes, "conversations": {**known, "abandoned": FOLLOW_UP}}


def is_callback(attributes: Mapping[str, Any]) -> bool:
    """Tell whether a task is a callback's."""
    data = attributes.get("callBackData")
    return isinstance(data, dict) and isinstance(data.get("numberToCall"), str)


def attempts_of(attributes: Mapping[str, Any]) -> int:
    """Return how often a callback was put back into the queue."""
    try:
        return int(attributes["callBackData"].get("attempts") or 0)
    except (TypeError, ValueError):
        return 0


def is_same_callback(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether two tasks' attributes are of one and the same request, whatever either learned later."""
    if not is_callback(one) or not is_callback(other):
        return False
    first, second = one["callBackData"], other["callBackData"]
    return all(first.get(name) == second.get(name) for name in _IDENTITY)


def _named(attributes: Attributes) -> Attributes:
    data = attributes["callBackData"]
    kind = "voicemail" if data.get("RecordingSid") else "callback"
    attributes["taskType"] = kind
    attributes["name"] = f"{kind.capitalize()} ({data['numberToCall']})"
    return attributes
