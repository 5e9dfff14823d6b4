"""DynamoDB's request units of what moto answers, by DynamoDB's own rules.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html. A write takes a
unit for each 1 KB of the item, and as many again for each index that the item is in; a transaction twice
that. A read takes a unit for each 4 KB, here always as if it were strongly consistent.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

_WRITE_BYTES: Final = 1024
_READ_BYTES: Final = 4096
_MARKER: Final = "_counts_units"


class Units:
    """Read and write request units so far."""

    def __init__(self) -> None:
        self.reads = 0
        self.writes = 0

    def count(self, tables: Any, operation: str, request: Mapping[str, Any]) -> None:
        """Add what a request took, once it has been answered."""
        match operation:
            case "GetItem":
                self.reads += _units(tables, request, request["Key"], _READ_BYTES)
            case "Query" | "Scan" | "BatchGetItem":
                self.reads += 1
            case "PutItem":
                self._write(tables, request, request["Item"])
            case "UpdateItem" | "DeleteItem":
                self._write(tables, request, request["Key"])
            case "TransactWriteItems":
                for action in request["TransactItems"]:
                    for name, part in action.items():
                        item = part["Item"] if name == "Put" else part["Key"]
                        self._write(tables, part, item)
                        self._write(tables, part, item)

    def _write(self, tables: Any, request: Mapping[str, Any], item: Mapping[str, Any]) -> None:
        table = tables.get_table(request["TableName"])
        stored = _stored(table, item)
        indexes = sum(
            all(key["AttributeName"] in stored for key in index.schema) for index in table.global_indexes
        )
        self.writes += math.ceil(max(_size(stored), 1) / _WRITE_BYTES) * (1 + indexes)


@contextmanager
def counted_units(tables: Any) -> Iterator[Units]:
    """Count the units of all that moto's DynamoDB is asked for, until the end of the block.

    Parameters
    ----------
    tables
        moto's backend of DynamoDB.
    """
    from moto.dynamodb.responses import DynamoHandler

    units = Units()
    answer: Callable[[Any], Any] = DynamoHandler.call_action

    def counted(handler: Any) -> Any:
        result = answer(handler)
        if handler.current_account != tables.account_id:
            return result  # another platform of this process
        # Refused conditional writes are charged as well.
        units.count(tables, handler.get_endpoint_name(handler.headers), dict(handler.body))
        return result

    DynamoHandler.call_action = counted  # type: ignore[method-assign]
    try:
        yield units
    finally:
        DynamoHandler.call_action = answer  # type: ignore[method-assign]


def _units(tables: Any, request: Mapping[str, Any], key: Mapping[str, Any], size: int) -> int:
    stored = _stored(tables.get_table(request["TableName"]), key)
    return max(math.ceil(_size(stored) / size), 1)


def _stored(table: Any, key: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the item as it is stored now; the key alone where there is none."""
    hash_key, range_key = table.hash_key_attr, table.range_key_attr
    from moto.dynamodb.models.dynamo_type import DynamoType

    found = table.get_item(DynamoType(key[hash_key]), DynamoType(key[range_key]) if range_key else None)
    attributes: Mapping[str, Any] = found.to_json()["Attributes"] if found else key
    return attributes


def _size(item: Mapping[str, Any]) -> int:
    """Return an item's size about as DynamoDB counts it: the bytes of names and values."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: Any) -> int:
    if isinstance(value, Mapping):
        return sum(_value_size(one) for one in value.values())
    if isinstance(value, list):
        return sum(_value_size(one) for one in value)
    return len(str(value).encode())
