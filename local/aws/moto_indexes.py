"""Queries of global secondary indexes in moto that stay quick with 100,000 items.

moto sorts the whole table twice for each page, by comparisons in Python, and counts whole items towards the
1 MB of a page where the index holds keys only, so that listing a table takes the square of its size. DynamoDB
counts what the index holds: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html
"""

import copy
import functools
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

_PAGE_BYTES: Final = 1_000_000  # moto's own limit of a page
_KEYS_ONLY: Final = "KEYS_ONLY"
_TEXT_AND_NUMBER: Final = {"S", "N"}

_Position = tuple[Any, ...]


def query_indexes_quickly() -> None:
    """Let queries of a global secondary index with a sort key sort only its own entries, by plain values."""
    from moto.dynamodb.models.table import Table

    query = Table.query
    if hasattr(query, "__wrapped__"):
        return

    @functools.wraps(query)
    def query_quickly(table: Any, *arguments: Any, **options: Any) -> Any:
        named = dict(zip(_NAMES, arguments, strict=False)) | options
        index = _index(table, named)
        return query(table, *arguments, **options) if index is None else _query(table, index, **named)

    Table.query = query_quickly  # type: ignore[assignment, method-assign]


_NAMES: Final = (
    *("hash_key", "range_comparison", "range_objs", "limit", "exclusive_start_key", "scan_index_forward"),
    *("projection_expressions", "index_name", "consistent_read", "filter_expression"),
)
_KNOWN: Final = {*_NAMES, "hash_key_conditions", "range_key_conditions"}


def _index(table: Any, named: Mapping[str, Any]) -> Any:
    """Return the index that a query names; None where moto's own query must answer."""
    index = next((one for one in table.global_indexes or () if one.name == named.get("index_name")), None)
    conditions, ranges = named.get("hash_key_conditions"), named.get("range_key_conditions")
    is_known = named.keys() <= _KNOWN and conditions and len(conditions) == 1 and len(ranges or ()) < 2
    is_plain = index is not None and [key["KeyType"] for key in index.schema] == ["HASH", "RANGE"]
    return index if is_known and is_plain and not named.get("consistent_read") else None


def _query(
    table: Any,
    index: Any,
    *,
    range_comparison: str | None,
    range_objs: Sequence[Any],
    limit: int | None,
    exclusive_start_key: Mapping[str, Any] | None,
    scan_index_forward: bool | None,
    projection_expressions: list[list[str]] | None,
    hash_key_conditions: Sequence[tuple[str, Any]],
    filter_expression: Any = None,
    **_: Any,
) -> tuple[list[Any], int, Mapping[str, Any] | None]:
    """Return a page as moto's own query does: items, how many were looked at, and the last one's key."""
    ((hash_name, wanted),) = hash_key_conditions
    sort_name = index.schema[1]["AttributeName"]
    names = [name for name in (sort_name, table.hash_key_attr, table.range_key_attr) if name]
    entries = _entries(table, hash_name, wanted, names)
    keys_only = (index.projection or {}).get("ProjectionType") == _KEYS_ONLY
    held = {hash_name, *names} if keys_only else None
    if scan_index_forward is False:
        entries.reverse()
    first = _after(entries, exclusive_start_key, names, forward=scan_index_forward is not False)
    found: list[Any] = []
    size, last = 0, None
    for _position, item in entries[first:]:
        if range_comparison and not item.attrs[sort_name].compare(range_comparison, range_objs):
            continue
        bytes_more = _size(item, held)
        if len(found) == limit or size + bytes_more > _PAGE_BYTES:
            last = table._get_last_evaluated_key(found[-1], index.name)  # noqa: SLF001
            break
        found.append(item)
        size += bytes_more
    scanned = len(found)
    results = [_keys(item, held) if held else index.project(copy.deepcopy(item)) for item in found]
    if filter_expression is not None:
        results = [item for item in results if filter_expression.expr(item)]
    if projection_expressions:
        results = [item.project(projection_expressions) for item in results]
    return results, scanned, last


def _entries(table: Any, hash_name: str, wanted: Any, names: Sequence[str]) -> list[tuple[_Position, Any]]:
    """Return the items of one partition of an index, in its order."""
    entries: list[tuple[_Position, Any]] = []
    for below in list(table.items.values()):  # a copy: another thread may write meanwhile
        for item in list(below.values()) if table.range_key_attr else (below,):
            own = item.attrs.get(hash_name)
            if own is None or own.value != wanted.value or own.type != wanted.type:
                continue
            values = [item.attrs.get(name) for name in names]
            if all(value is not None and value.type in _TEXT_AND_NUMBER for value in values):
                entries.append((tuple(_plain(value.type, value.value) for value in values), item))
    entries.sort(key=lambda entry: entry[0])
    return entries


def _after(
    entries: Sequence[tuple[_Position, Any]],
    start: Mapping[str, Any] | None,
    names: Sequence[str],
    *,
    forward: bool,
) -> int:
    """Return the place of the first entry behind the start key, which need not be there any more."""
    if not start:
        return 0
    position = tuple(_plain(*next(iter(start[name].items()))) for name in names)
    if forward:
        return bisect_right(entries, position, key=lambda entry: entry[0])
    ascending = entries[::-1]
    return len(entries) - bisect_left(ascending, position, key=lambda entry: entry[0])


def _plain(kind: str, value: str) -> Any:
    return Decimal(value) if kind == "N" else value


def _size(item: Any, held: set[str] | None) -> int:
    if held is None:
        return int(item.size())
    return sum(len(name) + item.attrs[name].size() for name in held)


def _keys(item: Any, held: set[str]) -> Any:
    """Return what an index of keys holds of an item."""
    from moto.dynamodb.models.dynamo_type import Item

    attributes = {name: {item.attrs[name].type: item.attrs[name].value} for name in held}
    return Item(item.hash_key, item.range_key, attributes)
