"""Requests to Twilio's REST API, over the layer's HTTP client: JSON in and headers out.

Twilio's own client would keep a task's version to itself, which is a header, and takes long to import.
"""

import json
from collections.abc import Mapping
from typing import Any


class TwilioError(Exception):
    """Twilio refused a request, after every try that was safe to make.

    Parameters
    ----------
    status : int
        The HTTP status.
    code : int or None
        Twilio's error code.
    message : str
        Twilio's own words.
    """

    def __init__(self, status: int, code: int | None, message: str) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.message = message

    @property
    def is_temporary(self) -> bool:
        """Whether the same request may succeed later."""
        return self.status in {408, 412, 429} or self.status >= 500


def ask(
    method: str,
    url: str,
    *,
    params: dict[str, object] | None = None,
    data: dict[str, object] | None = None,
    headers: dict[str, str] | None = None,
) -> tuple[dict[str, Any], Mapping[str, str]]:
    """Return the JSON object and the headers (lower-case names) of an answer.

    Raises
    ------
    TwilioError
        A status other than success.
    switchboard.errors.TwilioUnreachable
        No answer.
    """
    from switchboard.twilio import http

    response = http().request(method, url, params=params, data=data, headers=headers)
    try:
        document = json.loads(response.text or "{}")
    except ValueError:
        document = {}
    if not isinstance(document, dict):
        document = {}
    if not 200 <= response.status_code < 300:
        code = document.get("code")
        raise TwilioError(
            response.status_code,
            code if isinstance(code, int) else None,
            str(document.get("message") or "Twilio refused the request."),
        )
    return document, {name.lower(): value for name, value in (response.headers or {}).items()}
