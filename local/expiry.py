"""DynamoDB's time to live, by the platform's clock."""

from __future__ import annotations

from botocore.exceptions import ClientError

from local.application import Application
from local.aws import Aws


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
        expired = {
            "ExpressionAttributeNames": {"#ttl": expiry["AttributeName"]},
            "ExpressionAttributeValues": {":now": {"N": str(int(now))}, ":number": {"S": "N"}},
        }
        due = "#ttl < :now AND attribute_type(#ttl, :number)"
        pages = client.get_paginator("scan").paginate(TableName=name, FilterExpression=due, **expired)
        for item in [item for page in pages for item in page["Items"]]:
            try:
                client.delete_item(
                    TableName=name, Key={key: item[key] for key in keys}, ConditionExpression=due, **expired
                )
            except ClientError as error:
                if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                    raise
            else:
                deleted += 1
    return deleted
