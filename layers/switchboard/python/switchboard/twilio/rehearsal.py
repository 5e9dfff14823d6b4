"""Requests to Twilio that are prepared but not sent, before Lambda takes a snapshot.

The snapshot then holds what twilio.rest and requests make ready with a first request. See
switchboard.aws.rehearsal for calls to AWS.
"""

import contextlib
import io
import json
from typing import Any, Final

import requests
from requests.adapters import BaseAdapter

from switchboard.twilio import taskrouter, voice
from switchboard.twilio.rest_client import http

_TASK: Final = {
    "sid": "WT",
    "assignment_status": "pending",
    "attributes": "{}",
    "date_created": "2026-01-01T00:00:00Z",
}
_ANSWER: Final = {"tasks": [_TASK], "meta": {"key": "tasks"}, "friendly_name": "WW"}


def rehearse() -> None:
    """Go through the requests that a waiting caller's webhook makes, up to where they would be sent."""
    # A failure only leaves this to the first request.
    with http().rehearsal(_StandIn()), contextlib.suppress(Exception):
        list(taskrouter.newest_tasks("WS", "WW", 0))
        voice.queue_name("QU")


class _StandIn(BaseAdapter):
    """Answers in the place of Twilio."""

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        answer = requests.Response()
        answer.status_code, answer.request, answer.url = 200, request, request.url or ""
        answer.raw = io.BytesIO(json.dumps(_ANSWER).encode())
        return answer

    def close(self) -> None:
        """Close nothing."""
