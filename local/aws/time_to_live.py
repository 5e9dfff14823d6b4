"""DynamoDB's time to live, by the platform's clock."""

from collections.abc import Iterator
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
        for item, value in _expired(client, name, expiry["AttributeName"], now):
            try:
                client.delete_item(
                    TableName=name,
                    Key={key: item[key] for key in keys},
                    # A function may have prolonged it meanwhile.
                    ConditionExpression="#ttl = :value",
                    ExpressionAttributeNames={"#ttl": expiry["AttributeName"]},
                    ExpressionAttributeValues={":value": value},
                )
            except ClientError as error:
                if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                    raise
            else:
                deleted += 1
    return deleted


def _expired(client: Any, table: str, attribute: str, now: float) -> Iterator[tuple[dict[str, Any], Any]]:
    """Yield the items whose time is over, with that time; one that is no number never comes."""
    pages = client.get_paginator("scan").paginate(
        TableName=table,
        ConsistentRead=True,
        FilterExpression="attribute_type(#ttl, :number) AND #ttl < :now",
        ExpressionAttributeNames={"#ttl": attribute},
        ExpressionAttributeValues={":number": {"S": "N"}, ":now": {"N": f"{now:.3f}"}},
    )
    for item in [item for page in pages for item in page["Items"]]:
        yield item, item[attribute]
