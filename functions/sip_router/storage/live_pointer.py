"""The live pointer: one DynamoDB item that says which version calls are routed by.

A map that is small once packed travels inside the item, so that a call needs one GetItem and nothing else. A
larger one is fetched from S3 when the pointer has moved.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sip_router.settings import settings
from switchboard import aws, s3

# DynamoDB takes 400 KB an item. Half of that holds thousands of routes and is still read in milliseconds.
INLINE_BYTES = 192 * 1024

KEY: Mapping[str, Any] = {"item": {"S": "live"}, "number": {"N": "0"}}


@dataclass(frozen=True, slots=True)
class Pointer:
    """The live version.

    Attributes
    ----------
    number : int
        Its number.
    version : str
        Its SID, ZN…
    key : str
        Its map's object in S3.
    body : bytes or None
        Its map, if that is small enough to travel with the pointer.
    """

    number: int
    version: str
    key: str
    body: bytes | None = None


def read_pointer() -> Pointer | None:
    """Return the live pointer as it is now; None if nothing was ever published."""
    answer = aws.client("dynamodb").get_item(
        TableName=settings().sip_routes_table, Key=KEY, ConsistentRead=True
    )
    if "Item" not in answer:
        return None
    fields = aws.from_item(answer["Item"])
    return Pointer(fields["liveNumber"], fields["sid"], fields["bodyKey"], fields.get("body"))


def pointer_item(pointer: Pointer) -> dict[str, Any]:
    """Return the pointer as a DynamoDB item."""
    return {
        **KEY,
        **aws.to_item(
            {
                "liveNumber": pointer.number,
                "sid": pointer.version,
                "bodyKey": pointer.key,
                "body": pointer.body,
            }
        ),
    }


def read_body(key: str) -> bytes:
    """Return a stored map from S3."""
    body = s3.read(settings().sip_routes_bucket, key)
    if body is None:
        raise LookupError(f"the object {key} is not in the bucket")
    return body
