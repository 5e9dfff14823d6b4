"""boto3 clients, made once per process; each try ends before the caller's deadline.

This module adds to boto3 the deadline of switchboard.deadline, a check that answers are complete, and errors
of one kind (switchboard.aws.errors).
"""

import contextlib
import functools
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, overload

# The SDKs' retry behavior of 2026: a failed try is repeated after 25 to 100 ms, only a throttled one later.
# botocore reads it while it is imported (https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html).
os.environ.setdefault("AWS_NEW_RETRIES_2026", "true")

import boto3
import botocore.session
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.loaders import Loader

from switchboard.aws.errors import Unreachable, translated
from switchboard.deadline import remaining, try_timeout

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient

CONNECT_SECONDS: Final = 1
READ_SECONDS: Final = 5
TRIES: Final = 3

_PAUSE_SECONDS: Final = 0.05

Service = Literal["dynamodb", "events", "s3", "sqs", "ssm"]

# A webhook has 15 s in all, so the defaults (60 s for each of connect and read) would only hide a failure.
_CONFIG: Final = Config(
    connect_timeout=CONNECT_SECONDS,
    read_timeout=READ_SECONDS,
    retries={"mode": "standard", "total_max_attempts": TRIES},
    tcp_keepalive=True,
    # By default botocore puts this header together for each call, which is a seventh of a call's CPU time.
    user_agent=f"Boto3/{boto3.__version__} switchboard",
)
# By default boto3 presigns URLs with the older signature, at the global endpoint, which redirects in a
# bucket's first hours (https://docs.aws.amazon.com/AmazonS3/latest/userguide/Redirects.html).
_S3_CONFIG: Final = _CONFIG.merge(Config(signature_version="s3v4", s3={"addressing_style": "virtual"}))

# Service models are read once, even where clients are made again.
_LOADER: Final = Loader(extra_search_paths=[str(Path(boto3.__file__).parent / "data")])


class _Client:
    """A boto3 client whose calls fail with ServiceError or Unreachable."""

    def __init__(self, made: Any) -> None:
        self._made = made

    def __getattr__(self, name: str) -> Any:
        """Return the client's method, remembered for the next call."""
        method = getattr(self._made, name)

        @functools.wraps(method)
        def call(*args: Any, **parameters: Any) -> Any:
            with translated():
                return method(*args, **parameters)

        vars(self)[name] = call
        return call


@functools.cache
def _client(name: Service) -> _Client:
    return _Client(boto3_client(name))


@overload
def client(name: Literal["dynamodb"]) -> "DynamoDBClient": ...
@overload
def client(name: Literal["events"]) -> "EventBridgeClient": ...
@overload
def client(name: Literal["s3"]) -> "S3Client": ...
@overload
def client(name: Literal["sqs"]) -> "SQSClient": ...
@overload
def client(name: Literal["ssm"]) -> "SSMClient": ...
def client(name: Service) -> Any:
    """Return the boto3 client of a service, the same one at every call.

    Connecting may take 1 s and reading 5 s; a call is tried 3 times in all. The deadline of the request
    (switchboard.deadline) shortens both. Calls fail with ServiceError or Unreachable.
    """
    return _client(name)


@functools.cache
def boto3_client(name: Service) -> Any:
    """Return the same client with boto3's own errors, for libraries that handle those."""
    made = _session().client(name, config=_S3_CONFIG if name == "s3" else _CONFIG)
    service_id = made.meta.service_model.service_id.hyphenize()
    events: Any = made.meta.events
    events.register(f"request-created.{service_id}", _keep_deadline)
    if name != "s3":  # An object's length is checked where it is read.
        events.register_first(f"needs-retry.{service_id}", _retry_incomplete_answer)
    _made.append(made)
    return made


_made: list[Any] = []


@functools.cache
def _session() -> boto3.session.Session:
    session = botocore.session.get_session()
    session.register_component("data_loader", _LOADER)
    return boto3.session.Session(botocore_session=session)


def make_clients(*names: Service) -> None:
    """Make the clients that a function uses, while it is initialized."""
    for name in names:
        _client(name)


def connect(*names: Service) -> None:
    """Open a connection to each service, so that no caller waits for it.

    An unsigned request does that. What the service answers does not matter, and a failure is left to the
    first call. Once the deadline has passed, no more connections are opened.
    """
    for name in names:
        made = boto3_client(name)
        request = AWSRequest("GET", made.meta.endpoint_url)
        with contextlib.suppress(Exception):
            _keep_deadline(request)
            # boto3 has no public way to connect.
            made._endpoint.http_session.send(request.prepare())  # noqa: SLF001


def disconnect() -> None:
    """Close every client's connections, which have died where the process was restored from a snapshot."""
    for made in _made:
        made.close()


def clear_clients() -> None:
    """Make new clients from now on, for a process whose environment has changed."""
    disconnect()
    _made.clear()
    for cached in (_client, boto3_client, _session):
        cached.cache_clear()


def _keep_deadline(request: Any, **_: Any) -> None:
    """Shorten a try's timeout by the caller's deadline, or refuse the try once that has passed."""
    if remaining(READ_SECONDS) <= 0:
        raise Unreachable("no time is left")
    request.context["read_timeout"] = try_timeout(READ_SECONDS)


def _retry_incomplete_answer(response: Any, attempts: int, **_: Any) -> float | None:
    """Repeat a call whose answer was cut off or is no JSON object: botocore would take it as an empty one."""
    http_response = response[0] if response else None
    if http_response is None or _is_complete(http_response):
        return None
    if attempts >= TRIES or remaining(READ_SECONDS) <= 0:
        raise Unreachable("the answer is incomplete")
    return _PAUSE_SECONDS


def _is_complete(http_response: Any) -> bool:
    content = http_response.content
    length = http_response.headers.get("content-length")
    if length is not None and int(length) != len(content):
        return False
    return http_response.status_code >= 300 or content.rstrip()[-1:] in {b"", b"}"}
