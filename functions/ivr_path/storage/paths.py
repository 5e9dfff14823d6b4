"""Stored calls: each report is one write, and the finished path another."""

from dataclasses import dataclass
from typing import Any

from ivr_path.domain.call import Call, status_rank
from ivr_path.domain.call_path import CallPath
from ivr_path.domain.execution import Execution
from ivr_path.domain.retention import expiry, has_expired
from ivr_path.settings import settings
from ivr_path.storage import table
from ivr_path.storage.path_item import PathItem, execution_attributes, flow_attribute, parse_item
from switchboard.aws.conditional import WriteConflict
from switchboard.timestamps import format_iso, now_ms


def load(call_sid: str) -> PathItem | None:
    """Return the item of a call; None if there is none, or it has expired."""
    item = table.get_item(call_sid, table.CALL)
    if item is None or has_expired(item.get("expiresAt"), now_ms()):
        return None
    return parse_item(call_sid, item)


@dataclass(frozen=True)
class LinkedCall:
    """A call after a link: its item, and whether the link was new."""

    item: PathItem
    is_new: bool

    @property
    def needs_recording(self) -> bool:
        """Whether the call has ended and its path does not have the linked execution yet."""
        return self.item.path.call.has_ended and (self.is_new or not self.item.path.is_recorded)


def add_link(call_sid: str, execution: Execution) -> LinkedCall:
    """Add an execution that a flow links to a call, by one conditional write.

    A repeated link changes nothing; a further execution is added to those that are there.
    """
    started_at = execution.started_at or execution.linked_at or now_ms()
    try:
        item = table.update_item(
            call_sid,
            table.CALL,
            {"expiresAt": _expiry(), "kind": table.KIND, **execution_attributes(execution)},
            if_absent=_first_report(execution, started_at),
            condition="attribute_not_exists(#flow)",
            names={"#flow": flow_attribute(execution.sid)},
            returns="ALL_NEW",
        )
    except WriteConflict as conflict:
        return LinkedCall(parse_item(call_sid, conflict.item), is_new=False)
    return LinkedCall(parse_item(call_sid, item), is_new=True)


def add_execution(call_sid: str, execution: Execution) -> None:
    """Add an execution that Studio's event reports to its call."""
    table.update_item(
        call_sid,
        table.CALL,
        {"expiresAt": _expiry(), "kind": table.KIND, **execution_attributes(execution)},
        if_absent=_first_report(execution, execution.started_at or now_ms()),
    )


def add_status(call_sid: str, call: Call, flow_hint: str | None) -> PathItem:
    """Add what a status callback reports, by one conditional write, and return the item after it.

    A callback that a later status has overtaken changes nothing.

    Parameters
    ----------
    call_sid : str
    call : Call
    flow_hint : str or None
        The flow of the called number, if it is known.
    """
    attributes = {name: value for name, value in call.to_fields().items() if value is not None}
    rank = status_rank(call.status)
    try:
        item = table.update_item(
            call_sid,
            table.CALL,
            {**attributes, "callRank": rank, **({"flowHint": flow_hint} if flow_hint else {})},
            if_absent={
                "firstSeen": now_ms(),
                "expiresAt": _expiry(is_linked=False),
                "overSince": now_ms() if call.has_ended else None,
            },
            condition="attribute_not_exists(#rank) OR #rank <= :rank",
            names={"#rank": "callRank"},
            values={":rank": rank},
            returns="ALL_NEW",
        )
    except WriteConflict as conflict:
        item = dict(conflict.item)
    return parse_item(call_sid, item)


@dataclass(frozen=True)
class Content:
    """A path as it is written: its texts, or the key of the object that holds them."""

    digest: str
    steps: str
    widgets: str
    overflow: str | None = None


def save(before: PathItem, path: CallPath, content: Content) -> None:
    """Write a call's path, unless the item was written since `before` was read.

    Raises
    ------
    switchboard.aws.conditional.WriteConflict
        It was; read again.
    """
    executions: dict[str, Any] = {}
    for execution in path.executions.values():
        executions |= execution_attributes(execution)
    flows = [execution.flow_sid for execution in path.sorted_executions()]
    # The call's own item is its entry in the list of one flow, for good; each further flow gets an entry.
    own_flow = before.listed_under or (flows[0] if flows else before.flow_hint)
    started_at = format_iso(path.started_at)
    for flow_sid in sorted({*flows} - {own_flow}):
        entry = {"flowSid": flow_sid, "startedAt": started_at, "expiresAt": _expiry()}
        table.update_item(path.call_sid, flow_sid, entry)
    table.update_item(
        path.call_sid,
        table.CALL,
        {
            **executions,
            **{name: value for name, value in path.call.to_fields().items() if value is not None},
            "callRank": status_rank(path.call.status),
            "startedAt": started_at,
            "kind": table.KIND,
            "isRecorded": path.is_recorded,
            "digest": content.digest,
            "steps": content.steps,
            "widgets": content.widgets,
            "overflow": content.overflow,
            "expiresAt": _expiry(),
        },
        if_absent={"flowSid": own_flow, "firstSeen": path.first_seen},
        condition="attribute_not_exists(#version) OR #version = :read",
        values={":read": before.version},
    )


def mark_announced(call_sid: str, digest: str) -> None:
    """Note that the record with this digest has been archived and published."""
    table.update_item(call_sid, table.CALL, {"announced": digest})


def _first_report(execution: Execution, started_at: int) -> dict[str, Any]:
    """Return the attributes that the first report of a call sets."""
    return {"flowSid": execution.flow_sid, "startedAt": format_iso(started_at), "firstSeen": started_at}


def _expiry(*, is_linked: bool = True) -> int | None:
    return expiry(now_ms(), settings().ivr_path_seconds, is_linked=is_linked)
