"""DynamoDB's transactions on the platform: all of their writes, or none."""

import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.integration.local.sample import Sample


@pytest.mark.parametrize("with_range", [False, True])
def test_a_transaction_that_is_canceled_leaves_every_item_as_it_was(sample: Sample, with_range: bool) -> None:
    client = sample.platform.aws.client("dynamodb")
    name = f"transactions-{uuid.uuid4().hex}"
    attributes = ["id", "part"] if with_range else ["id"]
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": one, "AttributeType": "S"} for one in attributes],
        KeySchema=[
            {"AttributeName": one, "KeyType": kind}
            for one, kind in zip(attributes, ("HASH", "RANGE"), strict=False)
        ],
    )

    def key(text: str) -> dict[str, Any]:
        return {one: {"S": text} for one in attributes}

    for text in ("put", "update", "delete", "checked"):
        client.put_item(TableName=name, Item={**key(text), "value": {"N": "1"}})
    before = client.scan(TableName=name)["Items"]
    add = {"UpdateExpression": "ADD #v :one", "ExpressionAttributeNames": {"#v": "value"}}
    one = {":one": {"N": "1"}}
    writes: list[Any] = [
        {"Put": {"TableName": name, "Item": {**key("put"), "value": {"N": "2"}}}},
        {"Put": {"TableName": name, "Item": {**key("new"), "value": {"N": "2"}}}},
        {
            "Update": {
                "TableName": name,
                "Key": key("update"),
                **add,
                "ExpressionAttributeValues": one,
            }
        },
        {"Update": {"TableName": name, "Key": key("made"), **add, "ExpressionAttributeValues": one}},
        {"Delete": {"TableName": name, "Key": key("delete")}},
    ]
    failing = {
        "ConditionCheck": {
            "TableName": name,
            "Key": key("checked"),
            "ConditionExpression": "attribute_not_exists(id)",
        }
    }
    with pytest.raises(ClientError, match="ConditionalCheckFailed"):
        client.transact_write_items(TransactItems=[*writes, failing])
    after = client.scan(TableName=name)["Items"]
    assert {item["id"]["S"]: item for item in after} == {item["id"]["S"]: item for item in before}
    client.transact_write_items(TransactItems=writes)
    values = {item["id"]["S"]: item["value"]["N"] for item in client.scan(TableName=name)["Items"]}
    assert values == {"put": "2", "new": "2", "update": "2", "made": "1", "checked": "1"}
