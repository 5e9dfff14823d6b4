"""``/_local/…``: requests of a developer or a test to the platform itself."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import Rule

from local.http_messages import HttpRequest, HttpResponse, LocalError, json_response, parse_json
from local.raw_paths import raw_map

PREFIX = "/_local"


@dataclass(frozen=True)
class ControlRequest:
    """A request below ``/_local``.

    Parameters
    ----------
    http
        The request as it came.
    at
        The values of the placeholders in the route's path, decoded.
    """

    http: HttpRequest
    at: Mapping[str, str] = field(default_factory=dict)

    @property
    def query(self) -> Mapping[str, str]:
        """The fields of the query string; of one that repeats, the last value."""
        return dict(parse_qsl(self.http.query, keep_blank_values=True))

    def fields(self) -> Mapping[str, Any]:
        """Return the JSON object of the body, an empty one where there is no body.

        Raises
        ------
        LocalError
            400 for a body that is no JSON object.
        """
        if not self.http.body.strip():
            return {}
        try:
            value = parse_json(self.http.body)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise LocalError(400, "the body must be a JSON object")
        return value


Handler = Callable[[ControlRequest], Any]
"""Returns what becomes JSON (None: an empty 204), or an `HttpResponse`; raises `LocalError`."""

Route = tuple[str, str, Handler]
"""Method or ``ANY``, path below ``/_local`` (``<name>`` is a segment, ``<raw:name>`` the rest), handler."""


class ControlApi:
    """Answers every path below ``/_local``.

    Parameters
    ----------
    routes
        What each room of the platform offers.
    """

    def __init__(self, routes: Iterable[Route]) -> None:
        rules = [
            Rule(PREFIX + path, methods=None if method == "ANY" else [method], endpoint=handler)
            for method, path, handler in routes
        ]
        self._routes = raw_map(rules).bind("localhost")

    def handle(self, request: HttpRequest) -> HttpResponse:
        """Answer one request; an error is a 4xx with ``{"message": …}``."""
        path = request.path if request.path.startswith(f"{PREFIX}/twilio/api/") else request.path.rstrip("/")
        try:
            handler, at = self._routes.match(path, request.method)
            answer = handler(ControlRequest(request, at))
        except MethodNotAllowed as refusal:
            methods = sorted(set(refusal.valid_methods or ()) - {"HEAD"})
            return json_response({"message": f"{path} takes {' and '.join(methods)}"}, 405)
        except HTTPException:
            return json_response({"message": f"no {path}", "see": "docs/local.md"}, 404)
        except LocalError as error:
            return json_response({"message": error.message}, error.status)
        if isinstance(answer, HttpResponse):
            return answer
        return HttpResponse(204) if answer is None else json_response(answer)
