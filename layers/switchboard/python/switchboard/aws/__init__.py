"""AWS clients, made once per process, DynamoDB items to and from plain Python values, and errors.

DynamoDB, EventBridge, SQS and SSM are asked by the layer's own small client; switchboard.aws.s3 reads and
writes objects. botocore is there for the rest, and imported when it is first used.
"""

import functools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal, overload

from switchboard.aws import s3
from switchboard.aws.attribute_values import from_attribute, from_item, to_attribute, to_item
from switchboard.aws.errors import AwsError, ServiceError, Unreachable, is_temporary
from switchboard.aws.json_client import JsonClient

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient

__all__ = [
    "AwsError",
    "ServiceError",
    "Unreachable",
    "botocore_client",
    "clear_clients",
    "client",
    "connect",
    "from_attribute",
    "from_item",
    "is_temporary",
    "query_items",
    "to_attribute",
    "to_item",
]

CONNECT_SECONDS = 1
READ_SECONDS = 5
TRIES = 3


@functools.cache
def _client(name: str) -> Any:
    return JsonClient(name)


@functools.cache
def botocore_client(name: str) -> Any:
    """Return a client that is botocore's, for libraries that expect one."""
    # Low-level, from botocore: boto3's session and resources would add a sixth to the time that this takes.
    from botocore.config import Config
    from botocore.session import get_session

    # A webhook has 15 s in all, so the defaults (60 s for each of connect and read) would only hide a
    # failure.
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": TRIES},
        tcp_keepalive=True,
    )
    return get_session().create_client(name, config=config)


@overload
def client(name: Literal["dynamodb"]) -> "DynamoDBClient": ...
@overload
def client(name: Literal["events"]) -> "EventBridgeClient": ...
@overload
def client(name: Literal["sqs"]) -> "SQSClient": ...
@overload
def client(name: Literal["ssm"]) -> "SSMClient": ...
def client(name: str) -> Any:
    """Return the client of a service, the same one at every call; its methods are those of botocore's.

    Region, credentials and AWS_ENDPOINT_URL come from the environment. Connecting may take 1 s and reading
    5 s; a call is tried 3 times in all. The deadline of the request (switchboard.deadline) shortens both.
    Calls fail with ServiceError or Unreachable.
    """
    return _client(name)


def connect(*names: str) -> None:
    """Open connections while a function is initialised, so that its first caller does not wait for them."""
    for name in names:
        _client(name).connect()


def query_items(**request: Any) -> Iterator[dict[str, Any]]:
    """Yield the items that a DynamoDB query finds, as plain values, page after page.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
    """
    while True:
        page = client("dynamodb").query(**request)
        yield from map(from_item, page["Items"])
        if "LastEvaluatedKey" not in page:
            return
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def clear_clients() -> None:
    """Make new clients from now on, for a process whose environment has changed."""
    _client.cache_clear()
    botocore_client.cache_clear()
    s3.clear_clients()
