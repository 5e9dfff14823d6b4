"""Channels in DynamoDB. Each event is kept by a conditional write; a conflict tells the row's present state.

The index ``due`` holds the channels that have the attribute ``idleSince``, and no others.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from channel_cleanup.domain.channel import Change, Channel
from channel_cleanup.domain.channel_event import ChannelEvent
from channel_cleanup.settings import ChannelSettings
from switchboard import aws
from switchboard.aws.conditional import WriteConflict, conflicts
from switchboard.inputs.model import parse
from switchboard.settings import from_environment

_SHARD: Final = "due"
_PAGE: Final = 25
_KEPT_SECONDS: Final = 30 * 86_400
"""How long a released channel's row stays, so that a late event does not bring it back."""


def read(item: Mapping[str, Any]) -> Channel:
    """Return the channel that an item, as plain values, holds; an unknown one if the item is empty."""
    return parse(Channel, item)


def load(conversation_sid: str) -> Channel:
    """Return a channel's row as it is now."""
    found = aws.client("dynamodb").get_item(
        TableName=_table(), Key=aws.to_item({"conversationSid": conversation_sid}), ConsistentRead=True
    )
    return read(aws.from_item(found.get("Item", {})))


def write(change: Change) -> None:
    """Write one part of a channel's row.

    Raises
    ------
    WriteConflict
        The row is not as the change expects; its present state comes with the error.
    """
    match change.part:
        case "newest":
            _write_newest(change)
        case "tasks":
            _write_tasks(change)
        case "message":
            _write_message(change)


def due(before: int) -> Iterator[tuple[str, int]]:
    """Yield the SIDs of channels that have been idle since before a time, and since when, longest first."""
    for item in aws.query_items(
        TableName=_table(),
        IndexName="due",
        KeyConditionExpression="dueShard = :shard AND idleSince <= :before",
        ExpressionAttributeValues=aws.to_item({":shard": _SHARD, ":before": before}),
        ProjectionExpression="conversationSid, idleSince",
        Limit=_PAGE,
    ):
        yield item["conversationSid"], int(item["idleSince"])


def claim(conversation_sid: str, idle_since: int, until: int) -> Channel | None:
    """Claim a channel's release for this run, and return its row; None if it has changed meanwhile.

    Parameters
    ----------
    conversation_sid, idle_since : str, int
        As `due` gave them.
    until : int
        Its new ``idleSince``: if this run dies, the channel is due again from there.
    """
    try:
        with conflicts():
            answer = aws.client("dynamodb").update_item(
                TableName=_table(),
                Key=aws.to_item({"conversationSid": conversation_sid}),
                UpdateExpression="SET idleSince = :until ADD attempts :one",
                ConditionExpression="idleSince = :idleSince",
                ExpressionAttributeValues=aws.to_item({":until": until, ":one": 1, ":idleSince": idle_since}),
                ReturnValues="ALL_NEW",
            )
    except WriteConflict:
        return None
    return read(aws.from_item(answer["Attributes"]))


def put_back(channel: Channel, idle_since: int, *, attempts: int) -> None:
    """Release a channel's claim and set since when it is idle, unless an event has changed it meanwhile."""
    _finish(
        channel, "SET idleSince = :idleSince, attempts = :attempts", idleSince=idle_since, attempts=attempts
    )


def mark_released(channel: Channel, now: int) -> None:
    """Take a claimed channel out of the index after its release."""
    expires = now // 1000 + _KEPT_SECONDS
    expression = "SET releasedAt = :now, expiresAt = :expires REMOVE dueShard, idleSince, attempts"
    _finish(channel, expression, now=now, expires=expires)


def mark_failed(channel: Channel, now: int) -> None:
    """Take a claimed channel out of the index after its last try."""
    _finish(channel, "SET failedAt = :now REMOVE dueShard, idleSince, attempts", now=now)


def _finish(channel: Channel, expression: str, **values: int) -> None:
    try:
        with conflicts():
            aws.client("dynamodb").update_item(
                TableName=_table(),
                Key=aws.to_item({"conversationSid": channel.conversation_sid}),
                UpdateExpression=expression,
                ConditionExpression="stamp = :stamp AND idleSince = :claimed",
                ExpressionAttributeValues=aws.to_item(
                    {":stamp": channel.stamp, ":claimed": channel.idle_since}
                    | {f":{name}": value for name, value in values.items()}
                ),
            )
    except WriteConflict:
        pass  # A new event has come, and the row stays as that has left it.


def _write_newest(change: Change) -> None:
    event = change.event
    condition = "(attribute_not_exists(stamp) OR stamp < :stamp)"
    values: dict[str, Any] = {
        ":stamp": event.stamp,
        ":name": event.name,
        ":at": event.at,
    }
    sets = ["stamp = :stamp", "lastEvent = :name", "lastEventAt = :at"]
    removes = ["releasedAt", "failedAt", "attempts", "expiresAt"]
    adds = []
    if event.task_sid:
        sets.append("taskSid = :taskSid")
        values |= {":taskSid": event.task_sid, ":tasks": {event.task_sid}}
        adds.append("tasks :tasks")
        if event.kind == "closes":
            adds.append("endedTasks :tasks")
        else:
            condition += f" AND {'' if change.expects_ended else 'NOT '}contains(endedTasks, :taskSid)"
    else:
        removes.append("taskSid")
    if change.idle_since:
        sets += ["dueShard = :shard", "idleSince = :idleSince"]
        values |= {":shard": _SHARD, ":idleSince": change.idle_since}
    else:
        removes += ["dueShard", "idleSince"]
    expression = f"SET {', '.join(sets)} REMOVE {', '.join(removes)}"
    _update(event, expression + (f" ADD {', '.join(adds)}" if adds else ""), condition, values)


def _write_tasks(change: Change) -> None:
    event = change.event
    values: dict[str, Any] = {":tasks": {event.task_sid}}
    condition = "attribute_not_exists(stamp)"
    if change.expected_stamp:
        condition = "stamp = :stamp"
        values[":stamp"] = change.expected_stamp
    expression = "ADD tasks :tasks" + (", endedTasks :tasks" if event.ends_task else "")
    if change.idle_since is not None:
        expression = f"SET dueShard = :shard, idleSince = :idleSince {expression}"
        values |= {":shard": _SHARD, ":idleSince": change.idle_since}
    _update(event, expression, condition, values)


def _write_message(change: Change) -> None:
    event = change.event
    values: dict[str, Any] = {":at": event.at}
    expression = "SET messageAt = :at"
    condition = "(attribute_not_exists(messageAt) OR messageAt < :at)"
    if change.is_tracked:
        condition += " AND attribute_exists(stamp)"
    else:
        expression += ", expiresAt = :expires"
        values[":expires"] = _expiry(event)
        condition += " AND attribute_not_exists(stamp)"
    _update(event, expression, condition, values)


def _expiry(event: ChannelEvent) -> int:
    """Return the TTL (s) of a row without a task or a start: its conversation is never released."""
    return event.at // 1000 + from_environment(ChannelSettings).quiet_seconds + _KEPT_SECONDS


def _update(event: ChannelEvent, expression: str, condition: str, values: dict[str, Any]) -> None:
    with conflicts():
        aws.client("dynamodb").update_item(
            TableName=_table(),
            Key=aws.to_item({"conversationSid": event.conversation_sid}),
            UpdateExpression=expression,
            ConditionExpression=condition,
            ExpressionAttributeValues=aws.to_item(values),
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )


def _table() -> str:
    return from_environment(ChannelSettings).channels_table
