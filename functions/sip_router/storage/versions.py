"""Versions of the map in DynamoDB, their maps in S3, and the moves of the live pointer.

A version is one item, put on the condition that no item has its number yet: of many who save at once, one
wins. The pointer only moves forward, on the condition that it still points to an older version.
"""

import random
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sip_router.domain.version import (
    Deployment,
    Version,
    from_fields,
    new_deployment,
    number_of,
    timestamp,
    version_sid,
)
from sip_router.settings import settings
from sip_router.storage.body import decode, digest, encode
from sip_router.storage.items import mark_published, move_pointer, new_version, version_key, write
from sip_router.storage.live_pointer import read_body, read_pointer
from sip_router.store_seed import Seed
from switchboard import aws

ATTEMPTS = 6


class OutdatedError(Exception):
    """Somebody else was faster: the version that a change is based on is no longer the latest, or live."""


def latest() -> Version | None:
    """Return the newest version, live or not; None if nothing was ever saved."""
    found = history(1)
    return found[0] if found else None


def history(limit: int, before: int | None = None) -> Sequence[Version]:
    """Return versions, newest first.

    Parameters
    ----------
    limit : int
        At most so many.
    before : int, optional
        Only versions with a smaller number.
    """
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
    return [from_fields(item["number"], item) for item in map(aws.from_item, answer["Items"])]


def find(sid: str) -> Version | None:
    """Return the version that a version's (ZN…) or a build's SID (ZB…) names; None if there is none."""
    number = number_of(sid)
    if number is None:
        return None
    answer = aws.client("dynamodb").get_item(
        TableName=settings().sip_routes_table, Key=version_key(number), ConsistentRead=True
    )
    version = from_fields(number, aws.from_item(answer["Item"])) if "Item" in answer else None
    return version if version and version.sid[2:] == sid[2:] else None


def load(version: Version) -> Any:
    """Return a stored version's map."""
    return decode(read_body(version.key))


def save(data: Any, parent: Version, by: str, note: str) -> Version:
    """Store a map as the version after its parent.

    Parameters
    ----------
    data : Any
        A map that has been checked.
    parent : Version
        What the change was made from.
    by, note : str
        Whose change it is, and what they say about it.

    Raises
    ------
    OutdatedError
        The parent is not the latest version any more. Nothing is stored.
    """
    version = _successor(parent, by, note, len(data["routes"]))
    body = encode(data)
    version = replace(version, sha256=digest(body))
    _put_body(version.key, body)
    # A transaction of one: sent again because its answer was lost, it is recognised as done.
    if not write(new_version(version)):
        aws.client("s3").delete_object(Bucket=settings().sip_routes_bucket, Key=version.key)
        raise OutdatedError
    return version


def adopt(seed: Seed) -> Version:
    """Store the seed as version 1, live as it was; return version 1, whoever stored it."""
    body = encode(seed.data)
    version = replace(seed.version, key=_body_key(seed.version.sid))
    _put_body(version.key, body)
    if not write(new_version(version), move_pointer(version, body)):
        stored = history(1, before=2)
        if not stored or stored[0].sid != version.sid:
            raise OutdatedError
        return stored[0]
    return version


def publish(version: Version, by: str) -> Deployment:
    """Make a version live: calls are routed by it as soon as they look again.

    Publishing what is live already changes nothing and gives the same deployment.

    Raises
    ------
    OutdatedError
        A later version is live.
    """
    body = read_body(version.key)
    for _ in _attempts():
        pointer = read_pointer()
        if pointer and pointer.number > version.number:
            raise OutdatedError
        if pointer and pointer.number == version.number:
            stored = find(version.sid)
            if stored and stored.deployment:
                return stored.deployment
        deployment = new_deployment(by)
        if write(move_pointer(version, body), mark_published(version, deployment)):
            return deployment
    raise OutdatedError


def restore(target: Version, by: str, note: str) -> Version:
    """Go back: make a new version of an older one's map, and make it live, in one step.

    Whoever edits the map meanwhile gets a conflict when they save. The version that is left behind stays in
    the history.

    Raises
    ------
    OutdatedError
        So many others save at the same time that it was never our turn.
    """
    body = read_body(target.key)
    for _ in _attempts():
        parent = latest() or target
        version = replace(
            _successor(parent, by, note, target.routes),
            sha256=target.sha256,
            key=target.key,
            restores=target.sid,
            deployment=new_deployment(by),
        )
        if write(new_version(version), move_pointer(version, body)):
            return version
    raise OutdatedError


def _successor(parent: Version, by: str, note: str, routes: int) -> Version:
    sid = version_sid(parent.number + 1)
    return Version(
        number=parent.number + 1,
        sid=sid,
        created_at=timestamp(),
        created_by=by,
        note=note,
        routes=routes,
        sha256="",
        key=_body_key(sid),
        parent=parent.sid,
    )


def _body_key(sid: str) -> str:
    return f"sip-routes/{sid}.json.gz"


def _put_body(key: str, body: bytes) -> None:
    aws.client("s3").put_object(
        Bucket=settings().sip_routes_bucket,
        Key=key,
        Body=body,
        ContentType="application/json",
        ContentEncoding="gzip",
    )


def _attempts() -> Any:
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(random.uniform(0.02, 0.08) * attempt)  # noqa: S311  # to spread out, not to hide
        yield attempt
