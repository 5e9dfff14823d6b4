"""The live pointer: one DynamoDB item that names the version which calls are routed by.

A route table that is small once packed travels inside the item, so that a call needs one GetItem and nothing
else. A larger one is read from S3 when the pointer has moved.
"""

import gzip
import json
from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import Strict

from sip_router.domain.version import Version
from sip_router.settings import settings
from switchboard import aws
from switchboard.aws import s3
from switchboard.inputs.model import EventModel, parse

# DynamoDB takes 400 KB an item. Half of that holds thousands of routes and is still read in milliseconds.
INLINE_BYTES: Final = 192 * 1024

KEY: Final[Mapping[str, Any]] = {"item": {"S": "live"}, "number": {"N": "0"}}


class MissingObjectError(Exception):
    """A version's route table is not in S3; the message names its key."""


class Pointer(EventModel):
    """The live version, as it is stored.

    Attributes
    ----------
    live_number : int
        Its number.
    sid : str
        ZN…
    body_key : str
        The key of its route table in S3.
    body : bytes or None
        Its packed route table, if that is small enough to travel with the pointer.
    """

    live_number: Annotated[int, Strict()]
    sid: str
    body_key: str
    body: bytes | None = None

    def read_route_table(self) -> Any:
        """Return the live route table."""
        return unpack(self.body if self.body is not None else read_body(self.body_key))


def read_pointer() -> Pointer | None:
    """Return the live pointer as it is now; None if nothing was ever saved."""
    answer = aws.client("dynamodb").get_item(
        TableName=settings().sip_routes_table, Key=dict(KEY), ConsistentRead=True
    )
    return parse(Pointer, aws.from_item(answer["Item"])) if "Item" in answer else None


def pointer_item(version: Version, body: bytes) -> dict[str, Any]:
    """Return the pointer to a version as a DynamoDB item."""
    pointer = Pointer(
        live_number=version.number,
        sid=version.sid,
        body_key=version.body_key,
        body=body if len(body) <= INLINE_BYTES else None,
    )
    return {**KEY, **aws.to_item(pointer.model_dump())}


def read_body(key: str) -> bytes:
    """Return a packed route table from S3."""
    body = s3.read(settings().sip_routes_bucket, key)
    if body is None:
        raise MissingObjectError(f"there is no object {key}")
    return body


def pack(text: bytes) -> bytes:
    """Return a route table's JSON as it is stored: the same bytes for the same JSON."""
    return gzip.compress(text, compresslevel=6, mtime=0)


def unpack(body: bytes) -> Any:
    """Return the route table that a packed body holds."""
    return json.loads(gzip.decompress(body))
