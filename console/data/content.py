"""What a table or a bucket of a stack holds now, by the key of an item or an object."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from console.context import Console
from console.data.activity import Changed

_LONGEST: Final = 20_000
"""Characters that are shown of an object."""


def content(console: Console, changed: Changed) -> str:
    """Return an item, or the beginning of an object, as it is now; numbers and texts masked as elsewhere."""
    read = _item if changed.service == "dynamodb" else _object
    shown = console.masked(read(console, changed))
    if not isinstance(shown, str):
        shown = json.dumps(shown, indent=2, ensure_ascii=False)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}\n… and more"


def _item(console: Console, changed: Changed) -> Any:
    client, table = console.stack.client("dynamodb"), console.stack.physical(changed.name)
    described = client.describe_table(TableName=table)["Table"]["AttributeDefinitions"]
    types = {one["AttributeName"]: one["AttributeType"] for one in described}
    keys = changed.key if isinstance(changed.key, Mapping) else {}
    key = {
        name: TypeSerializer().serialize(Decimal(value) if types.get(name) == "N" else value)
        for name, value in keys.items()
    }
    item = client.get_item(TableName=table, Key=key).get("Item")
    if item is None:
        return "It is not there any more."
    found = {name: TypeDeserializer().deserialize(value) for name, value in item.items()}
    return json.loads(json.dumps(found, default=_plain))


def _object(console: Console, changed: Changed) -> Any:
    client, bucket = console.stack.client("s3"), console.stack.physical(changed.name)
    try:
        body = client.get_object(Bucket=bucket, Key=changed.key)["Body"].read(_LONGEST + 1)
    except client.exceptions.NoSuchKey:
        return "It is not there any more."
    text = body.decode(errors="replace")
    try:
        return json.loads(text)
    except ValueError:
        return text


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return sorted(value) if isinstance(value, set) else str(value)
