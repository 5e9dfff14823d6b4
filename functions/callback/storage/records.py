"""Items of the table Callbacks.

==============================  ======================================================================
id                              what
==============================  ======================================================================
``number#WW…#+…``               the callback of a number and workflow
``number#WW…#+…#RE…``           one voicemail more from the same number
``recording#RE…``               which of these records a recording belongs to
``call#CA…``                    the task of a call that left the queue for a callback or a voicemail
``callbacks#YYYY-MM-DD#+…``     how many callbacks a number has had on a day
``voicemails#YYYY-MM-DD#+…``    how many voicemails it has left on a day
==============================  ======================================================================

The sparse index ``due`` (due, dueAt) holds the pending records. ``expiresAt`` is the table's time to live.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from callback.domain.callback_record import DAY_SECONDS, DesiredTask, Found, Record, separate_key
from callback.settings import RequestSettings
from switchboard import aws
from switchboard.aws.conditional import WriteConflict, conflicts
from switchboard.settings import from_environment

DUE: Final = "due"


def get(key: str) -> Record | None:
    """Return a record as it is now."""
    item = _get(key)
    return _from_item(item) if item else None


def save(record: Record, expected: Record | None) -> None:
    """Replace the record that was read.

    Raises
    ------
    WriteConflict
        A concurrent request has replaced it; `record_in` returns the record of the conflict's ``item``.
    """
    request: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(id)"}
    if expected is not None:
        request = {
            "ConditionExpression": "version = :expected",
            "ExpressionAttributeValues": aws.to_item({":expected": expected.version}),
        }
    try:
        with conflicts():
            aws.client("dynamodb").put_item(
                TableName=_table(),
                Item=aws.to_item(_to_item(record)),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **request,
            )
    except WriteConflict as conflict:
        # A request that was sent again because its answer got lost finds what it wrote itself.
        if record_in(conflict.item) != record:
            raise


def record_in(item: Mapping[str, Any]) -> Record | None:
    """Return the record that an item holds, None for no item."""
    return _from_item(item) if item else None


def restore(before: Record | None, record: Record) -> None:
    """Store again what a record has replaced, or nothing.

    Raises
    ------
    WriteConflict
        A concurrent request has changed the record.
    """
    if before is None:
        delete(record)
    else:
        save(replace(before, version=record.version + 1), record)


def delete(record: Record) -> None:
    """Delete a record.

    Raises
    ------
    WriteConflict
        It has changed since it was read.
    """
    with conflicts():
        aws.client("dynamodb").delete_item(
            TableName=_table(),
            Key={"id": {"S": record.key}},
            ConditionExpression="version = :expected",
            ExpressionAttributeValues=aws.to_item({":expected": record.version}),
        )


def due(now: int) -> Iterator[Record]:
    """Yield the pending records whose leases have expired."""
    found = aws.query_items(
        TableName=_table(),
        IndexName=DUE,
        KeyConditionExpression="due = :due AND dueAt <= :now",
        ExpressionAttributeValues=aws.to_item({":due": DUE, ":now": now}),
    )
    for item in found:
        record = get(item["id"])
        if record is not None:
            yield record


# ── recordings ───────────────────────────────────────────────────────────────────────────────────────


def find(desired: DesiredTask, now: int) -> Found:
    """Return what is stored for a request; its recording belongs to the first record that it was sent for."""
    key, recording_sid = desired.key, desired.recording_sid
    if recording_sid is None:
        return Found(key, get(key))
    try:
        with conflicts():
            aws.client("dynamodb").put_item(
                TableName=_table(),
                Item=aws.to_item(_owner(recording_sid, key, desired.expires_at(now))),
                ConditionExpression="attribute_not_exists(id)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
    except WriteConflict as conflict:
        owner = conflict.item
        return Found(owner["owner"], get(owner["owner"]), owner.get("taskSid"))
    return Found(key, get(key))


def task_of_recording(recording_sid: str) -> str | None:
    """Return the task of a recording whose record is another callback's by now."""
    owner = _get(f"recording#{recording_sid}")
    return owner.get("taskSid") if owner else None


def separate(desired: DesiredTask, now: int) -> Found:
    """Give a request's recording a record of its own, and return what is stored there."""
    recording_sid = str(desired.recording_sid)
    key = separate_key(desired.key, recording_sid)
    set_owner(recording_sid, key, desired.expires_at(now))
    return Found(key, get(key))


