"""The HTTP API on one machine: CORS, size limit, routing, and answers as API Gateway gives them."""

import json
from collections.abc import Mapping
from typing import Any

from local.activity import Activity
from local.clock import Clock
from local.http_api.described import describe
from local.http_api.payload import to_event, to_response
from local.http_api.routing import Match, Router
from local.http_messages import HttpRequest, HttpResponse, json_response
from local.lambda_runtime.functions import Functions
from local.template.application import Application
from local.template.model import Cors

_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
_MAX_HEAD = 10_240  # API Gateway's quota of the request line and the headers' values together
_MAX_BODY = 10 * 1024 * 1024  # API Gateway's quota of a request's payload
_MAX_EVENT = 6 * 1024 * 1024  # Lambda's quota of a synchronous invocation's payload
_LONGEST_ESCAPE = 6  # what JSON makes of one byte, such as \u0000
_INTEGRATION_SECONDS = 30.0
_SHOWN = 4000  # characters of an answer among the activity


class Gateway:
    """Answers requests as the application's HTTP API does.

    Parameters
    ----------
    application
        Where routes and CORS are described.
    functions
        What is invoked.
    clock
        The platform's clock.
    public_host
        The API's domain name, which ``requestContext.domainName`` gives.
    activity
        Is told of requests that have a route, and of their answers.
    """

    def __init__(
        self,
        application: Application,
        functions: Functions,
        clock: Clock,
        public_host: str,
        activity: Activity,
    ) -> None:
        self._application = application
        self._functions = functions
        self._clock = clock
        self._public_host = public_host
        self._activity = activity
        self._router = Router(application.routes)

    def handle(self, request: HttpRequest) -> HttpResponse:
        """Answer one request; never raises because of the caller or the function."""
        cors = self._application.cors
        origin = request.header("origin")
        if (
            cors
            and request.method == "OPTIONS"
            and origin
            and request.header("access-control-request-method")
        ):
            return HttpResponse(204, _preflight(cors, origin))
        response = self._answer(request)
        if cors is None:
            return response
        # With CORS configured on the API, the integration's own CORS headers are ignored.
        kept = tuple(pair for pair in response.headers if not pair[0].lower().startswith("access-control-"))
        return HttpResponse(response.status, (*kept, *_shared(cors, origin)), response.body)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if _head(request) > _MAX_HEAD:
            return json_response({"message": "Request Header Fields Too Large"}, 431)
        match = self._router.match(request.method, request.path) if request.method in _METHODS else None
        if match is None:
            return json_response({"message": "Not Found"}, 404)
        if len(request.body) > _MAX_BODY:
            return _too_large()
        event = to_event(
            request,
            match,
            self._public_host,
            self._application.template.names.account_id,
            self._clock.datetime(),
        )
        number = self._activity.begin("request", f"{request.method} {request.path}", **describe(request))
        response = _too_large() if _is_beyond_lambda(request, event) else self._invoke(match, event, number)
        self._activity.end(number, status=response.status, answer=response.text[:_SHOWN])
        return response

    def _invoke(self, match: Match, event: Mapping[str, Any], activity: int) -> HttpResponse:
        function = match.route.function
        outcome = self._functions.invoke(function, event, "http", match.route.key, activity)
        if outcome.ok:
            return to_response(outcome.result)
        if outcome.kind == "throttled" or self._too_slow(function, outcome.kind):
            return json_response({"message": "Service Unavailable"}, 503)
        return json_response({"message": "Internal Server Error"}, 500)

    def _too_slow(self, function: str, kind: str) -> bool:
        """Tell whether API Gateway would have given up before Lambda ended the function."""
        return kind == "timeout" and self._application.functions[function].timeout >= _INTEGRATION_SECONDS


def _too_large() -> HttpResponse:
    return json_response({"message": "Request Entity Too Large"}, 413)


def _is_beyond_lambda(request: HttpRequest, event: Mapping[str, Any]) -> bool:
    """Tell whether an event is more than Lambda takes: base64 and JSON's escapes count.

    https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    """
    if (len(request.body) + _MAX_HEAD) * _LONGEST_ESCAPE <= _MAX_EVENT:
        return False
    return len(json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()) > _MAX_EVENT


def _head(request: HttpRequest) -> int:
    line = f"{request.method} {request.path}?{request.query} {request.protocol}"
    return len(line) + sum(len(value) for _, value in request.headers)


def _matching_origin(cors: Cors, origin: str) -> str:
    if not origin:
        return ""
    if "*" in cors.origins:
        return "*"
    return origin if origin.lower() in {allowed.lower() for allowed in cors.origins} else ""


def _shared(cors: Cors, origin: str) -> tuple[tuple[str, str], ...]:
    allowed = _matching_origin(cors, origin)
    if not allowed:
        return ()
    headers = [("access-control-allow-origin", allowed)]
    if cors.credentials:
        headers.append(("access-control-allow-credentials", "true"))
    if cors.expose_headers:
        headers.append(("access-control-expose-headers", ",".join(cors.expose_headers)))
    return tuple(headers)


def _preflight(cors: Cors, origin: str) -> tuple[tuple[str, str], ...]:
    shared = _shared(cors, origin)
    if not shared:
        return ()
    headers = [pair for pair in shared if pair[0] != "access-control-expose-headers"]
    if cors.methods:
        headers.append(("access-control-allow-methods", ",".join(cors.methods)))
    if cors.headers:
        headers.append(("access-control-allow-headers", ",".join(cors.headers)))
    if cors.max_age is not None:
        headers.append(("access-control-max-age", str(cors.max_age)))
    return tuple(headers)
