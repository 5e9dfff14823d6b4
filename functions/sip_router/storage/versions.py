"""Versions of the route table in DynamoDB, their route tables in S3, and the moves of the live pointer.

A version is one item, put on the condition that no item has its number yet: of concurrent administrators one
wins. The pointer only moves forward, on the condition that it still points to an older version.
"""

import random
import secrets
import time
from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final

from sip_router.domain.seed import Seed
from sip_router.domain.validation import Fault, find_faults
from sip_router.domain.version import Version, number_of, to_json
from sip_router.settings import settings
from sip_router.storage.live_pointer import pack, pointer_item, read_body, read_pointer, unpack
from sip_router.storage.seed import read_seed
from switchboard import aws
from switchboard.aws import s3
from switchboard.aws.conditional import WriteConflict
from switchboard.errors import NotFound, PayloadTooLarge
from switchboard.inputs.model import parse

LATEST: Final = "latest"
LIVE: Final = "live"

MAX_PACKED_BYTES: Final = 4 * 1024 * 1024
"""Lambda hands over 6 MB, in which a packed route table is base64, beside the rest of the answer."""

_TRIES: Final = 8


class VersionLookup:
    """A version and, read when it is first asked for, its route table.

    Parameters
    ----------
    version : Version
        A version that is stored, or the seed's.
    seed : Seed, optional
        The seed, if the version is not stored yet.
    """

    def __init__(self, version: Version, seed: Seed | None = None) -> None:
        self.version = version
        self.seed = seed

    @cached_property
    def data(self) -> Any:
        """The route table."""
        return self.seed.data if self.seed else unpack(read_body(self.version.body_key))

    def faults(self) -> list[Fault]:
        """Return what is wrong with the route table."""
        if self.seed:
            return self.seed.faults
        return find_faults(self.data) if self.version.faults else []

    def is_live(self) -> bool:
        """Tell whether calls are routed by this version now."""
        if self.version.deployment_sid is None:
            return False
        pointer = read_pointer()
        return pointer is None or pointer.sid == self.version.sid


def look_up_latest() -> VersionLookup:
    """Return the newest version, live or not: the seed where nothing was ever saved."""
    found = history(1)
    return VersionLookup(found[0]) if found else _look_up_seed()


def look_up(name: str) -> VersionLookup:
    """Return the version that a name stands for.

    Parameters
    ----------
    name : str
        "live", "latest", a version's SID (ZN…) or a build's (ZB…).

    Raises
    ------
    NotFound
        There is no such version.
    """
    if name == LATEST:
        return look_up_latest()
    if name == LIVE:
        pointer = read_pointer()
        if pointer is None:
            return _look_up_seed()
        name = pointer.sid
    version = find(name)
    if version:
        return VersionLookup(version)
    if not history(1):
        seed = _look_up_seed()
        if name in {seed.version.sid, seed.version.build_sid}:
            return seed
    raise NotFound("There is no such version.")


def _look_up_seed() -> VersionLookup:
    seed = read_seed()
    return VersionLookup(seed.version, seed)


def history(limit: int, before: int | None = None) -> Sequence[Version]:
    """Return at most `limit` stored versions, newest first; only those with a number below `before`."""
    condition, values = "#item = :version", {":version": {"S": "version"}}
    if before is not None:
        condition, values = f"{condition} AND #number < :before", {**values, ":before": {"N": str(before)}}
    answer = aws.client("dynamodb").query(
        TableName=settings().sip_routes_table,
        KeyConditionExpression=condition,
        ExpressionAttributeNames={"#item": "item"} | ({"#number": "number"} if before is not None else {}),
        ExpressionAttributeValues=values,
        ScanIndexForward=False,
        ConsistentRead=True,
        Limit=limit,
    )
    return [parse(Version, aws.from_item(item)) for item in answer["Items"]]


def find(sid: str) -> Version | None:
    """Return the version that a version's (ZN…) or a build's SID (ZB…) names; None if there is none."""
    number = number_of(sid)
    if number is None:
        return None
    answer = aws.client("dynamodb").get_item(
        TableName=settings().sip_routes_table, Key=_version_key(number), ConsistentRead=True
    )
    version = parse(Version, aws.from_item(answer["Item"])) if "Item" in answer else None
    return version if version and version.sid[2:] == sid[2:] else None


