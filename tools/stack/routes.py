"""A stack's own routes, asked with its API key."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any, Final

from tools.deploy.account import API_KEYS
from tools.stack.stack import Stack, StackError

_SECONDS: Final = 40.0
_PAUSES: Final = (1.0, 3.0)


class RouteRefusal(StackError):
    """A route refuses a request, or does not answer.

    Parameters
    ----------
    message
        What it says.
    errors
        ``{"field": …, "message": …}`` of each field that is wrong; may be empty.
    """

    def __init__(self, message: str, errors: Sequence[Mapping[str, str]] = ()) -> None:
        super().__init__(message)
        self.errors = errors


class Routes:
    """The routes of a stack that take its API key.

    Parameters
    ----------
    stack

    Raises
    ------
    StackError
        The stack has no key.
    """

    def __init__(self, stack: Stack) -> None:
        self._base = stack.reachable_url
        # While a key is rotated, the newer one is the last.
        keys = [key.strip() for key in (stack.secret(API_KEYS) or "").split(",") if key.strip()]
        if not keys:
            name = stack.parameter_name(API_KEYS)
            raise StackError(f"{name} is missing: `switchboard configure` makes a key")
        self._key = keys[-1]

    def ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] = {},
    ) -> dict[str, Any]:
        """Return an answer.

        A request that may have been carried out, or may succeed later, is repeated: one that changes
        something needs an ``Idempotency-Key``, or must change nothing the second time.

        Raises
        ------
        RouteRefusal
        """
        sent = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json", **headers}
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._base + path, content, sent, method=method)
        refusal = RouteRefusal("")
        for pause in (*_PAUSES, 0.0):
            try:
                with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
                    found: dict[str, Any] = json.load(answer)
                    return found
            except urllib.error.HTTPError as error:
                refusal = _refusal(error)
                if error.code < 500:
                    break
            except OSError as error:
                refusal = RouteRefusal(f"{self._base} does not answer: {error}")
            time.sleep(pause)
        raise refusal


def _refusal(error: urllib.error.HTTPError) -> RouteRefusal:
    try:
        told = json.load(error)
        return RouteRefusal(str(told["message"]), told.get("errors") or ())
    except (ValueError, KeyError, TypeError, AttributeError, OSError):
        return RouteRefusal(f"the stack answers {error.code}")
