"""Queries of global secondary indexes in moto that stay quick with 100,000 items.

moto sorts the whole table twice for each page, by comparisons in Python, and counts whole items towards the
1 MB of a page where the index holds keys only, so that listing a table takes the square of its size. DynamoDB
counts what the index holds: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html
"""

import copy
import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
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
    keys_only = (index.projection or {}).get("ProjectionType") == _KEYS_ONLY
    held = {hash_name, *names} if keys_only else None
    is_forward = scan_index_forward is not False
    found: list[Any] = []
    size, last = 0, None
    for item in _entries(
        _partition(table, hash_name, wanted, names),
        _comparison(range_comparison, range_objs),
        _start(exclusive_start_key, names),
        is_forward=is_forward,
    ):
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


def _partition(
    table: Any, hash_name: str, wanted: Any, names: Sequence[str]
) -> Iterator[tuple[_Position, Any]]:
    """Yield the items of one partition of an index, with their places in its order."""
    for below in list(table.items.values()):  # a copy: another thread may write meanwhile
        for item in list(below.values()) if table.range_key_attr else (below,):
            own = item.attrs.get(hash_name)
            if own is None or own.value != wanted.value or own.type != wanted.type:
                continue
            values = [item.attrs.get(name) for name in names]
            if all(value is not None and value.type in _TEXT_AND_NUMBER for value in values):
                yield tuple(_plain(value.type, value.value) for value in values), item


def _entries(
    partition: Iterator[tuple[_Position, Any]],
    is_within: Callable[[Any], bool],
    start: _Position | None,
    *,
    is_forward: bool,
) -> Iterator[Any]:
    """Yield the items behind the start key, which need not be there any more, in the index's order."""
    entries = [
        entry
        for entry in partition
        if is_within(entry[0][0]) and (not start or (entry[0] > start if is_forward else entry[0] < start))
    ]
    entries.sort(key=lambda entry: entry[0], reverse=not is_forward)
    return (item for _, item in entries)


def _start(key: Mapping[str, Any] | None, names: Sequence[str]) -> _Position | None:
    return tuple(_plain(*next(iter(key[name].items()))) for name in names) if key else None


def _comparison(name: str | None, bounds: Sequence[Any]) -> Callable[[Any], bool]:
    """Return whether a sort key is among those that are asked for."""
    from moto.dynamodb.comparisons import get_comparison_func

    if not name:
        return lambda _: True
    compare, values = get_comparison_func(name), [bound.cast_value for bound in bounds]
    return lambda value: bool(compare(value, *values))


def _plain(kind: str, value: str) -> Any:
    return Decimal(value) if kind == "N" else value


def _size(item: Any, held: set[str] | None) -> int:
    if held is None:
        return int(item.size())
    return sum(len(name) + item.attrs[name].size() for name in held)


def _keys(item: Any, held: set[str]) -> Any:
    """Return what an index of keys holds of an item; keys do not change, so they are not copied."""
    made = copy.copy(item)
    made.attrs = item.attrs.__class__()
    dict.update(made.attrs, {name: item.attrs[name] for name in held})
    return made
