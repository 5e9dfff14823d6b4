"""DynamoDB's time to live, by the platform's clock."""

from typing import Any

from botocore.exceptions import ClientError

from local.aws.moto_server import Aws
from local.template.application import Application


def delete_expired(application: Application, aws: Aws, now: float) -> int:
    """Delete the items whose time to live is over, as DynamoDB does within a few days.

    Parameters
    ----------
    application
        Where the tables are described.
    aws
        Where they are.
    now
        Seconds since the epoch.

    Returns
    -------
    int
        How many items were deleted.
    """
    client = aws.client("dynamodb")
    deleted = 0
    for table in application.template.of_type("AWS::DynamoDB::Table"):
        expiry = table.properties.get("TimeToLiveSpecification", {})
        if not expiry.get("AttributeName") or not expiry.get("Enabled", True):
            continue
        name = application.template.name_of(table)
        keys = [key["AttributeName"] for key in table.properties["KeySchema"]]
        for item in _expired(aws, name, expiry["AttributeName"], now):
            try:
                client.delete_item(
                    TableName=name,
                    Key={key: item[key] for key in keys},
                    # A function may have prolonged it meanwhile.
                    ConditionExpression="#ttl = :value",
                    ExpressionAttributeNames={"#ttl": expiry["AttributeName"]},
                    ExpressionAttributeValues={":value": item[expiry["AttributeName"]]},
                )
            except ClientError as error:
                if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                    raise
            else:
                deleted += 1
    return deleted


def _expired(aws: Aws, table: str, attribute: str, now: float) -> list[dict[str, Any]]:
    """Return the expired items as DynamoDB's JSON; an expiry that is not a number never comes."""
    # moto's own items: a scan would copy the whole table each time that the clock is moved.
    with aws.held_still():
        items = [item.attrs for item in aws.backend("dynamodb").tables[table].all_items()]
        return [
            {name: value.to_json() for name, value in item.items() if value.type in {"S", "N"}}
            for item in items
            if attribute in item and item[attribute].type == "N" and float(item[attribute].value) < now
        ]
