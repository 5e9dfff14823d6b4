"""The resources of one of Twilio's products (one host of its API)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import Rule

from local.raw_paths import raw_map
from local.twilio.errors import invalid_parameter, method_not_allowed, not_found

if TYPE_CHECKING:
    from local.twilio.stand_in import TwilioStandIn

Form = Mapping[str, str | list[str]]


@dataclass(frozen=True)
class ApiRequest:
    """A REST request that has been authenticated and decoded.

    Parameters
    ----------
    method, host, path
        As sent to Twilio, the real host.
    query, form
        Decoded fields; a repeated one is a list.
    body
        The JSON body where one was sent, else None.
    at
        The values of the placeholders in the route's path.
    headers
        Lower-case names.
    files
        What a form of several parts carries as files, by field.
    """

    method: str
    host: str
    path: str
    query: Form
    form: Form
    body: Any = None
    at: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return a form field, the last where it repeats, "" where it is missing."""
        return last(self.form, name)

    def texts(self, name: str) -> list[str]:
        """Return every value of a form field that may repeat."""
        value = self.form.get(name, [])
        return list(value) if isinstance(value, list) else [value]

    def flag(self, name: str) -> bool:
        """Return a form field that is "true" or "false"."""
        return self.text(name).lower() == "true"

    def integer(self, name: str, lowest: int, highest: int) -> int | None:
        """Return a whole number from the form, None where it is missing.

        Raises
        ------
        TwilioError
            Not a number, or out of range (20001).
        """
        value = self.text(name)
        if not value:
            return None
        if not re.fullmatch(r"-?[0-9]{1,9}", value) or not lowest <= int(value) <= highest:
            raise invalid_parameter(f"Invalid {name}: {value}. It must be between {lowest} and {highest}.")
        return int(value)

    def choice(self, name: str, allowed: tuple[str, ...]) -> str:
        """Return a form field that must be one of a few words; "" where it is missing.

        Raises
        ------
        TwilioError
            Another word (20001).
        """
        value = self.text(name)
        if value and value not in allowed:
            raise invalid_parameter(f"Invalid {name}: {value}. It must be one of {', '.join(allowed)}.")
        return value


@dataclass(frozen=True)
class ApiReply:
    """What the stand-in answers: JSON, or bytes of a media type."""

    body: Any
    status: int = 200
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[["TwilioStandIn", ApiRequest], ApiReply]


class Product:
    """The resources of one host.

    Parameters
    ----------
    host
        The host's real name, such as ``api.twilio.com``.
    """

    def __init__(self, host: str) -> None:
        self.host = host
        self._routes = raw_map()

    def route(self, method: str, path: str) -> Callable[[Handler], Handler]:
        """Register a handler for a path, whose ``<name>`` stands for a part of one segment."""

        def register(handler: Handler) -> Handler:
            self._routes.add(Rule(path, methods=[method], endpoint=handler))
            return handler

        return register

    def find(self, method: str, path: str) -> tuple[Handler, Mapping[str, str]]:
        """Return the handler of a request and the values of its path's placeholders.

        Raises
        ------
        TwilioError
            20404 where nothing has this path, 20004 where something has, but not for this method.
        """
        try:
            handler, at = self._routes.bind(self.host).match(path, method)
        except MethodNotAllowed:
            raise method_not_allowed() from None
        except HTTPException:
            raise not_found(path) from None
        return handler, at


def last(form: Form, name: str) -> str:
    """Return the last value of a field, "" where it is missing."""
    value = form.get(name, "")
    return (value[-1] if value else "") if isinstance(value, list) else value


def page(request: ApiRequest, key: str, items: list[dict[str, Any]]) -> ApiReply:
    """Answer a list as the 2010 API pages it: PageSize (50, at most 1000) and Page.

    https://www.twilio.com/docs/usage/twilios-response#pagination
    """
    size, number = _window(request)
    start = size * number
    shown = items[start : start + size]
    more = len(items) > start + size

    def uri(target: int) -> str:
        return f"{request.path}?{_page_query(request, size, target)}"

    return ApiReply(
        {
            key: shown,
            "page": number,
            "page_size": size,
            "start": start,
            "end": start + max(len(shown) - 1, 0),
            "uri": uri(number),
            "first_page_uri": uri(0),
            "previous_page_uri": uri(number - 1) if number else None,
            "next_page_uri": uri(number + 1) if more else None,
        }
    )


def meta_page(request: ApiRequest, key: str, items: list[dict[str, Any]]) -> ApiReply:
    """Answer a list as the newer APIs page it: the items and a ``meta`` object with full URLs."""
    size, number = _window(request)
    start = size * number
    base = f"https://{request.host}{request.path}"

    def url(target: int) -> str:
        return f"{base}?{_page_query(request, size, target)}"

    meta = {
        "page": number,
        "page_size": size,
        "first_page_url": url(0),
        "previous_page_url": url(number - 1) if number else None,
        "next_page_url": url(number + 1) if len(items) > start + size else None,
        "url": url(number),
        "key": key,
    }
    return ApiReply({key: items[start : start + size], "meta": meta})


def _page_query(request: ApiRequest, size: int, number: int) -> str:
    """Return the query string of another page of the same list, with the same filters."""
    filters = {
        name: value for name, value in request.query.items() if name not in {"Page", "PageSize", "PageToken"}
    }
    return urlencode({**filters, "PageSize": size, "Page": number}, doseq=True)


def _window(request: ApiRequest) -> tuple[int, int]:
    size, number = last(request.query, "PageSize") or "50", last(request.query, "Page") or "0"
    if not size.isdecimal() or not number.isdecimal() or not 1 <= int(size) <= 1000:
        raise invalid_parameter("PageSize must be between 1 and 1000 and Page a whole number")
    return int(size), int(number)