def save(version: Version, text: bytes, base: VersionLookup) -> None:
    """Store a version and its route table's JSON; the seed with it, if the version was made from that.

    Raises
    ------
    WriteConflict
        The base is no longer the latest version. Nothing is stored.
    PayloadTooLarge
        The packed route table could be saved, but not be listed.
    """
    packed = pack(text)
    if len(packed) > MAX_PACKED_BYTES:
        raise PayloadTooLarge(f"The route table is larger than {MAX_PACKED_BYTES // 1024} KiB, packed.")
    writes = [_put_version(version)]
    if base.seed:
        body = pack(to_json(base.seed.data))
        _write_body(base.version, body)
        writes = [_put_version(base.version), _move_pointer(base.version, body), *writes]
    _write_body(version, packed)
    try:
        _transact(*writes)
    except WriteConflict:
        s3.delete(settings().sip_routes_bucket, version.body_key)
        raise


def publish(version: Version) -> None:
    """Point to a version and note its publication.

    Raises
    ------
    WriteConflict
        The pointer has moved to this version or to a later one.
    """
    _transact(_move_pointer(version, read_body(version.body_key)), _mark_published(version))


def restore(version: Version) -> None:
    """Store a version that has the route table of an older one, and point to it, in one step.

    Raises
    ------
    WriteConflict
        The version's parent is no longer the latest version.
    """
    _transact(_put_version(version), _move_pointer(version, read_body(version.body_key)))


def _write_body(version: Version, body: bytes) -> None:
    s3.write(
        settings().sip_routes_bucket, version.body_key, body, "application/json", content_encoding="gzip"
    )


def _version_key(number: int) -> dict[str, Any]:
    return {"item": {"S": "version"}, "number": {"N": str(number)}}


def _put_version(version: Version) -> dict[str, Any]:
    """Return the write of a version, on the condition that no version has its number yet."""
    return {
        "Put": {
            "TableName": settings().sip_routes_table,
            "Item": {"item": {"S": "version"}, **aws.to_item(version.model_dump())},
            "ConditionExpression": "attribute_not_exists(#item)",
            "ExpressionAttributeNames": {"#item": "item"},
        }
    }


def _move_pointer(version: Version, body: bytes) -> dict[str, Any]:
    """Return the write that points to a version, on the condition that an older version is live."""
    return {
        "Put": {
            "TableName": settings().sip_routes_table,
            "Item": pointer_item(version, body),
            "ConditionExpression": "attribute_not_exists(#item) OR liveNumber < :number",
            "ExpressionAttributeNames": {"#item": "item"},
            "ExpressionAttributeValues": {":number": {"N": str(version.number)}},
        }
    }


def _mark_published(version: Version) -> dict[str, Any]:
    """Return the write that notes when and by whom a version was published."""
    fields = version.model_dump(include={"deployment_sid", "published_at", "published_by"})
    return {
        "Update": {
            "TableName": settings().sip_routes_table,
            "Key": _version_key(version.number),
            "UpdateExpression": "SET " + ", ".join(f"{name} = :{name}" for name in fields),
            "ConditionExpression": "attribute_exists(#item)",
            "ExpressionAttributeNames": {"#item": "item"},
            "ExpressionAttributeValues": {f":{name}": {"S": value} for name, value in fields.items()},
        }
    }


def _transact(*writes: Any) -> None:
    """Do all writes or none.

    Concurrent transactions on an item may cancel each other before any condition is looked at, so that all of
    them would lose: then the transaction is sent again. The token makes a transaction that is sent again
    because its answer was lost count once.

    Raises
    ------
    WriteConflict
        A condition does not hold.
    """
    token = secrets.token_hex(16)
    for tried in range(1, _TRIES + 1):
        try:
            aws.client("dynamodb").transact_write_items(TransactItems=writes, ClientRequestToken=token)
        except aws.ServiceError as error:
            if "ConditionalCheckFailed" in error.reasons:
                raise WriteConflict from None
            if "TransactionConflict" not in error.reasons:
                raise
            time.sleep(random.uniform(0, 0.02 * tried))  # noqa: S311  # parts concurrent writers, guards nothing
        else:
            return
    raise WriteConflict
