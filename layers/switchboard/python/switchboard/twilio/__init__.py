"""Twilio's REST API as verbs with typed results, one module a product.

attributes.py merges and dumps attributes; outcome.py has the errors of all verbs. The names below are those
of features that still make their requests themselves.
"""

from typing import TYPE_CHECKING, Any

from switchboard.twilio.rest_client import clear_client, connect
from switchboard.twilio.rest_client import http as _http
from switchboard.twilio.rest_client import rest_client as _rest_client

if TYPE_CHECKING:
    import requests
    from twilio.http.response import Response
    from twilio.rest import Client

__all__ = ["clear_client", "client", "http"]


def client() -> "Client":
    """Return the account's client, whose errors are those of outcome.py."""
    connect()
    return _rest_client()


class _Http:
    """The HTTP client, whose requests return refusals."""

    def request(self, method: str, url: str, **more: Any) -> "Response":
        """Return Twilio's answer."""
        return _http().answer(method, url, **more)

    def stream(self, url: str, headers: dict[str, str] | None = None) -> "requests.Response":
        """Return the answer to a GET of bytes."""
        return _http().stream(url, headers)


def http() -> _Http:
    """Return an HTTP client whose requests return refusals."""
    return _Http()
