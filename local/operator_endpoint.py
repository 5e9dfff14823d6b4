"""A stand-in for the operator's own endpoint, to which finished call paths are forwarded."""

import threading
from collections import deque
from typing import Any

from local.control_api import ControlRequest, Route
from local.http_messages import HttpResponse, LocalError, parse_json

_KEPT = 1000


class OperatorEndpoint:
    """Stores what an API destination posts, and shows it; it can be made to fail."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._received: deque[dict[str, Any]] = deque(maxlen=_KEPT)
        self._failures: deque[int] = deque()

    def routes(self) -> list[Route]:
        """Return the endpoint's routes below ``/_local``."""
        return [
            ("GET", "/operator", lambda _: self._all()),
            ("DELETE", "/operator", lambda _: self._clear()),
            ("POST", "/operator", self._receive),
            ("POST", "/operator/faults", self._fail),
        ]

    def _receive(self, request: ControlRequest) -> HttpResponse:
        """Store a request's headers and JSON body and answer 204, or the failure that is due."""
        try:
            body = parse_json(request.http.body)
        except ValueError as error:
            raise LocalError(400, f"the body is not JSON: {error}") from None
        with self._lock:
            if self._failures:
                return HttpResponse(self._failures.popleft())
            headers = {name.lower(): value for name, value in request.http.headers}
            self._received.append({"headers": headers, "body": body})
        return HttpResponse(204)

    def _all(self) -> list[dict[str, Any]]:
        with self._lock:
            return list(self._received)

    def _clear(self) -> list[dict[str, Any]]:
        with self._lock:
            self._received.clear()
            self._failures.clear()
        return []

    def _fail(self, request: ControlRequest) -> None:
        """Fail the next requests: ``{"status": 503, "times": 2}``."""
        fields = request.fields()
        try:
            status, times = int(fields["status"]), int(fields.get("times", 1))
        except (ValueError, TypeError, KeyError, OverflowError):
            raise LocalError(400, 'send {"status": 503, "times": 1}') from None
        if not (400 <= status <= 599 and 1 <= times <= _KEPT):
            raise LocalError(400, "status is 400 to 599, times 1 to 1000")
        with self._lock:
            self._failures.extend([status] * times)
