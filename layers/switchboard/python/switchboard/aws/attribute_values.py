"""DynamoDB's attribute values to and from plain Python values, by boto3's serializers.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html

boto3 reads numbers as Decimal and refuses floats; here a number is an int where it is whole, else a float.
"""

import math
from collections.abc import Mapping
from typing import Any, cast

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer


class _Serializer(TypeSerializer):
    def serialize(self, value: Any) -> Any:
        match value:
            case bool():
                return {"BOOL": value}
            case int():  # Decimal would cost more than the rest of an item.
                return {"N": str(int(value))}
            case float():
                if not math.isfinite(value):
                    raise ValueError(f"DynamoDB stores no {value!r}")
                return {"N": repr(value)}
            case tuple():
                return super().serialize(list(value))
            case set() | frozenset() if not value:
                raise ValueError("DynamoDB stores no empty set")
        return super().serialize(value)


class _Deserializer(TypeDeserializer):
    def _deserialize_n(self, value: str) -> int | float:
        try:
            return int(value)
        except ValueError:
            return float(value)

    def _deserialize_b(self, value: bytes) -> bytes:
        return value


_SERIALIZER = _Serializer()
_DESERIALIZER = _Deserializer()


def to_item(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mapping as a DynamoDB item; fields that are None are left out.

    Parameters
    ----------
    values : Mapping[str, Any]
        str, int, float, bool, bytes, mappings and sequences of these; a set of str becomes a string set.

    Raises
    ------
    TypeError
        A value that DynamoDB has no type for.
    ValueError
        A float that is not a number, or infinite; an empty set.
    """
    return {name: to_attribute(value) for name, value in values.items() if value is not None}


def from_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return a DynamoDB item as plain values; a number is an int where it is whole, else a float."""
    return {name: from_attribute(attribute) for name, attribute in item.items()}


def to_attribute(value: Any) -> dict[str, Any]:
    """Return one value as a DynamoDB attribute, such as ``{"S": "text"}``."""
    return cast("dict[str, Any]", _SERIALIZER.serialize(value))


def from_attribute(attribute: Mapping[str, Any]) -> Any:
    """Return one DynamoDB attribute as a plain value."""
    return _DESERIALIZER.deserialize(cast("Any", attribute))
