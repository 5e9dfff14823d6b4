"""What is kept of calls, executions and steps, and how each fact is added to it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ivr_path.domain.call import FINAL_RANK, Call, rank
from ivr_path.domain.call_path import Facts
from ivr_path.domain.execution import Execution
from ivr_path.domain.step import Step
from ivr_path.moment import iso
from ivr_path.settings import UNLINKED_SECONDS, expiry, now, settings
from ivr_path.storage import table
from ivr_path.storage.path_item import Stored, execution_attributes, stored
from switchboard import aws


def find(call_sid: str) -> Stored | None:
    """Return what is known of a call, or None: nothing, or it has expired and is not yet deleted."""
    item = table.get(call_sid, table.RECORD)
    if item is None or is_expired(item):
        return None
    return stored(call_sid, item)


def is_expired(item: Mapping[str, Any]) -> bool:
    """Tell whether an item's time is over; DynamoDB deletes it within a few days."""
    expires_at = item.get("expiresAt")
    return expires_at is not None and expires_at <= now() // 1000


def link(call_sid: str, execution: Execution) -> bool:
    """Add an execution to a call: one conditional write.

    Sent again it changes nothing; a further execution is added to those that are there.

    Returns
    -------
    bool
        Whether the call's path must be recorded (again): the call had already ended.
    """
    attributes = execution_attributes(execution)
    flow = f"flow:{execution.sid}"
    moment = execution.started_at or execution.linked_at or now()
    try:
        item = table.update(
            call_sid,
            table.RECORD,
            put={"expiresAt": expiry(), "kind": table.KIND, **{k: v for k, v in attributes.items() if v}},
            once={
                "flowSid": execution.flow_sid,
                "startedAt": iso(moment),
                "firstSeen": moment,
            },
            condition="attribute_not_exists(#flow)",
            names={"#flow": flow},
            returns="ALL_NEW",
        )
    except table.ConditionFailed as failure:
        # The same again. If the call ended meanwhile, whoever linked it first may have failed to say so.
        return failure.item.get("callRank", -1) >= FINAL_RANK and not failure.item.get("isRecorded")
    return bool(item.get("callRank", -1) >= FINAL_RANK)  # the call's end came first


def note_execution(call_sid: str, execution: Execution) -> None:
    """Add what an event tells of an execution: to the call, and where the execution's steps are."""
    link_attributes = {name: value for name, value in execution_attributes(execution).items() if value}
    moment = execution.started_at or now()
    table.update(
        execution.sid,
        table.EXECUTION,
        put={
            "callSid": call_sid,
            "flowSid": execution.flow_sid,
            "expiresAt": now() // 1000 + UNLINKED_SECONDS,
            **({"endedAt": execution.ended_at} if execution.ended_at else {}),
        },
    )
    table.update(
        call_sid,
        table.RECORD,
        put={"expiresAt": expiry(), "kind": table.KIND, **link_attributes},
        once={"flowSid": execution.flow_sid, "startedAt": iso(moment), "firstSeen": moment},
    )


def note_call(call_sid: str, call: Call, flow_hint: str | None) -> Stored:
    """Add what a status callback tells of a call: one conditional write, which also says what is known.

    A callback that was overtaken by a later one changes nothing.
    """
    attributes = {name: value for name, value in call.fields().items() if value is not None}
    try:
        item = table.update(
            call_sid,
            table.RECORD,
            put={
                **attributes,
                "callRank": rank(call.status),
                **({"flowHint": flow_hint} if flow_hint else {}),
            },
            once={
                "firstSeen": now(),
                "expiresAt": expiry(is_linked=False),
                "overSince": now() if call.is_over else None,
            },
            condition="attribute_not_exists(#rank) OR #rank <= :rank",
            names={"#rank": "callRank"},
            values={":rank": rank(call.status)},
            returns="ALL_NEW",
        )
    except table.ConditionFailed as failure:
        item = dict(failure.item)
    return stored(call_sid, item)


def keep_step(step: Step) -> str | None:
    """Keep a step that an event tells of.

    Returns
    -------
    str or None
        The call whose path must be recorded again because its execution has already ended.
    """
    table.client().put_item(
        TableName=settings().ivr_paths_table,
        Item=aws.to_item(
            {
                "id": step.execution_sid,
                "part": step.sid,
                "widget": step.widget,
                "event": step.event,
                "next": step.next,
                "at": step.at,
                "parentSid": step.parent_sid,
                "expiresAt": now() // 1000 + UNLINKED_SECONDS,
            }
        ),
    )
    # Read after the write: either whoever records the ended execution sees the step, or the end is seen here.
    head = table.get(step.execution_sid, table.EXECUTION)
    return head["callSid"] if head and "endedAt" in head else None


def kept_steps(execution_sid: str) -> Iterator[Step]:
    """Yield the steps of an execution that events told of."""
    items = aws.query_items(
        TableName=settings().ivr_paths_table,
        KeyConditionExpression="id = :id AND begins_with(#part, :steps)",
        ExpressionAttributeNames={"#part": "part"},
        ExpressionAttributeValues={":id": {"S": execution_sid}, ":steps": {"S": "FT"}},
        ConsistentRead=True,
    )
    for item in items:
        yield Step(
            sid=item["part"],
            execution_sid=execution_sid,
            widget=item.get("widget"),
            event=item.get("event"),
            next=item.get("next"),
            at=item["at"],
            parent_sid=item.get("parentSid"),
        )


@dataclass(frozen=True)
class Content:
    """A path as it is written: its texts, or the key of the object that has them."""

    digest: str
    steps: str
    widgets: str
    overflow: str | None = None


def save(before: Stored, facts: Facts, content: Content) -> None:
    """Write a call's path, if nobody has written to the record since `before` was read.

    Raises
    ------
    table.ConditionFailed
        Somebody has; read again.
    """
    executions: dict[str, Any] = {}
    for execution in facts.executions.values():
        executions |= {name: value for name, value in execution_attributes(execution).items() if value}
    flows = [execution.flow_sid for execution in facts.in_order()]
    # The record itself is the call's entry in the list of one flow, for good; further flows get one each.
    own_flow = before.listed_under or (flows[0] if flows else before.flow_hint)
    started_at = iso(facts.started_at)
    for flow_sid in sorted({*flows} - {own_flow}):
        _enter(facts.call_sid, flow_sid, started_at)
    table.update(
        facts.call_sid,
        table.RECORD,
        put={
            **executions,
            **{name: value for name, value in facts.call.fields().items() if value is not None},
            "callRank": rank(facts.call.status),
            "startedAt": started_at,
            "kind": table.KIND,
            "isRecorded": facts.is_recorded,
            "digest": content.digest,
            "steps": content.steps,
            "widgets": content.widgets,
            "overflow": content.overflow,
            "expiresAt": expiry(),
        },
        once={"flowSid": own_flow, "firstSeen": facts.first_seen},
        condition="attribute_not_exists(#version) OR #version = :read",
        values={":read": before.version},
    )


def mark_announced(call_sid: str, digest: str) -> None:
    """Note that the record with this digest has been archived and forwarded."""
    table.update(call_sid, table.RECORD, put={"announced": digest})


def _enter(call_sid: str, flow_sid: str, started_at: str) -> None:
    """Put a call into the list of one of its flows."""
    entry = {"flowSid": flow_sid, "startedAt": started_at, "expiresAt": expiry()}
    table.update(call_sid, flow_sid, put=entry)