def set_owner(recording_sid: str, key: str, expires_at: int, task_sid: str | None = None) -> None:
    """Store the record of a recording, and its task where the record is replaced by another callback's."""
    item = _owner(recording_sid, key, expires_at, task_sid)
    aws.client("dynamodb").put_item(TableName=_table(), Item=aws.to_item(item))


def _owner(recording_sid: str, key: str, expires_at: int, task_sid: str | None = None) -> dict[str, Any]:
    return {"id": f"recording#{recording_sid}", "owner": key, "taskSid": task_sid, "expiresAt": expires_at}


# ── callers ──────────────────────────────────────────────────────────────────────────────────────────


def count_request(kind: str, number: str, day: str, now: int, limit: int | None = None) -> int | None:
    """Count a number's request of a kind on a day, and return how many there are; None beyond a limit."""
    condition: dict[str, Any] = {}
    values = {":one": 1, ":expires": now // 1000 + 2 * DAY_SECONDS}
    if limit is not None:
        condition = {"ConditionExpression": "attribute_not_exists(requests) OR requests < :limit"}
        values[":limit"] = limit
    try:
        with conflicts():
            answer = aws.client("dynamodb").update_item(
                TableName=_table(),
                Key={"id": {"S": f"{kind}#{day}#{number}"}},
                UpdateExpression="ADD requests :one SET expiresAt = :expires",
                ExpressionAttributeValues=aws.to_item(values),
                ReturnValues="UPDATED_NEW",
                **condition,
            )
    except WriteConflict:
        return None
    return int(aws.from_item(answer["Attributes"])["requests"])


# ── calls ────────────────────────────────────────────────────────────────────────────────────────────


def save_queued(call_sid: str, queued: Mapping[str, Any], now: int) -> None:
    """Store the task of a call that leaves the queue, for a day."""
    item = {
        "id": f"call#{call_sid}",
        "queued": json.dumps(queued, separators=(",", ":")),
        "expiresAt": now // 1000 + DAY_SECONDS,
    }
    aws.client("dynamodb").put_item(TableName=_table(), Item=aws.to_item(item))


def queued(call_sid: str) -> dict[str, Any] | None:
    """Return the stored task of a call."""
    item = _get(f"call#{call_sid}")
    return dict(json.loads(item["queued"])) if item else None


def _get(key: str) -> dict[str, Any] | None:
    answer = aws.client("dynamodb").get_item(TableName=_table(), Key={"id": {"S": key}}, ConsistentRead=True)
    return aws.from_item(answer["Item"]) if "Item" in answer else None


def _to_item(record: Record) -> dict[str, Any]:
    desired = record.desired
    is_due = record.state == "pending"
    return {
        "id": record.key,
        "state": record.state,
        "version": record.version,
        "since": record.since,
        "lease": record.lease or None,
        "leasedUntil": record.leased_until or None,
        "confirmedAt": record.confirmed_at or None,
        "taskSid": record.task_sid,
        "number": desired.number,
        "workflowSid": desired.workflow_sid,
        "attributes": json.dumps(desired.attributes, separators=(",", ":"), ensure_ascii=False),
        "timeout": desired.timeout,
        "priority": desired.priority,
        "taskChannel": desired.task_channel,
        "virtualStart": desired.virtual_start,
        "token": desired.token,
        "requeuedFrom": desired.requeued_from,
        "isAccepted": desired.is_accepted,
        "due": DUE if is_due else None,
        "dueAt": record.leased_until if is_due else None,
        "expiresAt": record.expires_at,
    }


def _from_item(item: Mapping[str, Any]) -> Record:
    desired = DesiredTask(
        number=item["number"],
        workflow_sid=item["workflowSid"],
        attributes=json.loads(item["attributes"]),
        timeout=item["timeout"],
        priority=item["priority"],
        task_channel=item["taskChannel"],
        virtual_start=item.get("virtualStart"),
        token=item.get("token"),
        requeued_from=item.get("requeuedFrom"),
        is_accepted=item.get("isAccepted", False),
    )
    return Record(
        key=item["id"],
        desired=desired,
        state=item["state"],
        version=item["version"],
        since=item["since"],
        lease=item.get("lease", ""),
        leased_until=item.get("leasedUntil", 0),
        confirmed_at=item.get("confirmedAt", 0),
        task_sid=item.get("taskSid"),
    )


def _table() -> str:
    return from_environment(RequestSettings).callbacks_table
