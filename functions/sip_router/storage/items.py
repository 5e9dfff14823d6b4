"""The items of the SipRoutes table, and the conditions on which they are written."""

from typing import Any

from sip_router.domain.version import Deployment, Version, deployment_fields, to_fields
from sip_router.settings import settings
from sip_router.storage.live_pointer import INLINE_BYTES, Pointer, pointer_item
from switchboard import aws

# Codes that say: somebody else was faster, or is just now writing the same item.
_LOST = {"ConditionalCheckFailed", "TransactionConflict"}

# One write of a transaction, as TransactWriteItems takes it.
Write = dict[str, Any]


def version_key(number: int) -> dict[str, Any]:
    """Return the key of a version's item."""
    return {"item": {"S": "version"}, "number": {"N": str(number)}}


def new_version(version: Version) -> Write:
    """Put a version, if no version has its number yet."""
    return {
        "Put": {
            "TableName": settings().sip_routes_table,
            "Item": {**version_key(version.number), **aws.to_item(to_fields(version))},
            "ConditionExpression": "attribute_not_exists(#item)",
            "ExpressionAttributeNames": {"#item": "item"},
        }
    }


def move_pointer(version: Version, body: bytes) -> Write:
    """Point to a version, if what is live is older. A small map travels with the pointer."""
    inline = body if len(body) <= INLINE_BYTES else None
    return {
        "Put": {
            "TableName": settings().sip_routes_table,
            "Item": pointer_item(Pointer(version.number, version.sid, version.key, inline)),
            "ConditionExpression": "attribute_not_exists(#item) OR liveNumber < :number",
            "ExpressionAttributeNames": {"#item": "item"},
            "ExpressionAttributeValues": {":number": {"N": str(version.number)}},
        }
    }


def mark_published(version: Version, deployment: Deployment) -> Write:
    """Note on a version when and by whom it was published."""
    fields = deployment_fields(deployment)
    return {
        "Update": {
            "TableName": settings().sip_routes_table,
            "Key": version_key(version.number),
            "UpdateExpression": "SET " + ", ".join(f"{name} = :{name}" for name in fields),
            "ConditionExpression": "attribute_exists(#item)",
            "ExpressionAttributeNames": {"#item": "item"},
            "ExpressionAttributeValues": {f":{name}": {"S": value} for name, value in fields.items()},
        }
    }


def write(*writes: Any) -> bool:
    """Do all writes, or none; tell whether they were done. False: somebody else was faster.

    Raises
    ------
    switchboard.aws.ServiceError
        They were not done for any other reason.
    """
    try:
        aws.client("dynamodb").transact_write_items(TransactItems=writes)
    except aws.ServiceError as error:
        if _lost(error):
            return False
        raise
    return True


def _lost(error: aws.ServiceError) -> bool:
    codes = set(error.reasons) - {"None"}
    return bool(codes) and codes <= _LOST
