"""The attributes of a callback's task, which agents, workflows and Flex plugins read.

Existing Flex plugins for callbacks and voicemails need these names.
"""

import copy
from collections.abc import Mapping
from typing import Any, Final

from callback.domain.earlier_requests import listed, merge_requests, message_of, requests_of

Attributes = dict[str, Any]

FOLLOW_UP: Final = "Follow-Up"
"""``conversations.abandoned`` of a call that left the queue for a callback, and was not abandoned.

https://www.twilio.com/docs/flex/developer/insights/enhance-integration
"""

UNRECORDED: Final = ("callbackRecord", "missing")
"""The attribute of a task that was created while its record could not be stored."""

_OF_THE_CALL: Final = ("call_sid", "conference", "reservation_attributes", "hang_up_by")
_OF_THE_CALLS_CONVERSATION: Final = ("abandoned", "hang_up_by")
_IDENTITY: Final = ("numberToCall", "numberToCallFrom", "attempts", "utcDateTimeReceived")
_KEPT: Final = frozenset(_IDENTITY) | {"mainTimeZone", "nextOpening", "requests"}

_SPELLINGS: Final = (
    ("RecordingSid", "recordingSid"),
    ("RecordingUrl", "recordingUrl"),
    ("TranscriptionSid", "transcriptSid"),
    ("TranscriptionText", "transcriptText"),
)
"""The older Flex plugin reads the first of each pair, flex-project-template's reads the second."""


def completed(attributes: Mapping[str, Any]) -> Attributes:
    """Return a task's attributes with those that follow from others: type, name, both spellings."""
    data = dict(attributes["callBackData"])
    for name, other in _SPELLINGS:
        data[name] = data[other] = data.get(name) or data.get(other)
    kind, number = "voicemail" if data["RecordingSid"] else "callback", data["numberToCall"]
    name = f"{kind.capitalize()} ({number})"
    return {**attributes, "taskType": kind, "name": name, "from": number, "callBackData": data}


def merge_attributes(known: Mapping[str, Any], news: Mapping[str, Any]) -> Attributes:
    """Return a task's attributes with what a later request for the same task adds.

    Known values stay, except those of a recording, of which a later request may know more. The number to
    call, the attempts and the time are those of the first request. Merging twice changes nothing, and the
    order of requests matters only where they contradict each other.
    """
    merged = add_messages(known, news)
    data = merged["callBackData"]
    for name, value in news.get("callBackData", {}).items():
        if name != "requests" and (data.get(name) is None or (value and name not in _KEPT)):
            data[name] = value
    if merged.get("flow_execution_sid") is None:
        merged["flow_execution_sid"] = news.get("flow_execution_sid")
    conversation_id = _object(news, "conversations").get("conversation_id")
    conversations = _object(merged, "conversations")
    if conversation_id is not None and conversations.get("conversation_id") is None:
        merged["conversations"] = {**conversations, "conversation_id": conversation_id}
    return completed(merged)


def add_messages(known: Mapping[str, Any], news: Mapping[str, Any]) -> Attributes:
    """Return a task's attributes with the messages of a later request, each with its time."""
    merged = copy.deepcopy(dict(known))
    merged["callBackData"] = _object(merged, "callBackData")
    if not is_callback(known):
        merged["callBackData"]["numberToCall"] = _object(news, "callBackData").get("numberToCall")
    if is_callback(news):
        recording_sid = recording_of(news)
        is_same = recording_sid is not None and recording_sid == recording_of(known)
        requests = merge_requests(requests_of(merged), requests_of(news), is_same=is_same)
        if (message := message_of(requests)) != merged.get("message"):
            merged["message"] = message
        if len(requests) > 1:
            merged["callBackData"]["requests"] = listed(requests)
    return merged


def requeued_attributes(old: Mapping[str, Any], task_sid: str) -> Attributes:
    """Return the attributes of the next attempt at a callback.

    Parameters
    ----------
    old : Mapping[str, Any]
        Attributes of the task whose attempt failed.
    task_sid : str
        Its SID: a task without a conversation id is its own conversation, in Flex Insights.
    """
    attributes = completed(_without_call(old, task_sid))
    attributes["callBackData"]["attempts"] = attempts_of(old) + 1
    attributes.pop(UNRECORDED[0], None)
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
    data = _object(attributes, "callBackData")
    sid = data.get("RecordingSid") or data.get("recordingSid")
    return sid if isinstance(sid, str) else None


def adds_details_only(known: Mapping[str, Any], news: Mapping[str, Any]) -> bool:
    """Tell whether a request adds only details of the same recording, and no message."""
    sid = recording_of(news)
    return sid is not None and sid == recording_of(known) and add_messages(known, news) == known


def attempts_of(attributes: Mapping[str, Any]) -> int:
    """Return how often a callback was put back into the queue."""
    try:
        return int(_object(attributes, "callBackData").get("attempts") or 0)
    except (TypeError, ValueError, OverflowError):
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
