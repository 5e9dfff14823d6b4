"""Leased items: updates are conditional on the owner of the lease. What is due later is in a sparse index."""

import time
from collections.abc import Iterator
from typing import Any, Final, Protocol

from outbound_message.settings import TableSettings
from switchboard import aws
from switchboard.aws.conditional import WriteConflict, conflicts
from switchboard.settings import from_environment
from switchboard.timestamps import now_ms

LEASE_MS: Final = 20_000
"""How long a lease holds: longer than the function may run, so that a request never outlives its lease."""

DAY_SECONDS: Final = 86_400

ENDED: Final = "(leaseUntil <= :now OR #owner = :owner)"
"""Condition for `take`: the last lease has ended, or the answer to this owner's `take` was lost."""

_SHARD: Final = "due"
_PAUSE_SECONDS: Final = 0.15


class Leased(Protocol):
    """An item that a request leases."""

    @property
    def id(self) -> str:
        """The item's key."""

    @property
    def owner(self) -> str:
        """The request that leases it: a random text."""


def take(key: str, owner: str, condition: str, *copies: str, **values: Any) -> dict[str, Any] | None:
    """Lease an item, set some of its attributes, and return it; None if the condition does not hold.

    `copies` are assignments whose values are attributes of the item before.
    """
    now = now_ms()
    values |= {"leaseUntil": now + LEASE_MS}
    assignments = ", ".join(["#owner = :owner", *copies, _assignments(values)])
    try:
        with conflicts():
            answer = aws.client("dynamodb").update_item(
                TableName=table(),
                Key=aws.to_item({"id": key}),
                UpdateExpression=f"SET {assignments}",
                ConditionExpression=condition,
                ExpressionAttributeNames={"#owner": "owner"},
                ExpressionAttributeValues=_values(values | {"owner": owner, "now": now}),
                ReturnValues="ALL_NEW",
            )
    except WriteConflict:
        return None
    return aws.from_item(answer["Attributes"])


def update(item: Leased, **values: Any) -> None:
    """Set attributes of a leased item; those that are None are removed.

    Raises
    ------
    WriteConflict
        Another request leases it now.
    """
    present = {name: value for name, value in values.items() if value is not None}
    removed = ", ".join(values.keys() - present.keys())
    sets = f"SET {_assignments(present)}" if present else ""
    with conflicts():
        aws.client("dynamodb").update_item(
            TableName=table(),
            Key=aws.to_item({"id": item.id}),
            UpdateExpression=f"{sets} REMOVE {removed}" if removed else sets,
            ConditionExpression="#owner = :owner",
            ExpressionAttributeNames={"#owner": "owner"},
            ExpressionAttributeValues=_values(present | {"owner": item.owner}),
        )


def due_at(at: int | None) -> dict[str, Any]:
    """Return the attributes that put an item into the index of due items; None takes it out."""
    return {"dueShard": None if at is None else _SHARD, "dueAt": at}


def due(now: int) -> Iterator[str]:
    """Yield the keys of the items that are due at a time in ms since the epoch, longest due first."""
    for item in aws.query_items(
        TableName=table(),
        IndexName="due",
        KeyConditionExpression="dueShard = :shard AND dueAt <= :now",
        ExpressionAttributeValues=aws.to_item({":shard": _SHARD, ":now": now}),
        ProjectionExpression="id",
    ):
        yield item["id"]


def wait_for_another(deadline: float) -> bool:
    """Wait a little for a concurrent request; False once the deadline, by time.monotonic(), has passed."""
    if time.monotonic() >= deadline:
        return False
    time.sleep(_PAUSE_SECONDS)
    return True


def table() -> str:
    """Return the table's name."""
    return from_environment(TableSettings).outbound_requests_table


def _assignments(values: dict[str, Any]) -> str:
    return ", ".join(f"{name} = :{name}" for name in values)


def _values(values: dict[str, Any]) -> dict[str, Any]:
    return aws.to_item({f":{name}": value for name, value in values.items()})
