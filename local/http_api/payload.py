"""API Gateway's payload format 2.0: an HTTP request as a Lambda event, a Lambda's answer as an HTTP response.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

import base64
import binascii
import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from local.http_api.routing import Match
from local.http_messages import HttpRequest, HttpResponse, json_response

_HOP_BY_HOP = {"connection", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade"}
_TEXT_TYPES = (
    "text/",
    "application/json",
    "application/xml",
    "application/javascript",
    "application/vnd.api+json",
)


def to_event(
    request: HttpRequest, match: Match, domain_name: str, account_id: str, at: datetime
) -> dict[str, Any]:
    """Build the event of a request.

    Parameters
    ----------
    request
        What came in.
    match
        The route that was chosen.
    domain_name
        The API's public host name, whatever the Host header says.
    account_id
        The AWS account that owns the API.
    at
        When the request came in, in UTC.

    Returns
    -------
    dict
        The event. As in AWS, ``queryStringParameters``, ``pathParameters``, ``cookies`` and ``body`` are left
        out where there is nothing to put in them; repeated headers and query parameters are joined by commas.
    """
    headers = _join(
        (name.lower(), value) for name, value in request.headers if name.lower() not in _HOP_BY_HOP
    )
    cookies = headers.pop("cookie", "")
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": match.route.key,
        "rawPath": request.path,
        "rawQueryString": request.query,
        "headers": {
            **headers,
            "host": domain_name,
            "x-amzn-trace-id": f"Root=1-{int(at.timestamp()):08x}-{uuid.uuid4().hex[:24]}",
            "x-forwarded-for": request.source_ip,
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
        },
        "requestContext": {
            "accountId": account_id,
            "apiId": "local",
            "domainName": domain_name,
            "domainPrefix": domain_name.partition(".")[0],
            "http": {
                "method": request.method,
                "path": request.path,
                "protocol": request.protocol,
                "sourceIp": request.source_ip,
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": uuid.uuid4().hex[:16],
            "routeKey": match.route.key,
            "stage": "$default",
            "time": at.strftime("%d/%b/%Y:%H:%M:%S +0000"),
            "timeEpoch": int(at.timestamp() * 1000),
        },
        "isBase64Encoded": False,
    }
    if cookies:
        event["cookies"] = [
            cookie.strip() for cookie in cookies.replace(",", ";").split(";") if cookie.strip()
        ]
    if request.query:
        event["queryStringParameters"] = _join(
            parse_qsl(request.query, keep_blank_values=True, errors="replace")
        )
    if match.path_parameters:
        event["pathParameters"] = dict(match.path_parameters)
    if request.body:
        event["body"], event["isBase64Encoded"] = _encode(request)
    return event


def to_response(result: Any) -> HttpResponse:
    """Make the HTTP response from the value that a handler returned.

    An object with ``statusCode`` is a response; anything else is the JSON body of a 200. A response that is
    not well-formed becomes the gateway's own 500.
    """
    if not isinstance(result, Mapping) or "statusCode" not in result:
        return json_response(result)
    try:
        return _to_response(result)
    except (TypeError, ValueError, AttributeError, binascii.Error):
        return json_response({"message": "Internal Server Error"}, 500)


def _to_response(result: Mapping[str, Any]) -> HttpResponse:
    body = result.get("body") or ""
    if not isinstance(body, str):
        raise TypeError("body is a string in payload format 2.0")
    content = base64.b64decode(body, validate=True) if result.get("isBase64Encoded") else body.encode()
    headers = {str(name).lower(): _scalar(value) for name, value in (result.get("headers") or {}).items()}
    headers.setdefault("content-type", "text/plain; charset=utf-8")
    cookies = tuple(("set-cookie", str(cookie)) for cookie in result.get("cookies") or ())
    return HttpResponse(int(result["statusCode"]), (*headers.items(), *cookies), content)


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return json.dumps(value)
    if not isinstance(value, str | int | float):
        raise TypeError("a header's value is a string, a number or a boolean")
    return str(value)


def _encode(request: HttpRequest) -> tuple[str, bool]:
    """Return a text body unchanged and any other in base64, including forms, as HTTP APIs do."""
    content_type = request.header("content-type").lower()
    if content_type.startswith(_TEXT_TYPES) and not request.header("content-encoding"):
        try:
            return request.body.decode("utf-8"), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(request.body).decode("ascii"), True


def _join(pairs: Any) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined
