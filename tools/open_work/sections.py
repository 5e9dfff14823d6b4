"""The sections of ``switchboard open``: from the sparse indexes of the tables, TaskRouter, and the queues."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from survey.domain.campaign.campaign import OUTCOMES
from survey.storage.campaigns import RUNNING_SHARD
from survey.storage.sessions import SHARDS
from tools.open_work.callbacks import OpenCallback, read_callbacks
from tools.open_work.index import DueIndex
from tools.open_work.items import OpenItem, Section
from tools.stack.refusal import REFUSALS, explain
from tools.stack.stack import Stack

_SURVEY_SHARDS: Final = tuple(map(str, range(SHARDS)))
_DAY_MS: Final = 86_400_000


def read_section(name: str, stack: Stack, now: int, limit: int) -> Section:
    """Return one section; what AWS or Twilio refuse is its problem, and leaves the others alone."""
    try:
        return SECTIONS[name](stack, now, limit)
    except REFUSALS as error:
        return Section(name, problem=explain(error))


def _surveys(stack: Stack, _now: int, limit: int) -> Section:
    """Return surveys under way, and those that have ended and are not in their result file yet."""
    index = DueIndex(stack, "SurveySessions", "sweepShard", "dueAt", "respondent", "surveyId")
    count = sum(index.count(shard) for shard in _SURVEY_SHARDS)
    found = [item for shard in _SURVEY_SHARDS for item in index.oldest(shard, limit)]
    found.sort(key=lambda item: int(item.get("surveyStarted", 0)))
    return Section("surveys", count, [_survey(item) for item in found[:limit]])


def _survey(item: Mapping[str, Any]) -> OpenItem:
    ended = item.get("endedAt")
    state = f"{item.get('surveyStatus')}, to be written" if ended else str(item.get("currentState", ""))
    about = (item["surveyId"], item.get("surveyMedium"), item.get("languageSet"), item.get("question"))
    return OpenItem(
        str(item.get("sessionId", "")),
        str(item["respondent"]),
        state,
        int(ended or item.get("surveyStarted", 0)),
        int(item.get("attempts", 0)),
        " ".join(str(part) for part in about if part),
    )


def _campaigns(stack: Stack, _now: int, limit: int) -> Section:
    """Return campaigns that run, with how many of their recipients are still to be contacted, and why not."""
    index = DueIndex(stack, "SurveyCampaigns", "dueShard", "dueAt", "subject", "campaignId")
    items = [_campaign(item) for item in index.oldest(RUNNING_SHARD, limit)]
    return Section("campaigns", index.count(RUNNING_SHARD), items)


def _campaign(item: Mapping[str, Any]) -> OpenItem:
    over = sum(int(item.get(name, 0)) for name in OUTCOMES)
    return OpenItem(
        str(item["campaignId"]),
        "",
        str(item.get("problem") or item.get("campaignStatus", "")),
        int(item.get("createdAt", 0)),
        0,
        f"{item['surveyId']} {item.get('medium')} {int(item['listRows']) - over} of {item['listRows']} wait",
    )


def _callbacks(stack: Stack, _now: int, limit: int) -> Section:
    """Return callbacks that TaskRouter is still to be told of, and the tasks that wait for an agent."""
    found = read_callbacks(stack, limit)
    items = [_callback(item) for item in found.items[:limit]]
    return Section("callbacks", len(found.items) + found.left_out, items)


def _callback(item: OpenCallback) -> OpenItem:
    return OpenItem(
        item.task_sid or item.record_key.partition(f"#{item.number}")[0],
        item.number,
        item.state,
        item.since,
        item.attempts,
        item.queue or item.workflow_sid,
    )


def _channels(stack: Stack, now: int, limit: int) -> Section:
    """Return channels that are due for their release."""
    index = DueIndex(stack, "Channels", "dueShard", "idleSince", "conversationSid")
    before = now - int(stack.parameters.get("ChannelQuietSeconds") or 0) * 1000
    items = [
        OpenItem(
            str(item["conversationSid"]),
            "",
            "due" if not item.get("attempts") else "release failed",
            int(item.get("lastEventAt") or item.get("idleSince") or 0),
            int(item.get("attempts", 0)),
            str(item.get("lastEvent", "")),
        )
        for item in index.oldest("due", limit, before)
    ]
    return Section("channels", index.count("due", before), items)


def _messages(stack: Stack, _now: int, limit: int) -> Section:
    """Return requests without an answer, replies without a task, and events that are not published."""
    index = DueIndex(stack, "OutboundRequests", "dueShard", "dueAt", "id")
    return Section("messages", index.count("due"), [_message(item) for item in index.oldest("due", limit)])


def _message(item: Mapping[str, Any]) -> OpenItem:
    if str(item["id"]).startswith("request#"):
        progress, message = item.get("progress", {}), item.get("message", {})
        state = "is being undone" if item.get("isUndoing") else "half done" if progress else "begun"
        began = int(item.get("expiresAt", 0)) * 1000 - _DAY_MS
        known = progress.get("conversationSid") or item["id"]
        return OpenItem(str(known), str(message.get("toNumber", "")), state, began)
    waits = item.get("replyAt")
    return OpenItem(
        str(item["id"]).removeprefix("conversation#"),
        str(item.get("toNumber", "")),
        "a reply waits for a task" if waits else "its event is not published",
        int(waits or item.get("dueAt", 0)),
        int(item.get("replyTries", 0)),
        str(item.get("taskSid", "")),
    )


def _queues(stack: Stack, _now: int, limit: int) -> Section:
    """Return the queues that hold messages: calls whose path is to be recorded, and dead letters."""
    sqs = stack.client("sqs")
    names = ("", "NotVisible", "Delayed")
    items = []
    total = 0
    for queue in stack.of_type("AWS::SQS::Queue"):
        asked = [f"ApproximateNumberOfMessages{name}" for name in names]
        answer = sqs.get_queue_attributes(QueueUrl=queue.physical_id, AttributeNames=asked)["Attributes"]
        waiting, under_way, delayed = (int(answer.get(name, 0)) for name in asked)
        total += waiting + under_way + delayed
        if waiting or under_way or delayed:
            state = f"{waiting} waiting, {under_way} under way, {delayed} delayed"
            items.append(OpenItem(queue.logical_id, "", state, 0))
    return Section("queues", total, items[:limit])


SECTIONS: Final[Mapping[str, Callable[[Stack, int, int], Section]]] = {
    "callbacks": _callbacks,
    "surveys": _surveys,
    "campaigns": _campaigns,
    "messages": _messages,
    "channels": _channels,
    "queues": _queues,
}
"""Name of each section → how it is read."""
