"""AWS on one machine: moto as a server in this process, whose calls can be listened to."""

import contextlib
import io
import re
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from local.activity import INVOCATION_HEADER
from local.aws.fault_answers import fault_answer
from local.aws.moto_backends import backends, load_backends, on_clock, reset_account
from local.aws.moto_requests import Answer, answering, request_handler
from local.clock import Clock
from local.faults import NO_ANSWER, Fault, Faults
from local.http_messages import HttpResponse, NoAnswerError
from local.s3_paths import s3_object
from local.template.document import Names
from local.template.parameters import LAMBDA_KEY, PLATFORM_KEY, SECRET_KEY

SERVICES = ("dynamodb", "events", "s3", "sqs", "ssm")
_SNAPSHOT_KEY = "AKIALOCALSNAPSHOT000"

_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/\d+/[^/]+/([^/]+)/aws4_request")
_READS = ("Get", "Head", "List", "Describe", "Query", "Scan", "BatchGet", "Receive")
_SEEN = ("PutEvents", "SendMessage", "PutItem", "UpdateItem", "DeleteItem", "TransactWrite", "BatchWrite")
_INVOCATION = "HTTP_" + INVOCATION_HEADER.upper().replace("-", "_")
_accounts: dict[str, "Aws"] = {}


@dataclass(frozen=True)
class Call:
    """One request to AWS that was answered without an error.

    Parameters
    ----------
    service
        The signing name: ``dynamodb``, ``s3``, ``events``, ``sqs``, ``ssm``.
    operation
        The operation, such as ``GetItem``.
    access_key
        Who asked: ``LAMBDA_KEY``, ``PLATFORM_KEY``, or any other key for a client outside of the platform.
    path
        Path and query string.
    request, answer
        The bodies; of a request only where something may hang on it.
    invocation
        The ID of the invocation that asked; "" where none did.
    """

    service: str
    operation: str
    access_key: str
    path: str
    request: bytes = field(repr=False)
    answer: bytes = field(repr=False)
    invocation: str = ""

    @property
    def writes(self) -> bool:
        """Whether it may have changed something."""
        return not self.operation.startswith(_READS)

    @property
    def s3_object(self) -> tuple[str, str]:
        """The bucket and the key that a request to S3 names; either may be empty."""
        return s3_object(self.path)


