"""Ending a command at one of its calls to AWS or Twilio, as a killed process ends."""

import threading
from collections.abc import Callable
from typing import Any

import botocore.client
import pytest

from switchboard.twilio.http_client import RetryingHttpClient

READING = ("BatchGet", "Describe", "Get", "Head", "List", "Query", "Scan")
"""How the names begin of AWS's operations that change nothing."""


class Killed(BaseException):
    """The process ends here."""


class Killer:
    """Ends the process at one of its calls to AWS or Twilio: before it, or after it without its answer.

    Attributes
    ----------
    calls
        For each call so far, whether it may have changed something.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[bool] = []
        self._at, self._answered = 0, False
        self._thread = threading.get_ident()
        aws_client: Any = botocore.client.BaseClient
        aws, twilio = aws_client._make_api_call, RetryingHttpClient.request
        monkeypatch.setattr(
            aws_client, "_make_api_call", self._through(aws, lambda name: not name.startswith(READING))
        )
        monkeypatch.setattr(RetryingHttpClient, "request", self._through(twilio, lambda name: name != "GET"))

    def arm(self, at: int = 0, *, answered: bool = False) -> None:
        """Kill at the call of this number, from 1; 0 lets all of them pass."""
        self.calls, self._at, self._answered = [], at, answered

    def points(self) -> list[tuple[int, bool]]:
        """Return where the calls are cut off: before the first, and after each that may change things.

        A process that is killed at a call in between leaves behind what it leaves after the change before.
        """
        return [(1, False), *((number, True) for number, changes in enumerate(self.calls, 1) if changes)]

    def _through(self, original: Callable[..., Any], changes: Callable[[str], bool]) -> Callable[..., Any]:
        def call(client: Any, name: str, *args: Any, **fields: Any) -> Any:
            if threading.get_ident() != self._thread:
                return original(client, name, *args, **fields)
            self.calls.append(changes(name))
            is_last = len(self.calls) == self._at
            if is_last and not self._answered:
                raise Killed
            answer = original(client, name, *args, **fields)
            if is_last:
                raise Killed
            return answer

        return call
