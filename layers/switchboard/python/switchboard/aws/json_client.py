"""A client of the AWS services that speak JSON: DynamoDB, EventBridge, SQS and SSM.

On a caller's way only these are asked, for a handful of operations. botocore reads its service models for
that, which costs a cold start about five times the CPU of everything here. This client makes the same
requests: AWS JSON 1.0 and 1.1 (https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html), signed with
Signature Version 4, retried like the SDKs' standard mode, on connections that are kept alive.
"""

import base64
import json
import os
import random
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from select import select
from typing import Any, Final
from urllib.parse import urlsplit

from switchboard.aws.attribute_values import from_item
from switchboard.aws.errors import ServiceError, Unreachable, is_retryable
from switchboard.aws.sigv4 import Credentials, sign
from switchboard.deadline import remaining, try_timeout

CONNECT_SECONDS: Final = 1.0
READ_SECONDS: Final = 5.0
TRIES: Final = 3
BACKOFF_SECONDS: Final = 0.1
"""The longest wait before the second try; it doubles with each further one."""
IDLE_SECONDS: Final = 30.0
"""A connection that was unused for longer may have died while the Lambda environment was frozen."""


@dataclass(frozen=True, slots=True)
class Protocol:
    """How a service is spoken to: the prefix of X-Amz-Target and the version of AWS JSON."""

    target: str
    version: str


PROTOCOLS: Final[Mapping[str, Protocol]] = {
    "dynamodb": Protocol("DynamoDB_20120810", "1.0"),
    "events": Protocol("AWSEvents", "1.1"),
    "sqs": Protocol("AmazonSQS", "1.0"),
    "ssm": Protocol("AmazonSSM", "1.1"),
}