class Aws:
    """The AWS stand-in of one platform.

    Several may live in one process: each has an account of its own.

    Parameters
    ----------
    names
        Account and region.
    clock
        What the stand-in takes for the time.
    """

    def __init__(self, names: Names, clock: Clock) -> None:
        self.names = names
        self.endpoint = ""
        self.faults = Faults(lambda match, request: match in {request, request.partition(".")[0]})
        self._clock = clock
        # moto checks a condition and then writes; the lock makes the two one step, as DynamoDB does.
        self._lock = threading.RLock()
        self._listeners: list[Callable[[Call], None]] = []
        self._clients: dict[tuple[str, str], Any] = {}
        self._session: Any = None
        self._server: Any = None
        self._answers: dict[str, Answer] = {}

    def start(self) -> None:
        """Start the server on a free port of 127.0.0.1.

        Raises
        ------
        RuntimeError
            If another platform in this process uses the account.
        """
        import boto3

        # moto keeps its state per account, for the whole process.
        if _accounts.setdefault(self.names.account_id, self) is not self:
            raise RuntimeError(
                f"another platform here uses account {self.names.account_id}: give it other Names"
            )
        load_backends(SERVICES)
        self._session = boto3.Session()
        from local.http_server import Server

        self._answers = {service: answering(service) for service in SERVICES}
        listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self._server = Server(listener, self._serve, request_handler())
        self._server.start()
        self.endpoint = f"http://127.0.0.1:{self._server.port}"

    def stop(self) -> None:
        """Stop the server and delete its state."""
        if self._server is None:
            return
        self.faults.stop()
        self._server.stop()
        for client in self._clients.values():
            client.close()
        self._clients.clear()
        reset_account(self.names.account_id, SERVICES)
        del _accounts[self.names.account_id]

    def serve(self, service: str, answer: Answer) -> None:
        """Answer requests to a service, given by its signing name, that moto does not serve here."""
        self._answers[service] = answer

    def on_call(self, listener: Callable[[Call], None]) -> None:
        """Call ``listener`` after every request that succeeded, before its sender gets the answer."""
        self._listeners.append(listener)

    def client(self, service: str, access_key: str = PLATFORM_KEY) -> Any:
        """Return the platform's own low-level boto3 client of a service; safe to share between threads."""
        from botocore.config import Config

        with self._lock:
            if (service, access_key) not in self._clients:
                self._clients[service, access_key] = self._session.client(
                    service,
                    endpoint_url=self.endpoint,
                    region_name=self.names.region,
                    aws_access_key_id=access_key,
                    aws_secret_access_key=SECRET_KEY,
                    config=Config(proxies={}, max_pool_connections=50, retries={"total_max_attempts": 2}),
                )
            return self._clients[service, access_key]

    @contextlib.contextmanager
    def held_still(self) -> Iterator[Callable[[str], Any]]:
        """Block the requests of all other clients, so that a snapshot is consistent.

        Yields
        ------
        Callable
            Gives the client of a service whose requests pass nevertheless.
        """
        clients = {service: self.client(service, _SNAPSHOT_KEY) for service in SERVICES}
        with self._lock:
            yield clients.__getitem__

    def backend(self, service: str) -> Any:
        """Return moto's own object for a service, for access that no AWS operation offers."""
        found = backends(service, self.names.account_id)
        return found["aws" if service == "s3" else self.names.region]  # S3 is that of a partition

    def on_its_clock(self) -> contextlib.AbstractContextManager[None]:
        """Let moto use the platform's time in this thread within the block."""
        return on_clock(self._clock)

    def _serve(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        credential = _CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
        access_key, service = credential.groups() if credential else ("", "s3")
        operation = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2] or _s3_operation(environ)
        if access_key == LAMBDA_KEY:
            with self.faults.applied(f"{service}.{operation}") as fault:
                failure = None if fault is None else _failure(service, fault)
                answer = failure or self._ask(environ, access_key, service, operation)
        else:
            answer = self._ask(environ, access_key, service, operation)
        start_response(f"{answer.status} Answer", list(answer.headers))
        return [answer.body]

    def _ask(self, environ: WSGIEnvironment, access_key: str, service: str, operation: str) -> HttpResponse:
        ask = self._answers.get(service)
        if ask is None:
            text = f"{service} is not among the services here: {', '.join(self._answers)}"
            return HttpResponse(400, (("Content-Type", "text/plain; charset=utf-8"),), text.encode())
        environ["HTTP_X_MOTO_ACCOUNT_ID"] = self.names.account_id
        request = b""
        if operation.startswith(_SEEN):
            request = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            environ["wsgi.input"] = io.BytesIO(request)
        # A long poll must not keep the others waiting, and the snapshot already holds the lock.
        unlocked = operation == "ReceiveMessage" or access_key == _SNAPSHOT_KEY
        with self.on_its_clock(), contextlib.nullcontext() if unlocked else self._lock:
            answer = ask(environ)
        if 200 <= answer.status < 300:
            path = f"{environ['PATH_INFO']}?{environ.get('QUERY_STRING', '')}"
            invocation = environ.get(_INVOCATION, "")
            call = Call(service, operation, access_key, path, request, answer.body, invocation)
            for listener in self._listeners:
                listener(call)
        return answer


def _failure(service: str, fault: Fault) -> HttpResponse:
    if fault.status == NO_ANSWER:
        raise NoAnswerError
    status, kind, body = fault_answer(service, fault.status)
    return HttpResponse(status, (("Content-Type", kind),), body)


def _s3_operation(environ: WSGIEnvironment) -> str:
    """Return the operation of a request to S3 (path style), derived from method, path and query."""
    method = environ["REQUEST_METHOD"]
    kind = "Object" if environ["PATH_INFO"].strip("/").count("/") else "Bucket"
    if method == "GET" and kind == "Bucket" and "versions" in environ["QUERY_STRING"].split("&"):
        return "ListObjectVersions"
    if method == "GET" and kind == "Bucket":
        return "ListObjectsV2" if "list-type=2" in environ["QUERY_STRING"] else "GetBucket"
    if method == "POST" and "delete" in environ["QUERY_STRING"]:
        return "DeleteObjects"
    return f"{method.capitalize()}{kind}"
