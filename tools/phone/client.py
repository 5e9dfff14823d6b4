"""A Python client of a running platform's phones."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import quote, urlencode

from local.http_messages import LocalError

_SECONDS = 75.0


class PhoneClient:
    """Speaks to ``/_local`` of a running platform.

    Parameters
    ----------
    base_url
        Where the platform answers, ``http://127.0.0.1:3000``.
    """

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url.rstrip("/")
        # A proxy named in a developer's environment must not get in between.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def request(self, method: str, path: str, content: Any = None) -> Any:
        """Call an endpoint and return its JSON.

        Parameters
        ----------
        path
            Behind ``/_local``.
        content
            What becomes the JSON body; None sends none.

        Raises
        ------
        LocalError
            The platform refuses; the message is its own.
        OSError
            It does not answer.
        """
        body = None if content is None else json.dumps(content).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(
            f"{self._base_url}/_local{path}", data=body, headers=headers, method=method
        )
        try:
            with self._opener.open(request, timeout=_SECONDS) as answer:
                content = answer.read()
                return json.loads(content) if content else None
        except urllib.error.HTTPError as error:
            with error:
                raise LocalError(error.code, _message(error.read())) from None

    def is_ready(self) -> bool:
        """Whether a platform answers there."""
        try:
            return bool(self.request("GET", "/health")["status"] == "ready")
        except (OSError, LocalError, ValueError, KeyError, TypeError):
            return False

    def numbers(self) -> list[dict[str, Any]]:
        """Return the account's numbers."""
        found: list[dict[str, Any]] = self.request("GET", "/phone/numbers")
        return found

    def behave(self, phone: str, **fields: Any) -> None:
        """Set how a phone behaves, such as ``calls="ring"``."""
        self.request("PUT", f"/phone/phones/{quote(phone, safe='')}", fields)

    def text(self, phone: str, number: str, body: str) -> dict[str, Any]:
        """Text a number; ``replies`` has its answers."""
        sent: dict[str, Any] = self.request(
            "POST", "/phone/texts", {"from": phone, "to": number, "body": body}
        )
        return sent

    def call(self, phone: str, number: str) -> dict[str, Any]:
        """Call a number; returns once it listens or has ended."""
        call: dict[str, Any] = self.request("POST", "/phone/calls", {"from": phone, "to": number})
        return call

    def look(self, sid: str) -> dict[str, Any]:
        """Return a call once it listens or has ended."""
        call: dict[str, Any] = self.request("GET", f"/phone/calls/{sid}?settled=true")
        return call

    def do(self, sid: str, action: str, **fields: Any) -> dict[str, Any]:
        """Act in a call: press, say, silence, hangup ….

        Returns once the call listens again or has ended; ``transcript`` is what has happened since.
        """
        call: dict[str, Any] = self.request("POST", f"/phone/calls/{sid}/{action}", fields)
        return call

    def events(self, after: int, phone: str, wait: float = 0.0) -> dict[str, Any]:
        """Return the events on a phone after a given one, waiting for one if there is none."""
        query = urlencode({"after": after, "phone": phone, "wait": wait})
        found: dict[str, Any] = self.request("GET", f"/phone/events?{query}")
        return found


def _message(body: bytes) -> str:
    try:
        return str(json.loads(body)["message"])
    except (ValueError, KeyError, TypeError):
        return body.decode(errors="replace") or "no message"
