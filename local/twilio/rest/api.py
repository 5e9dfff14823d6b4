"""The 2010 API, https://www.twilio.com/docs/usage/api, and what all its resources share."""

from __future__ import annotations

from urllib.parse import urlsplit

from local.twilio.errors import TwilioError
from local.twilio.rest.product import Product

api = Product("api.twilio.com")

ACCOUNT = "/2010-04-01/Accounts/<account>"


def is_url(text: str) -> bool:
    """Whether Twilio could call this: absolute, http or https, with a host that has no underscore."""
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return False
    return (
        parts.scheme in {"http", "https"}
        and bool(host)
        and "_" not in host
        and not any(map(str.isspace, text))
    )


def check_method(name: str, value: str, code: int) -> str:
    """Return the HTTP method of a webhook, POST by default.

    Raises
    ------
    TwilioError
        Neither GET nor POST; each resource has a code of its own for that.
    """
    method = value.upper() or "POST"
    if method not in {"GET", "POST"}:
        raise TwilioError(400, code, f"{name} is not a valid HTTP method: {value}")
    return method
