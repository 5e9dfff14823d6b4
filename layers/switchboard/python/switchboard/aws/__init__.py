"""The door to AWS: boto3 clients with the caller's deadline, plain values for items, one kind of errors."""

from collections.abc import Iterator
from typing import Any

from switchboard.aws.attribute_values import from_attribute, from_item, to_attribute, to_item
from switchboard.aws.clients import boto3_client, clear_clients, client, connect, disconnect, make_clients
from switchboard.aws.errors import AwsError, ServiceError, Unreachable, is_temporary, translated

__all__ = [
    "AwsError",
    "ServiceError",
    "Unreachable",
    "boto3_client",
    "clear_clients",
    "client",
    "connect",
    "disconnect",
    "from_attribute",
    "from_item",
    "is_temporary",
    "make_clients",
    "query_items",
    "to_attribute",
    "to_item",
    "translated",
]


def query_items(**request: Any) -> Iterator[dict[str, Any]]:
    """Yield the items that a DynamoDB query finds, as plain values, page after page.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
    """
    with translated():
        for page in boto3_client("dynamodb").get_paginator("query").paginate(**request):
            yield from map(from_item, page["Items"])
