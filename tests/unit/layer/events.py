"""API Gateway events as the HTTP API makes them, signed as Twilio signs."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from switchboard.http.request import Params

ACCOUNT_SID = "AC" + "0" * 32
CALL_SID = "CA" + "1" * 32
AUTH_TOKEN = "an-auth-token-of-the-tests"
API_KEYS = ("first-api-key", "second-api-key")
DOMAIN = "abc123.execute-api.us-east-1.amazonaws.com"
FORM = "application/x-www-form-urlencoded; charset=UTF-8"
JSON = "application/json"

Pairs = Sequence[tuple[str, str]]


@dataclass
class Context:
    """What handlers use of a LambdaContext."""

    function_name: str = "layer-tests"
    aws_request_id: str = "2f4f7c2e-5a3b-4f0e-8a51-0d7c1f4b9e11"

    def get_remaining_time_in_millis(self) -> int:
        return 10_000


def event(
    body: bytes = b"",
    *,
    method: str = "POST",
    path: str = "/sms/webhook",
    query: str = "",
    headers: dict[str, str] | None = None,
    encoded: bool = True,
) -> dict[str, Any]:
    """Build an event; the HTTP API gives bodies that it does not know as text in base64, forms among them."""
    text = base64.b64encode(body).decode() if encoded else body.decode()
    return {
        "version": "2.0",
        "routeKey": f"{method} {path}",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {"host": DOMAIN, **(headers or {})},
        "requestContext": {
            "accountId": "123456789012",
            "domainName": DOMAIN,
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1"},
            "requestId": "JKJaXmPLvHcESHA=",
            "stage": "$default",
        },
        **({"body": text} if body else {}),
        "isBase64Encoded": encoded and bool(body),
    }


def signature(url: str, pairs: Pairs = (), token: str = AUTH_TOKEN) -> str:
    """Sign as Twilio does, by Twilio's own library."""
    return str(RequestValidator(token).compute_signature(url, Params(pairs)))


def signed_form(
    pairs: Pairs, *, path: str = "/sms/webhook", query: str = "", token: str = AUTH_TOKEN, **more: Any
) -> dict[str, Any]:
    """Build the event of a form that Twilio posts."""
    url = f"https://{DOMAIN}{path}" + (f"?{query}" if query else "")
    headers = {"content-type": FORM, "x-twilio-signature": signature(url, pairs, token)}
    return event(urlencode(pairs).encode(), path=path, query=query, headers=headers, **more)


def signed_json(
    body: bytes, *, path: str = "/eventstream", query: str = "", token: str = AUTH_TOKEN, **more: Any
) -> dict[str, Any]:
    """Build the event of JSON that Twilio posts."""
    query = (query + "&" if query else "") + "bodySHA256=" + hashlib.sha256(body).hexdigest()
    headers = {
        "content-type": JSON,
        "x-twilio-signature": signature(f"https://{DOMAIN}{path}?{query}", token=token),
    }
    return event(body, path=path, query=query, headers=headers, **more)


def with_key(key: str = API_KEYS[0]) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}
