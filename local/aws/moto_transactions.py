"""DynamoDB's transactions in moto without copies of whole tables, which it makes for each write of one."""

import copy
import functools
import threading
from collections.abc import Mapping
from typing import Any

_Key = tuple[str, Any, Any]

_in_transaction = threading.local()


def keep_only_changed_items() -> None:
    """Let a transaction that is canceled restore the items that it names, rather than whole tables."""
    from moto.dynamodb.models import DynamoDBBackend
    from moto.dynamodb.models.table import Table

    transact = DynamoDBBackend.transact_write_items
    if hasattr(transact, "__wrapped__"):
        return

    @functools.wraps(transact)
    def transact_quickly(backend: Any, transact_items: list[dict[str, Any]]) -> None:
        before = _images(backend, transact_items)
        _in_transaction.is_so = True
        try:
            transact(backend, transact_items)
        except Exception:
            for (table, hash_key, range_key), item in before.items():
                _restore(backend.tables[table], hash_key, range_key, item)
            raise
        finally:
            _in_transaction.is_so = False

    def copied(table: Any, memo: dict[int, Any]) -> Any:
        if getattr(_in_transaction, "is_so", False):
            return table
        made = memo[id(table)] = table.__class__.__new__(table.__class__)
        made.__dict__.update({name: copy.deepcopy(value, memo) for name, value in vars(table).items()})
        return made

    DynamoDBBackend.transact_write_items = transact_quickly  # type: ignore[assignment, method-assign]
    Table.__deepcopy__ = copied  # type: ignore[attr-defined]


def _images(backend: Any, transact_items: list[dict[str, Any]]) -> Mapping[_Key, Any]:
    """Return copies of the items that a transaction names, None for those that are not there."""
    found: dict[_Key, Any] = {}
    for write in transact_items:
        for operation in write.values():
            table = backend.tables.get(operation.get("TableName"))
            key = operation.get("Key") or operation.get("Item")
            if table is None or not key or table.hash_key_attr not in key:
                continue
            hash_key, range_key = _value(key, table.hash_key_attr), _value(key, table.range_key_attr)
            item = table.get_item(hash_key, range_key)
            found[table.name, hash_key, range_key] = copy.deepcopy(item)
    return found


def _value(key: Mapping[str, Any], attribute: str | None) -> Any:
    from moto.dynamodb.models.dynamo_type import DynamoType

    return DynamoType(key[attribute]) if attribute and attribute in key else None


def _restore(table: Any, hash_key: Any, range_key: Any, item: Any) -> None:
    if range_key is None:
        if item is None:
            table.items.pop(hash_key, None)
        else:
            table.items[hash_key] = item
    elif item is None:
        table.items.get(hash_key, {}).pop(range_key, None)
    else:
        table.items[hash_key][range_key] = item
