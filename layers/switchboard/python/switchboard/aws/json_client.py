"""A client of the AWS services that speak JSON: DynamoDB, EventBridge, SQS and SSM.

On a caller's way these and S3 are asked, for a handful of operations. botocore reads its service models for
that. This client makes the same requests: AWS JSON 1.0 and 1.1
(https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html).
"""

import base64
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from switchboard.aws.attribute_values import from_item
from switchboard.aws.errors import ServiceError
from switchboard.aws.http_client import Answer, Call, HttpClient, endpoint_override, regional_host


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
        self._protocol = PROTOCOLS[service]
        self._http = HttpClient(service, endpoint_override(service) or f"https://{regional_host(service)}")

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
        headers = {
            "content-type": f"application/x-amz-json-{self._protocol.version}",
            "x-amz-target": f"{self._protocol.target}.{operation}",
        }
        body = json.dumps(parameters, default=_base64).encode()
        return self._http.send(Call(operation, "POST", "/", headers, body), _read)

    def connect(self) -> None:
        """Open a connection before it is needed; a failure is left to the first call."""
        self._http.connect()

    def close(self) -> None:
        """Close the idle connections."""
        self._http.close()


def _read(answer: Answer) -> dict[str, Any]:
    document = json.loads(answer.body) if answer.body else {}
    if 200 <= answer.status < 300:
        return dict(document)
    raise _service_error(answer, document)


def _base64(value: object) -> str:
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode("ascii")
    raise TypeError(f"JSON has no type for {type(value).__name__}")


def _service_error(answer: Answer, document: Any) -> ServiceError:
    fields = document if isinstance(document, dict) else {}
    # SQS names its older codes in a header, and botocore's users know those.
    code = answer.headers.get("x-amzn-query-error", "").partition(";")[0]
    if not code:
        named = fields.get("__type") or answer.headers.get("x-amzn-errortype") or str(answer.status)
        code = str(named).partition(":")[0].rpartition("#")[2]
    message = fields.get("message") or fields.get("Message") or ""
    reasons = tuple(str(reason.get("Code")) for reason in fields.get("CancellationReasons") or ())
    return ServiceError(code, answer.status, str(message), from_item(fields.get("Item") or {}), reasons)
