"""Signed HTTP requests to one endpoint of AWS: connections that are kept alive, tries, and a deadline.

botocore would do it, and costs a cold start about five times the CPU of everything here
(docs/cold-start.md). Retries are those of the SDKs' standard mode.
"""

import os
import random
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from select import select
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from switchboard.aws.errors import ServiceError, Unreachable, is_retryable
from switchboard.aws.sigv4 import Credentials, presign, sign
from switchboard.deadline import remaining, try_timeout

T = TypeVar("T")

CONNECT_SECONDS: Final = 1.0
READ_SECONDS: Final = 5.0
TRIES: Final = 3
BACKOFF_SECONDS: Final = 0.1
"""The longest wait before the second try; it doubles with each further one."""
IDLE_SECONDS: Final = 30.0
"""A connection that was unused for longer may have died while the Lambda environment was frozen."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request of an operation, to be signed.

    Attributes
    ----------
    operation : str
        The API's name for it, such as "PutItem"; errors name it.
    method, path : str
        The path is encoded, and stands below that of the endpoint.
    headers : Mapping[str, str]
        Lower-case names. All of them are signed.
    body : bytes
    """

    operation: str
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP response; the names of its headers are lower-case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class HttpClient:
    """Makes requests to one service at one URL.

    Parameters
    ----------
    service : str
        The service's name in signatures, such as "dynamodb".
    url : str
        Scheme, host and, where all requests have it in common, the beginning of the path.
    """

    def __init__(self, service: str, url: str) -> None:
        self._idle: list[tuple[HTTPConnection, float]] = []
        self._service = service
        self._url = urlsplit(url)
        self._region = region()

    def send(self, call: Call, read: Callable[[Answer], T]) -> T:
        """Make a request, again where that is safe and may help, and return what `read` makes of the answer.

        Parameters
        ----------
        call : Call
        read : Callable[[Answer], T]
            Raises ServiceError for an error of the service, and ValueError for what is no answer of it.

        Raises
        ------
        switchboard.aws.errors.ServiceError
            The service refuses the request.
        switchboard.aws.errors.Unreachable
            It does not answer, or not in time.
        """
        for attempt in range(1, TRIES + 1):
            try:
                return self._try(call, read)
            except ServiceError as error:
                if attempt == TRIES or not is_retryable(error.code, error.status) or not _pause(attempt):
                    raise
            except Unreachable:
                if attempt == TRIES or not _pause(attempt):
                    raise
        raise AssertionError("the last try returns or raises")

    def presigned_url(self, path: str, seconds: int) -> str:
        """Return a URL below this client's, at which everybody may GET for so many seconds."""
        whole = f"{self._url.path.rstrip('/')}{path}"
        query = presign(
            self._url.netloc,
            whole,
            seconds=seconds,
            region=self._region,
            service=self._service,
            credentials=_credentials(),
            at=time.time(),
        )
        return f"{self._url.scheme}://{self._url.netloc}{whole}?{query}"

    def connect(self) -> None:
        """Open a connection before it is needed; a failure is left to the first call."""
        connection = self._new()
        connection.timeout = CONNECT_SECONDS
        try:
            connection.connect()
        except OSError:
            return
        self._idle.append((connection, time.time()))

    def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.pop()[0].close()

    def __del__(self) -> None:
        self.close()

    def _try(self, call: Call, read: Callable[[Answer], T]) -> T:
        if remaining(1.0) <= 0:
            raise Unreachable(f"{self._service}.{call.operation}: no time is left")
        path = f"{self._url.path.rstrip('/')}{call.path}"
        headers = sign(
            {"host": self._url.netloc, **call.headers},
            call.body,
            method=call.method,
            path=path,
            region=self._region,
            service=self._service,
            credentials=_credentials(),
            at=time.time(),
        )
        try:
            return read(self._exchange(call.method, path, headers, call.body))
        except (OSError, HTTPException, ValueError) as error:
            raise Unreachable(f"{self._service}.{call.operation}: {type(error).__name__}") from error

    def _exchange(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        timeout = try_timeout(READ_SECONDS)
        for connection in self._connections():
            is_reused = connection.sock is not None
            try:
                if connection.sock is None:
                    connection.timeout = min(CONNECT_SECONDS, timeout)
                    connection.connect()
                connection.sock.settimeout(timeout)
                connection.request(method, path, body or None, dict(headers))
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

    def _finish(self, connection: HTTPConnection, response: HTTPResponse) -> Answer:
        try:
            content = response.read()
        except BaseException:
            connection.close()
            raise
        if response.will_close:
            connection.close()
        else:
            self._idle.append((connection, time.time()))
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, headers, content)

    def _connections(self) -> Iterator[HTTPConnection]:
        """Yield the idle connections that seem to be alive, and at last a new one."""
        while True:
            try:
                connection, used_at = self._idle.pop()
            except IndexError:  # Another thread may take the last one at any moment.
                break
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


def region() -> str:
    """Return the region that the environment names."""
    return os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION", "")


def endpoint_override(service: str) -> str:
    """Return the URL that the environment gives for a service instead of AWS's own; empty for none.

    https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
    """
    return os.environ.get(f"AWS_ENDPOINT_URL_{service.upper()}") or os.environ.get("AWS_ENDPOINT_URL", "")


def regional_host(service: str) -> str:
    """Return the host of a service in this region."""
    suffix = "amazonaws.com.cn" if region().startswith("cn-") else "amazonaws.com"
    return f"{service}.{region()}.{suffix}"


def _pause(attempt: int) -> bool:
    """Wait before the next try; tell whether there is time for one."""
    wait = random.uniform(0, BACKOFF_SECONDS * 2 ** (attempt - 1))  # noqa: S311  # parts clients, guards nothing
    if remaining(wait + 1) <= wait:
        return False
    time.sleep(wait)
    return True


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
