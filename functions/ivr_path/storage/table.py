"""The table IvrPaths, one request at a time: keys, and updates that say what they change.

========  ==============  ==========================================================================
id        part            what
========  ==============  ==========================================================================
CA…       record          a call: its facts, its executions, and once known its path
CA…       FW…             the call's entry in the list of a further flow that it went through
FN…       execution       which call an execution belongs to, by events
FN…       FT…             a step, by events
========  ==============  ==========================================================================

Two indexes hold nothing but keys: byFlow (flowSid, startedAt) and byTime (kind, startedAt). A call is put
into each once and hardly moved, so even the one partition of byTime takes some 300 new calls a second.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

from ivr_path.settings import settings
from switchboard import aws

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import UpdateItemInputTypeDef

RECORD: Final = "record"
EXECUTION: Final = "execution"
KIND: Final = "call"
BY_FLOW: Final = "byFlow"
BY_TIME: Final = "byTime"


class ConditionFailed(Exception):
    """The item is not as the update expected it.

    Parameters
    ----------
    item : Mapping[str, Any]
        The item as it is; empty if there is none.
    """

    def __init__(self, item: Mapping[str, Any]) -> None:
        super().__init__("the item is not as expected")
        self.item = item


def key(identity: str, part: str) -> dict[str, Any]:
    """Return an item's key as DynamoDB takes it."""
    return {"id": {"S": identity}, "part": {"S": part}}


def get(identity: str, part: str) -> dict[str, Any] | None:
    """Return one item as plain values, as it is now; None if there is none."""
    answer = client().get_item(
        TableName=settings().ivr_paths_table, Key=key(identity, part), ConsistentRead=True
    )
    return aws.from_item(answer["Item"]) if "Item" in answer else None


def update(
    identity: str,
    part: str,
    *,
    put: Mapping[str, Any],
    once: Mapping[str, Any] | None = None,
    condition: str = "",
    names: Mapping[str, str] | None = None,
    values: Mapping[str, Any] | None = None,
    returns: Literal["NONE", "ALL_NEW"] = "NONE",
) -> dict[str, Any]:
    """Write some attributes of an item, and one more into its ``version``, in one request.

    Parameters
    ----------
    identity, part : str
        The item; it is made if there is none.
    put : Mapping[str, Any]
        Attributes to set; None removes one.
    once : Mapping[str, Any]
        Attributes to set only where the item has none of that name; None leaves one alone.
    condition : str
        A condition; its placeholders stand in `names` and `values`.
    names : Mapping[str, str]
        Attribute names by placeholder, such as ``{"#rank": "callRank"}``.
    values : Mapping[str, Any]
        Values by placeholder, such as ``{":rank": 4}``.
    returns : str
        What of the item to give back.

    Raises
    ------
    ConditionFailed
        The condition does not hold.
    """
    named = {"#version": "version", **(names or {})}
    bound = {":one": 1, **(values or {})}
    sets: list[str] = []
    removes: list[str] = []
    for number, (name, value) in enumerate({**(once or {}), **put}.items()):
        alias, place = f"#a{number}", f":a{number}"
        if value is None:
            if name in put:
                named[alias] = name
                removes.append(alias)
            continue
        named[alias] = name
        bound[place] = value
        sets.append(f"{alias} = {place}" if name in put else f"{alias} = if_not_exists({alias}, {place})")
    request: UpdateItemInputTypeDef = {
        "TableName": settings().ivr_paths_table,
        "Key": key(identity, part),
        "UpdateExpression": _expression(sets, removes),
        "ExpressionAttributeNames": named,
        "ExpressionAttributeValues": aws.to_item(bound),
        "ReturnValues": returns,
    }
    if condition:
        request["ConditionExpression"] = condition
        request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    try:
        answer = client().update_item(**request)
    except aws.ServiceError as error:
        if error.code != "ConditionalCheckFailedException":
            raise
        raise ConditionFailed(error.item) from None
    return aws.from_item(answer.get("Attributes", {}))


def _expression(sets: list[str], removes: list[str]) -> str:
    parts = ["SET " + ", ".join(sets)] if sets else []
    parts += ["REMOVE " + ", ".join(removes)] if removes else []
    return " ".join([*parts, "ADD #version :one"])


def client() -> "DynamoDBClient":
    """Return the DynamoDB client."""
    return aws.client("dynamodb")
