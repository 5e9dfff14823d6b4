"""The attributes of a callback's task, which agents, workflows and Flex plugins read.

Existing Flex plugins for callbacks and voicemails need these names.
"""

import copy
from collections.abc import Mapping
from typing import Any, Final

Attributes = dict[str, Any]

FOLLOW_UP: Final = "Follow-Up"
"""``conversations.abandoned`` of a call that left the queue for a callback, and was not abandoned.

https://www.twilio.com/docs/flex/developer/insights/enhance-integration
"""

_OF_THE_CALL: Final = ("call_sid", "conference", "reservation_attributes", "hang_up_by")
_OF_THE_CALLS_CONVERSATION: Final = ("abandoned", "hang_up_by")
_IDENTITY: Final = ("numberToCall", "numberToCallFrom", "attempts", "utcDateTimeReceived")
_KEPT: Final = frozenset(_IDENTITY) | {"mainTimeZone"}


def with_name(attributes: Attributes) -> Attributes:
    """Return a task's attributes with its type and name, by whether there is a recording."""
    data = attributes["callBackData"]
    kind = "voicemail" if data.get("RecordingSid") else "callback"
    return {**attributes, "taskType": kind, "name": f"{kind.capitalize()} ({data['numberToCall']})"}


def merge_attributes(known: Mapping[str, Any], news: Mapping[str, Any]) -> Attributes:
    """Return a task's attributes with what a later request for the same task adds.

    What is known stays, unless the later request has another value; what it does not know takes nothing away.
    Who is to be called, how often it was tried and when it was asked for are those of the first request.
    Merging twice changes nothing, and the order of requests matters only where they contradict each other.
    """
    merged = copy.deepcopy(dict(known))
    data = merged["callBackData"] = _object(merged, "callBackData")
    for name, value in news.get("callBackData", {}).items():
        if data.get(name) is None or (value and name not in _KEPT):
            data[name] = value
    for name in ("flow_execution_sid", "message"):
        if news.get(name) is not None:
            merged[name] = news[name]
    conversation_id = _object(news, "conversations").get("conversation_id")
    if conversation_id is not None:
        merged["conversations"] = {**_object(merged, "conversations"), "conversation_id": conversation_id}
    return with_name(merged)


def requeued_attributes(old: Mapping[str, Any], task_sid: str) -> Attributes:
    """Return the attributes of the next attempt at a callback.

    Parameters
    ----------
    old : Mapping[str, Any]
        Attributes of the task whose attempt failed.
    task_sid : str
        Its SID: a task without a conversation id is its own conversation, in Flex Insights.
    """
    attributes = _without_call(old, task_sid)
    attributes["callBackData"]["attempts"] = attempts_of(old) + 1
    return attributes


def inherited_attributes(queued: Mapping[str, Any], new: Mapping[str, Any], task_sid: str) -> Attributes:
    """Return the attributes of a callback that takes the place of a call waiting in the queue.

    Parameters
    ----------
    queued : Mapping[str, Any]
        Attributes of the call's task: skills, language, customer and the like are kept.
    new : Mapping[str, Any]
        Attributes of the callback.
    task_sid : str
        The call's task, to whose conversation the callback belongs.
    """
    kept = _without_call(queued, task_sid)
    return {**kept, **copy.deepcopy(dict(new)), "conversations": kept["conversations"]}


def follow_up_attributes(attributes: Mapping[str, Any]) -> Attributes:
    """Return the attributes of a call's task that is canceled for a callback."""
    conversations = {**_object(attributes, "conversations"), "abandoned": FOLLOW_UP}
    return {**attributes, "conversations": conversations}


def is_follow_up(attributes: Mapping[str, Any]) -> bool:
    """Tell whether a call's task was canceled for a callback."""
    return _object(attributes, "conversations").get("abandoned") == FOLLOW_UP


def is_callback(attributes: Mapping[str, Any]) -> bool:
    """Tell whether a task is a callback's."""
    return isinstance(_object(attributes, "callBackData").get("numberToCall"), str)


def recording_of(attributes: Mapping[str, Any]) -> str | None:
    """Return the SID of the recording that a task's attributes name."""
    sid = _object(attributes, "callBackData").get("RecordingSid")
    return sid if isinstance(sid, str) else None


def attempts_of(attributes: Mapping[str, Any]) -> int:
    """Return how often a callback was put back into the queue."""
    try:
        return int(_object(attributes, "callBackData").get("attempts") or 0)
    except (TypeError, ValueError):
        return 0


def is_same_callback(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether two tasks' attributes are of the same request, whether or not something was merged."""
    if not is_callback(one) or not is_callback(other):
        return False
    first, second = one["callBackData"], other["callBackData"]
    return all(first.get(name) == second.get(name) for name in _IDENTITY)


def _without_call(attributes: Mapping[str, Any], task_sid: str) -> Attributes:
    """Return a copy of a task's attributes without those of its call, in the conversation of the task."""
    kept = {name: copy.deepcopy(value) for name, value in attributes.items() if name not in _OF_THE_CALL}
    conversations = {
        name: value
        for name, value in _object(kept, "conversations").items()
        if name not in _OF_THE_CALLS_CONVERSATION
    }
    conversations["conversation_id"] = conversations.get("conversation_id") or task_sid
    return {**kept, "conversations": conversations}


def _object(attributes: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return an attribute that should be an object; other applications write attributes, too."""
    value = attributes.get(name)
    return value if isinstance(value, dict) else {}
