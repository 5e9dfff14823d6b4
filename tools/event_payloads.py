"""The events that Lambda hands to functions: of API Gateway, a rule, a schedule, and a batch from SQS."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from local.http_api.payload import to_event as to_http_event
from local.http_api.routing import Router
from local.http_messages import HttpRequest
from local.template import parameters
from local.template.model import Function

AT: Final = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)
"""When every one of these events happened."""


@dataclass(frozen=True)
class Webhook:
    """A form (or JSON) posted by Twilio, or fetched with GET where `method` says so."""

    path: str
    form: Mapping[str, str] = field(default_factory=dict)
    content: Any = None
    method: str = "POST"


@dataclass(frozen=True)
class Keyed:
    """A request of another system, with an API key; with `content` it is JSON."""

    path: str
    form: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"
    content: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class OnFlex:
    """JSON from a Flex user's browser; the token is the local platform's for `role`."""

    path: str
    content: Mapping[str, Any] = field(default_factory=dict)
    role: str = "admin"


@dataclass(frozen=True)
class OnBus:
    """An event that a rule hands to its function."""

    source: str
    detail_type: str
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class OnSchedule:
    """The event of a schedule."""


Sample = Webhook | Keyed | OnFlex | OnBus | OnSchedule | list[Mapping[str, Any]]
"""What a function receives; a list of mappings is a batch of SQS message bodies."""


def to_event(sample: Sample, router: Router, function: Function) -> Any:
    """Return the event that Lambda hands to a function for a sample."""
    match sample:
        case Webhook():
            return _http_event(_signed(sample), router)
        case Keyed():
            return _http_event(_keyed(sample), router)
        case OnFlex():
            body = json.dumps({**sample.content, "Token": parameters.FLEX_TOKENS[sample.role]}).encode()
            headers = (("Content-Type", "application/json"), ("Origin", "https://flex.twilio.com"))
            return _http_event(HttpRequest("POST", sample.path, headers=headers, body=body), router)
        case OnBus():
            return _envelope(sample.source, sample.detail_type, sample.detail)
        case OnSchedule():
            return _envelope("aws.scheduler", "Scheduled Event", {})
        case _:
            return {"Records": [_record(body, number, function) for number, body in enumerate(sample, 1)]}


def _keyed(sample: Keyed) -> HttpRequest:
    bearer = (("Authorization", f"Bearer {parameters.API_KEY}"),)
    if sample.content is None:
        return _form(sample.path, sample.form, bearer, sample.method)
    headers = (("Content-Type", "application/json"), *bearer)
    return HttpRequest("POST", sample.path, headers=headers, body=json.dumps(sample.content).encode())


def _signed(sample: Webhook) -> HttpRequest:
    path, query = sample.path.partition("?")[::2]
    validator = RequestValidator(parameters.AUTH_TOKEN)
    if sample.content is not None:
        body = json.dumps(sample.content).encode()
        query += f"{'&' if query else ''}bodySHA256={hashlib.sha256(body).hexdigest()}"
        signature = validator.compute_signature(f"{parameters.PUBLIC_BASE_URL}{path}?{query}", {})
        headers = (("Content-Type", "application/json"), ("X-Twilio-Signature", signature))
        return HttpRequest("POST", path, query, headers, body)
    if sample.method == "GET":
        query = urlencode(sample.form)
    url = f"{parameters.PUBLIC_BASE_URL}{path}{'?' if query else ''}{query}"
    signature = validator.compute_signature(url, {} if sample.method == "GET" else sample.form)
    signed = (("X-Twilio-Signature", signature),)
    if sample.method == "GET":
        return HttpRequest("GET", path, query, signed)
    return _form(sample.path, sample.form, signed, sample.method)


def _form(
    path: str, form: Mapping[str, str], headers: tuple[tuple[str, str], ...], method: str
) -> HttpRequest:
    path, query = path.partition("?")[::2]
    if method == "GET":
        return HttpRequest("GET", path, urlencode(form) or query, headers)
    kind = ("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
    return HttpRequest(method, path, query, (kind, *headers), urlencode(form).encode())


def _http_event(request: HttpRequest, router: Router) -> dict[str, Any]:
    found = router.match(request.method, request.path)
    if found is None:
        raise LookupError(f"no route for {request.method} {request.path}")
    event = to_http_event(request, found, parameters.PUBLIC_HOST, parameters.AWS_ACCOUNT_ID, AT)
    event["requestContext"]["requestId"] = "sample-request"
    event["headers"].pop("x-amzn-trace-id", None)
    return event


def _envelope(source: str, detail_type: str, detail: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "version": "0",
        "id": "00000000-0000-4000-8000-000000000001",
        "detail-type": detail_type,
        "source": source,
        "account": parameters.AWS_ACCOUNT_ID,
        "time": f"{AT:%Y-%m-%dT%H:%M:%SZ}",
        "region": parameters.REGION,
        "resources": [],
        "detail": dict(detail),
    }


def _record(body: Mapping[str, Any], number: int, function: Function) -> dict[str, Any]:
    text = json.dumps(body)
    return {
        "messageId": f"00000000-0000-4000-8000-{number:012}",
        "receiptHandle": base64.b64encode(function.name.encode()).decode(),
        "body": text,
        "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": str(int(AT.timestamp() * 1000))},
        "messageAttributes": {},
        "md5OfBody": hashlib.md5(text.encode(), usedforsecurity=False).hexdigest(),
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{parameters.REGION}:{parameters.AWS_ACCOUNT_ID}:sample",
        "awsRegion": parameters.REGION,
    }
