"""Records that a request owns for a while: nobody else writes to them meanwhile."""

from collections.abc import Mapping
from typing import Any, Protocol

from outbound_message.settings import TableSettings
from switchboard import aws
from switchboard.aws.conditional import conflicts
from switchboard.settings import from_environment


class Owned(Protocol):
    """A record that a request owns."""

    @property
    def id(self) -> str:
        """The record's key."""

    @property
    def owner(self) -> str:
        """The owner's mark."""


def update(record: Owned, expression: str, values: Mapping[str, Any]) -> None:
    """Change a record, if it is still this owner's.

    Parameters
    ----------
    record : Owned
        What is changed.
    expression : str
        An update expression; ``:name`` stands for a value, ``#name`` for the attribute of that name.
    values : Mapping[str, Any]
        The values by name.

    Raises
    ------
    WriteConflict
        Another request owns the record now.
    """
    names = {f"#{name}": name for name in values if f"#{name} " in expression}
    with conflicts():
        aws.client("dynamodb").update_item(
            TableName=table(),
            Key=aws.to_item({"id": record.id}),
            UpdateExpression=expression,
            ConditionExpression="#owner = :owner",
            ExpressionAttributeNames={"#owner": "owner", **names},
            ExpressionAttributeValues=aws.to_item(
                {":owner": record.owner, **{f":{name}": value for name, value in values.items()}}
            ),
        )


def table() -> str:
    """Return the table's name."""
    return from_environment(TableSettings).outbound_requests_table
