"""``/_local/…``: what the platform tells about itself and lets a developer or a test do with it."""

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from local.http_messages import HttpRequest, HttpResponse, LocalError, as_headers, json_response, parse_json
from local.operators_endpoint import OperatorsEndpoint

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.platform import Platform

PREFIX = "/_local"


class ControlApi:
    """Answers every path below ``/_local``.

    Parameters
    ----------
    platform
        The platform that is asked about and acted on.
    """

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform
        self._operator = OperatorsEndpoint()
        self._handlers: dict[tuple[str, str], Callable[[HttpRequest], Any]] = {
            ("GET", "/health"): lambda _: platform.health(),
            ("GET", "/invocations"): lambda _: [item.as_json() for item in platform.invocations.all()],
            ("DELETE", "/invocations"): lambda _: platform.invocations.clear(),
            ("GET", "/clock"): lambda _: self._time(),
            ("POST", "/clock"): self._advance,
            ("GET", "/schedules"): lambda _: platform.schedules.as_json(),
            ("GET", "/aws/faults"): lambda _: platform.aws.faults.pending(),
            ("POST", "/aws/faults"): platform.aws.faults.add,
            ("DELETE", "/aws/faults"): lambda _: platform.aws.faults.forget(),
            ("GET", "/operator"): lambda _: self._operator.received(),
            ("DELETE", "/operator"): lambda _: self._operator.forget(),
            ("POST", "/operator"): self._operator.take,
            ("POST", "/operator/faults"): self._operator.fail,
        }

    def handle(self, request: HttpRequest) -> HttpResponse:
        """Answer one request; what cannot be done is a 4xx with ``{"message": …}``."""
        path = request.path.removeprefix(PREFIX).rstrip("/")
        try:
            if path.startswith(("/twilio/", "/phone/")) or path == "/phone":
                return self._hand_to_twilio(request)
            if path.startswith("/schedules/") and request.method == "POST":
                return json_response(self._run_schedule(unquote(path.removeprefix("/schedules/"))))
            handler = self._handlers.get((request.method, path))
            if handler is None:
                return self._unknown(path)
            body = handler(request)
            if isinstance(body, HttpResponse):
                return body
            return HttpResponse(204) if body is None else json_response(body)
        except LocalError as error:
            return json_response({"message": error.message}, error.status)

    def _time(self) -> dict[str, Any]:
        clock = self._platform.clock
        return {
            "now": clock.datetime().isoformat(),
            "epochSeconds": clock.now(),
            "offsetSeconds": clock.offset,
        }

    def _advance(self, request: HttpRequest) -> dict[str, Any]:
        try:
            seconds = parse_json(request.body)["advanceSeconds"]
        except (ValueError, TypeError, KeyError):
            raise LocalError(400, 'send {"advanceSeconds": N}') from None
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            raise LocalError(400, "advanceSeconds is a number of seconds")
        try:
            ran = self._platform.advance(seconds)
        except ValueError as error:
            raise LocalError(400, str(error)) from None
        return {**self._time(), "schedulesRun": ran}

    def _run_schedule(self, name: str) -> dict[str, Any]:
        function = self._platform.application.function_named(name)
        scheduled = {item["function"] for item in self._platform.schedules.as_json()}
        if function is None or function.name not in scheduled:
            raise LocalError(404, f"{name} has no schedule; these have: {', '.join(sorted(scheduled))}")
        outcome = self._platform.schedules.run(function.name)
        if not outcome.ok:
            raise LocalError(
                500, f"{function.name} failed: {outcome.error.get('errorMessage', outcome.kind)}"
            )
        return {"function": function.name, "outcome": outcome.kind, "result": outcome.result}

    def _hand_to_twilio(self, request: HttpRequest) -> HttpResponse:
        if self._platform.stand_in is None:
            raise LocalError(503, "the stand-in for Twilio is not part of this platform")
        from local.twilio.rest.server import handle

        headers: dict[str, str] = {}
        for name, value in request.headers:
            headers.setdefault(name.lower(), value)
        status, answer, body = handle(
            self._platform.stand_in, request.method, request.path, request.query, headers, request.body
        )
        return HttpResponse(status, as_headers(answer), body)

    def _unknown(self, path: str) -> HttpResponse:
        methods = sorted(method for method, known in self._handlers if known == path)
        if methods:
            return json_response({"message": f"{PREFIX}{path} takes {' and '.join(methods)}"}, 405)
        return json_response({"message": f"no {PREFIX}{path}", "see": "docs/local.md"}, 404)
