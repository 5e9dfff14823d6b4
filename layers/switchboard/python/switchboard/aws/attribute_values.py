"""DynamoDB's attribute values to and from plain Python values.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
"""

import base64
import math
from collections.abc import Mapping
from typing import Any


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


def to_attribute(value: Any) -> dict[str, Any]:  # noqa: C901, PLR0911  # a case per type of DynamoDB's
    """Return one value as a DynamoDB attribute, such as ``{"S": "text"}``."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": str(value)}
        case int():
            return {"N": str(int(value))}
        case float():
            if not math.isfinite(value):
                raise ValueError(f"DynamoDB stores no {value!r}")
            return {"N": repr(value)}
        case bytes():
            return {"B": value}
        case Mapping():
            return {"M": {str(name): to_attribute(item) for name, item in value.items()}}
        case list() | tuple():
            return {"L": [to_attribute(item) for item in value]}
        case set() | frozenset() if all(isinstance(item, str) for item in value):
            if not value:
                raise ValueError("DynamoDB stores no empty set")
            return {"SS": sorted(value)}
    raise TypeError(f"DynamoDB has no type for {type(value).__name__}")


def from_attribute(attribute: Mapping[str, Any]) -> Any:  # noqa: PLR0911  # a case per type of DynamoDB's
    """Return one DynamoDB attribute as a plain value."""
    ((kind, value),) = attribute.items()
    match kind:
        case "NULL":
            return None
        case "N":
            return _number(value)
        case "B":
            # JSON carries bytes as base64; botocore decodes them itself.
            return base64.b64decode(value) if isinstance(value, str) else value
        case "M":
            return from_item(value)
        case "L":
            return [from_attribute(item) for item in value]
        case "SS":
            return set(value)
        case "BS":
            return {from_attribute({"B": item}) for item in value}
        case "NS":
            return {_number(item) for item in value}
    return value


def _number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        return float(text)
