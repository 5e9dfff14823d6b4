"""AWS clients, made once per process, and DynamoDB items to and from plain Python values.

Low-level clients from botocore: boto3's session and resources would add a sixth to the time a cold start
takes.
"""

import functools
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, overload

if TYPE_CHECKING:
    from botocore.exceptions import ClientError
    from botocore.session import Session
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient

CONNECT_SECONDS = 1
READ_SECONDS = 5
ATTEMPTS = 3
FAIL_FAST_READ_SECONDS = 1.5
FAIL_FAST_ATTEMPTS = 2


@functools.cache
def _session() -> "Session":
    from botocore.session import get_session

    return get_session()


@functools.cache
def _client(name: str, fail_fast: bool) -> Any:
    from botocore.config import Config

    # A webhook has 15 s in all, so the defaults (60 s for each of connect and read) would only hide a
    # failure.
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=FAIL_FAST_READ_SECONDS if fail_fast else READ_SECONDS,
        retries={
            "mode": "standard",
            "total_max_attempts": FAIL_FAST_ATTEMPTS if fail_fast else ATTEMPTS,
        },
        tcp_keepalive=True,
    )
    return _session().create_client(name, config=config)


@overload
def client(name: Literal["dynamodb"], *, fail_fast: bool = ...) -> "DynamoDBClient": ...
@overload
def client(name: Literal["events"], *, fail_fast: bool = ...) -> "EventBridgeClient": ...
@overload
def client(name: Literal["s3"], *, fail_fast: bool = ...) -> "S3Client": ...
@overload
def client(name: Literal["sqs"], *, fail_fast: bool = ...) -> "SQSClient": ...
@overload
def client(name: Literal["ssm"], *, fail_fast: bool = ...) -> "SSMClient": ...
def client(name: str, *, fail_fast: bool = False) -> Any:
    """Return the low-level client of a service, the same one at every call.

    Region, credentials and AWS_ENDPOINT_URL come from the environment. Connecting may take 1 s and reading 5
    s; a request is tried 3 times in all
    (https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html, standard mode). An fail_fast
    client reads for 1.5 s and tries twice: for a webhook that must be answered even if the service is down.
    """
    return _client(name, fail_fast)


def clear_clients() -> None:
    """Make new clients from now on, for a process whose environment has changed."""
    _client.cache_clear()
    _session.cache_clear()


def error_code(error: "ClientError") -> str:
    """Return the service's name for an error, such as "ConditionalCheckFailedException"."""
    return error.response.get("Error", {}).get("Code", "")


def to_item(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mapping as a DynamoDB item; fields that are None are left out.

    Parameters
    ----------
    values : Mapping[str, Any]
        str, int, float, bool, bytes, mappings and sequences of these; a set of str becomes a string set.

    Raises
    ------
    TypeError
        A value that DynamoDB has no type for.
    ValueError
        A float that is not a number, or infinite; an empty set.
    """
    return {name: to_attribute(value) for name, value in values.items() if value is not None}


def from_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return a DynamoDB item as plain values; a number is an int where it is whole, else a float."""
    return {name: from_attribute(attribute) for name, attribute in item.items()}


def to_attribute(value: Any) -> dict[str, Any]:  # noqa: C901, PLR0911  # a case per type of DynamoDB's
    """Return one value as a DynamoDB attribute, such as ``{"S": "text"}``."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": str(value)}
        case int():
            return {"N": str(int(value))}
        case float():
            if not math.isfinite(value):
                raise ValueError(f"DynamoDB stores no {value!r}")
            return {"N": repr(value)}
        case bytes():
            return {"B": value}
        case Mapping():
            return {"M": {str(name): to_attribute(item) for name, item in value.items()}}
        case list() | tuple():
            return {"L": [to_attribute(item) for item in value]}
        case set() | frozenset() if all(isinstance(item, str) for item in value):
            if not value:
                raise ValueError("DynamoDB stores no empty set")
            return {"SS": sorted(value)}
    raise TypeError(f"DynamoDB has no type for {type(value).__name__}")


def from_attribute(attribute: Mapping[str, Any]) -> Any:  # noqa: PLR0911  # a case per type of DynamoDB's
    """Return one DynamoDB attribute as a plain value."""
    ((kind, value),) = attribute.items()
    match kind:
        case "NULL":
            return None
        case "N":
            return _number(value)
        case "M":
            return from_item(value)
        case "L":
            return [from_attribute(item) for item in value]
        case "SS" | "BS":
            return set(value)
        case "NS":
            return {_number(item) for item in value}
    return value


def _number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        return float(text)
