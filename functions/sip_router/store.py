"""Versions of the map in DynamoDB, their maps in S3, and the moves of the live pointer.

A version is one item, put on the condition that no item has its number yet: of many who save at once, one
wins. The pointer only moves forward, on the condition that it still points to an older version.
"""

import random
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sip_router.body import decode, digest, encode
from sip_router.pointer import INLINE_BYTES, Pointer, pointer_item, read_body, read_pointer
from sip_router.seed import Seed
from sip_router.settings import settings
from sip_router.version import (
    Deployment,
    Version,
    deployment_fields,
    from_fields,
    new_deployment,
    number_of,
    timestamp,
    to_fields,
    version_sid,
)
from switchboard import aws

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

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
        TableName=settings().sip_routes_table, Key=_key(number), ConsistentRead=True
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
    client = aws.client("dynamodb")
    try:
        client.put_item(**_new_version(version))
    except client.exceptions.ConditionalCheckFailedException:
        # A request whose answer was lost is sent again, and then it is our own item that is in the way.
        if find(version.sid) is None:
            aws.client("s3").delete_object(Bucket=settings().sip_routes_bucket, Key=version.key)
            raise OutdatedError from None
    return version


def adopt(seed: Seed) -> Version:
    """Store the seed as version 1, live as it was; return version 1, whoever stored it."""
    body = encode(seed.data)
    version = replace(seed.version, key=_body_key(seed.version.sid))
    _put_body(version.key, body)
    if not _transact(_put(_new_version(version)), _put(_move_pointer(version, body))):
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
        if _transact(_put(_move_pointer(version, body)), _mark_published(version, deployment)):
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
        if _transact(_put(_new_version(version)), _put(_move_pointer(version, body))):
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


def _key(number: int) -> dict[str, Any]:
    return {"item": {"S": "version"}, "number": {"N": str(number)}}


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


def _new_version(version: Version) -> dict[str, Any]:
    return {
        "TableName": settings().sip_routes_table,
        "Item": {**_key(version.number), **aws.to_item(to_fields(version))},
        "ConditionExpression": "attribute_not_exists(#item)",
        "ExpressionAttributeNames": {"#item": "item"},
    }


def _move_pointer(version: Version, body: bytes) -> dict[str, Any]:
    inline = body if len(body) <= INLINE_BYTES else None
    return {
        "TableName": settings().sip_routes_table,
        "Item": pointer_item(Pointer(version.number, version.sid, version.key, inline)),
        "ConditionExpression": "attribute_not_exists(#item) OR liveNumber < :number",
        "ExpressionAttributeNames": {"#item": "item"},
        "ExpressionAttributeValues": {":number": {"N": str(version.number)}},
    }


def _mark_published(version: Version, deployment: Deployment) -> dict[str, Any]:
    fields = deployment_fields(deployment)
    return {
        "Update": {
            "TableName": settings().sip_routes_table,
            "Key": _key(version.number),
            "UpdateExpression": "SET " + ", ".join(f"{name} = :{name}" for name in fields),
            "ConditionExpression": "attribute_exists(#item)",
            "ExpressionAttributeNames": {"#item": "item"},
            "ExpressionAttributeValues": {f":{name}": {"S": value} for name, value in fields.items()},
        }
    }


def _put(request: dict[str, Any]) -> dict[str, Any]:
    return {"Put": request}


def _transact(*writes: Any) -> bool:
    """Do all writes, or none; tell whether they were done. False: somebody else was faster."""
    client = aws.client("dynamodb")
    try:
        client.transact_write_items(TransactItems=writes)
    except client.exceptions.TransactionCanceledException as error:
        if _lost(error):
            return False
        raise
    return True


def _lost(error: "ClientError") -> bool:
    reasons: Any = error.response.get("CancellationReasons", [])
    codes = {reason.get("Code") for reason in reasons} - {"None", None}
    return bool(codes) and codes <= {"ConditionalCheckFailed", "TransactionConflict"}


def _attempts() -> Any:
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(random.uniform(0.02, 0.08) * attempt)  # noqa: S311  # to spread out, not to hide
        yield attempt
