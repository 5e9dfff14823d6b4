"""The operator's own endpoint, played by the platform: finished call paths are forwarded to it."""

import threading
from collections import deque
from typing import Any

from local.http_messages import HttpRequest, HttpResponse, LocalError, parse_json

_KEPT = 1000


class OperatorsEndpoint:
    """Takes what an API destination posts, and shows it; can be made to fail first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._received: deque[dict[str, Any]] = deque(maxlen=_KEPT)
        self._failures: deque[int] = deque()

    def take(self, request: HttpRequest) -> HttpResponse:
        """Keep one request's headers and JSON body and answer 204, or the failure that is due."""
        try:
            body = parse_json(request.body)
        except ValueError as error:
            raise LocalError(400, f"the body is not JSON: {error}") from None
        with self._lock:
            if self._failures:
                return HttpResponse(self._failures.popleft())
            self._received.append(
                {
                    "headers": {name.lower(): value for name, value in request.headers},
                    "body": body,
                }
            )
        return HttpResponse(204)

    def received(self) -> list[dict[str, Any]]:
        """Return what was taken, oldest first: ``[{"headers", "body"}, …]``."""
        with self._lock:
            return list(self._received)

    def forget(self) -> None:
        """Forget what was taken and which failures are due."""
        with self._lock:
            self._received.clear()
            self._failures.clear()

    def fail(self, request: HttpRequest) -> None:
        """Fail the next requests: ``{"status": 503, "times": 2}``."""
        try:
            wanted = parse_json(request.body)
            status, times = int(wanted["status"]), int(wanted.get("times", 1))
        except (ValueError, TypeError, KeyError):
            raise LocalError(400, 'send {"status": 503, "times": 1}') from None
        if not (400 <= status <= 599 and 1 <= times <= _KEPT):
            raise LocalError(400, "status is 400 to 599, times 1 to 1000")
        with self._lock:
            self._failures.extend([status] * times)
