"""Reading a table's sparse index ``due``: how many items are in it, and the oldest of them whole."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from switchboard.aws.attribute_values import from_item, to_item
from tools.stack.stack import Stack

_BATCH: Final = 100
"""The most keys of a BatchGetItem."""


class DueIndex:
    """The index ``due`` of a table; an item is in it only while something is to be done for it.

    Parameters
    ----------
    stack
    table
        The table's logical ID.
    partition, sort
        The attributes of the index's key.
    keys
        The attributes of the table's key.
    """

    def __init__(self, stack: Stack, table: str, partition: str, sort: str, *keys: str) -> None:
        self._client = stack.client("dynamodb")
        self._table = stack.physical(table)
        self._partition, self._sort, self._keys = partition, sort, keys

    def count(self, shard: str, before: int | None = None) -> int:
        """Return how many items there are in a partition, or how many before a time."""
        pages = self._query(shard, before, Select="COUNT")
        return sum(int(page["Count"]) for page in pages)

    def oldest(self, shard: str, limit: int, before: int | None = None) -> Iterator[dict[str, Any]]:
        """Yield the oldest items of a partition as plain values; those that are gone by now are left out."""
        yield from self.whole(self.entries(shard, limit, before))

    def entries(self, shard: str, limit: int, before: int | None = None) -> list[dict[str, Any]]:
        """Return the oldest entries of a partition as plain values, without what only the items have."""
        found: list[dict[str, Any]] = []
        for page in self._query(shard, before, Limit=limit):
            found += [from_item(item) for item in page["Items"]]
            if len(found) >= limit:
                break
        return found[:limit]

    def whole(self, entries: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
        """Yield the items of entries, in their order; those that are gone by now are left out."""
        keys = [to_item({name: entry[name] for name in self._keys}) for entry in entries]
        for start in range(0, len(keys), _BATCH):
            yield from self._get(keys[start : start + _BATCH])

    def _query(self, shard: str, before: int | None, **options: Any) -> Iterator[Mapping[str, Any]]:
        condition, values = f"{self._partition} = :shard", {":shard": shard}
        bounds: dict[str, Any] = {} if before is None else {":before": before}
        if bounds:
            condition += f" AND {self._sort} <= :before"
        pages: Iterator[Mapping[str, Any]] = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName="due",
            KeyConditionExpression=condition,
            ExpressionAttributeValues=to_item({**values, **bounds}),
            **options,
        )
        return pages

    def _get(self, keys: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return items in the order of their keys."""
        found: list[dict[str, Any]] = []
        wanted: Mapping[str, Any] = {self._table: {"Keys": keys}}
        while wanted:
            answer = self._client.batch_get_item(RequestItems=wanted)
            found += answer["Responses"].get(self._table, ())
            wanted = answer.get("UnprocessedKeys", {})
        order = {str(key): place for place, key in enumerate(keys)}
        found.sort(key=lambda item: order[str({name: item[name] for name in self._keys})])
        return [from_item(item) for item in found]