class JsonClient:
    """One service. Its methods have botocore's names and take and return what botocore's do.

    Binary values of DynamoDB come back as base64 text, which switchboard.aws.from_item decodes.

    Parameters
    ----------
    service : str
        One of PROTOCOLS.
    """

    def __init__(self, service: str) -> None:
        self._idle: list[tuple[HTTPConnection, float]] = []
        self._service = service
        self._protocol = PROTOCOLS[service]
        self._region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION", "")
        self._url = urlsplit(_endpoint(service, self._region))

    def __getattr__(self, name: str) -> Callable[..., dict[str, Any]]:
        """Return the operation of a method: ``put_item`` stands for PutItem."""
        if name.startswith("_"):
            raise AttributeError(name)
        operation = "".join(part.capitalize() for part in name.split("_"))
        return lambda **parameters: self.call(operation, parameters)

    def call(self, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Make a call, again where that is safe and may help, and return its answer.

        Raises
        ------
        switchboard.aws.errors.ServiceError
            The service refuses the call.
        switchboard.aws.errors.Unreachable
            It does not answer, or not in time.
        """
        if operation == "TransactWriteItems":
            # A transaction that is sent again because its answer was lost is recognised as done.
            parameters = {"ClientRequestToken": os.urandom(16).hex(), **parameters}
        body = json.dumps(parameters, default=_base64).encode()
        for attempt in range(1, TRIES + 1):
            try:
                return self._try(operation, body)
            except ServiceError as error:
                if attempt == TRIES or not is_retryable(error.code, error.status) or not _pause(attempt):
                    raise
            except Unreachable:
                if attempt == TRIES or not _pause(attempt):
                    raise
        raise AssertionError("the last try returns or raises")

    def connect(self) -> None:
        """Open a connection before it is needed; a failure is left to the first call."""
        try:
            connection = self._open(CONNECT_SECONDS)
        except OSError:
            return
        self._idle.append((connection, time.time()))

    def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.pop()[0].close()

    def __del__(self) -> None:
        self.close()

    def _try(self, operation: str, body: bytes) -> dict[str, Any]:
        if remaining(1.0) <= 0:
            raise Unreachable(f"{self._service}.{operation}: no time is left")
        headers = sign(
            {
                "host": self._url.netloc,
                "content-type": f"application/x-amz-json-{self._protocol.version}",
                "x-amz-target": f"{self._protocol.target}.{operation}",
            },
            body,
            region=self._region,
            service=self._service,
            credentials=_credentials(),
            at=time.time(),
        )
        try:
            status, fields, content = self._exchange(headers, body)
            document = json.loads(content) if content else {}
        except (OSError, HTTPException, ValueError) as error:
            raise Unreachable(f"{self._service}.{operation}: {type(error).__name__}") from error
        if 200 <= status < 300:
            return dict(document)
        raise _service_error(status, fields, document)

    def _exchange(self, headers: Mapping[str, str], body: bytes) -> tuple[int, Mapping[str, str], bytes]:
        timeout = try_timeout(READ_SECONDS)
        for connection in self._connections():
            is_reused = connection.sock is not None
            try:
                if connection.sock is None:
                    connection.timeout = min(CONNECT_SECONDS, timeout)
                    connection.connect()
                connection.sock.settimeout(timeout)
                connection.request("POST", "/", body, dict(headers))
                response = connection.getresponse()
            except (ConnectionError, HTTPException):
                connection.close()
                # The service closed a connection that was idle: it has not seen this request.
                if is_reused:
                    continue
                raise
            except BaseException:
                connection.close()
                raise
            return self._finish(connection, response)
        raise ConnectionError

    def _finish(
        self, connection: HTTPConnection, response: HTTPResponse
    ) -> tuple[int, Mapping[str, str], bytes]:
        try:
            content = response.read()
        except BaseException:
            connection.close()
            raise
        if response.will_close:
            connection.close()
        else:
            self._idle.append((connection, time.time()))
        return response.status, {name.lower(): value for name, value in response.getheaders()}, content

    def _connections(self) -> Iterator[HTTPConnection]:
        """Yield the idle connections that seem to be alive, and at last a new one."""
        while self._idle:
            connection, used_at = self._idle.pop()
            is_alive = connection.sock is not None and not select([connection.sock], [], [], 0)[0]
            if is_alive and 0 <= time.time() - used_at < IDLE_SECONDS:
                yield connection
            else:
                connection.close()
        yield self._new()

    def _new(self) -> HTTPConnection:
        host, port = self._url.hostname or "", self._url.port
        if self._url.scheme == "http":
            return HTTPConnection(host, port)
        return HTTPSConnection(host, port, context=_tls())

    def _open(self, timeout: float) -> HTTPConnection:
        connection = self._new()
        connection.timeout = timeout
        connection.connect()
        return connection


def _pause(attempt: int) -> bool:
    """Wait before the next try; tell whether there is time for one."""
    wait = random.uniform(0, BACKOFF_SECONDS * 2 ** (attempt - 1))  # noqa: S311  # parts clients, guards nothing
    if remaining(wait + 1) <= wait:
        return False
    time.sleep(wait)
    return True


def _endpoint(service: str, region: str) -> str:
    """Return a service's URL: from the SDKs' environment variables, else the regional one.

    https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
    """
    given = os.environ.get(f"AWS_ENDPOINT_URL_{service.upper()}") or os.environ.get("AWS_ENDPOINT_URL")
    if given:
        return given
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return f"https://{service}.{region}.{suffix}"


def _credentials() -> Credentials:
    """Return Lambda's credentials, which stand in the environment.

    Where they do not (a developer's profile, or Lambda SnapStart, which hands them out over HTTP and renews
    them) botocore finds them.
    """
    access_key = os.environ.get("AWS_ACCESS_KEY_ID")
    secret_key = os.environ.get("AWS_SECRET_ACCESS_KEY")
    if access_key and secret_key:
        return Credentials(access_key, secret_key, os.environ.get("AWS_SESSION_TOKEN"))
    found = _botocore_credentials()
    if found is None:
        raise Unreachable("there are no AWS credentials")
    frozen = found.get_frozen_credentials()
    return Credentials(frozen.access_key, frozen.secret_key, frozen.token)


@cache
def _botocore_credentials() -> Any:
    from botocore.session import get_session

    return get_session().get_credentials()


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=os.environ.get("AWS_CA_BUNDLE"))


def _base64(value: object) -> str:
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode("ascii")
    raise TypeError(f"JSON has no type for {type(value).__name__}")


def _service_error(status: int, headers: Mapping[str, str], document: Any) -> ServiceError:
    fields = document if isinstance(document, dict) else {}
    # SQS names its older codes in a header, and botocore's users know those.
    code = headers.get("x-amzn-query-error", "").partition(";")[0]
    if not code:
        named = fields.get("__type") or headers.get("x-amzn-errortype") or str(status)
        code = str(named).partition(":")[0].rpartition("#")[2]
    message = fields.get("message") or fields.get("Message") or ""
    reasons = tuple(str(reason.get("Code")) for reason in fields.get("CancellationReasons") or ())
    return ServiceError(code, status, str(message), from_item(fields.get("Item") or {}), reasons)
