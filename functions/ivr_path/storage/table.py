"""The table IvrPaths, one request at a time: keys, reads, and updates of single attributes.

========  ==============  ==========================================================================
id        part            what
========  ==============  ==========================================================================
CA…       record          a call: its reports, its executions, and in the end its path
CA…       FW…             the call's entry in the list of a further flow that it went through
FN…       execution       the call that an execution belongs to, as Studio's events report it
FN…       FT…             a step, as Studio's events report it
========  ==============  ==========================================================================

Two indexes hold only keys: byFlow (flowSid, startedAt) and byTime (kind, startedAt). A call is put into each
once and hardly moved, so even the one partition of byTime takes some 300 new calls a second.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

from ivr_path.settings import settings
from switchboard import aws
from switchboard.aws.conditional import conflicts

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import UpdateItemInputTypeDef

CALL: Final = "record"
EXECUTION: Final = "execution"
KIND: Final = "call"
BY_FLOW: Final = "byFlow"
BY_TIME: Final = "byTime"


def key(identity: str, part: str) -> dict[str, Any]:
    """Return an item's key as DynamoDB takes it."""
    return {"id": {"S": identity}, "part": {"S": part}}


def get_item(identity: str, part: str) -> dict[str, Any] | None:
    """Return one item as plain values, by a consistent read; None if there is none."""
    answer = aws.client("dynamodb").get_item(
        TableName=settings().ivr_paths_table, Key=key(identity, part), ConsistentRead=True
    )
    return aws.from_item(answer["Item"]) if "Item" in answer else None


def update_item(
    identity: str,
    part: str,
    attributes: Mapping[str, Any],
    *,
    if_absent: Mapping[str, Any] | None = None,
    condition: str = "",
    names: Mapping[str, str] | None = None,
    values: Mapping[str, Any] | None = None,
    returns: Literal["NONE", "ALL_NEW"] = "NONE",
) -> dict[str, Any]:
    """Write attributes of an item and increment its ``version``, in one request.

    Parameters
    ----------
    identity, part : str
        The item's key; the item is created if there is none.
    attributes : Mapping[str, Any]
        Attributes to set; None removes one.
    if_absent : Mapping[str, Any]
        Attributes to set only where the item has none of that name; None sets nothing.
    condition : str
        A condition; its placeholders are defined in `names` and `values`.
    names : Mapping[str, str]
        Attribute names by placeholder, such as ``{"#rank": "callRank"}``.
    values : Mapping[str, Any]
        Values by placeholder, such as ``{":rank": 4}``.
    returns : str
        The attributes to return.

    Raises
    ------
    switchboard.aws.conditional.WriteConflict
        The condition does not hold; the error has the item.
    """
    named = {"#version": "version", **(names or {})}
    bound = {":one": 1, **(values or {})}
    sets: list[str] = []
    removes: list[str] = []
    for number, (name, value) in enumerate({**(if_absent or {}), **attributes}.items()):
        alias, place = f"#a{number}", f":a{number}"
        if value is None:
            if name in attributes:
                named[alias] = name
                removes.append(alias)
            continue
        named[alias] = name
        bound[place] = value
        always = name in attributes
        sets.append(f"{alias} = {place}" if always else f"{alias} = if_not_exists({alias}, {place})")
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
    with conflicts():
        answer = aws.client("dynamodb").update_item(**request)
    return aws.from_item(answer.get("Attributes", {}))


def _expression(sets: list[str], removes: list[str]) -> str:
    parts = ["SET " + ", ".join(sets)] if sets else []
    parts += ["REMOVE " + ", ".join(removes)] if removes else []
    return " ".join([*parts, "ADD #version :one"])
