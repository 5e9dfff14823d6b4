"""The stand-in over HTTP: Twilio's REST API, records and faults, and the local phones.

``/_local/twilio/api/<real host>/<real path>`` is the API; everything else under ``/_local/twilio`` and
``/_local/phone`` is for developers and tests (docs/local.md).
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from local.http_messages import LocalError, parse_json, to_json
from local.twilio.errors import TwilioError, authenticate, not_found
from local.twilio.phone_api import control
from local.twilio.request_log import Fault, Record
from local.twilio.rest.product import ApiReply, ApiRequest
from local.twilio.rest.products import PRODUCTS

if TYPE_CHECKING:
    from local.twilio.stand_in import TwilioStandIn

Answer = tuple[int, dict[str, str], bytes]

_TWILIO, _PHONE = "/_local/twilio", "/_local/phone"


def handle(  # noqa: PLR0917  # the seam to the gateway
    stand_in: TwilioStandIn,
    method: str,
    path: str,
    query: str,
    headers: Mapping[str, str] | Iterable[tuple[str, str]],
    body: bytes,
) -> Answer:
    """Answer a request to the stand-in or to the phones.

    Parameters
    ----------
    stand_in
        The account.
    method, path, query
        As received; the path starts with ``/_local/twilio`` or ``/_local/phone``.
    headers
        A mapping, or pairs; the case of names does not matter.
    body
        The bytes of the body.

    Returns
    -------
    tuple
        Status, headers and body of the answer.
    """
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    lower = {name.lower(): value for name, value in pairs}
    if path.startswith(f"{_TWILIO}/api/"):
        address = path.removeprefix(f"{_TWILIO}/api/")
        return _api(stand_in, method, address, query=query, headers=lower, body=body)
    try:
        if path.startswith(f"{_PHONE}/") or path == _PHONE:
            fields = dict(parse_qsl(query, keep_blank_values=True))
            parts = [unquote(part) for part in path.removeprefix(_PHONE).strip("/").split("/")]
            return _json(200, control(stand_in, method, parts, fields, _object(body)))
        return _for_developers(stand_in, method, path.removeprefix(_TWILIO).strip("/"), body)
    except LocalError as error:
        return _json(error.status, {"message": error.message})


def _for_developers(stand_in: TwilioStandIn, method: str, name: str, body: bytes) -> Answer:
    ledger = stand_in.request_log
    match method, name:
        case "GET", "requests":
            return _json(200, ledger.records())
        case "DELETE", "requests":
            ledger.clear_records()
            return _json(200, [])
        case "GET", "faults":
            return _json(200, ledger.faults())
        case "DELETE", "faults":
            ledger.clear_faults()
            return _json(200, [])
        case "POST", "faults":
            ledger.add_fault(_fault(_object(body)))
            return _json(201, ledger.faults())
        case "GET", "alerts":
            return _json(200, stand_in.account.alerts())
    raise LocalError(404, f"Nothing at {method} {_TWILIO}/{name}")


def _fault(fields: Mapping[str, Any]) -> Fault:
    match, status = fields.get("match"), fields.get("status")
    times, delay = fields.get("times", 1), fields.get("delaySeconds", 0)
    code = fields.get("code")
    if not isinstance(match, str) or not match:
        raise LocalError(400, "match must be a part of 'METHOD url', or a regular expression")
    if not _whole(status, 200, 599):
        raise LocalError(400, "status must be an HTTP status, 200 to 599; below 400 only delays")
    if not _whole(times, 1, 1_000_000):
        raise LocalError(400, "times must be a whole number from 1")
    if isinstance(delay, bool) or not isinstance(delay, int | float) or not 0 <= delay <= 60:
        raise LocalError(400, "delaySeconds must be a number from 0 to 60")
    if code is not None and not _whole(code, 1, 99999):
        raise LocalError(400, "code must be one of Twilio's error codes")
    return Fault(match, int(status or 0), int(times), float(delay), code)


def _whole(value: object, lowest: int, highest: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest


def _api(
    stand_in: TwilioStandIn, method: str, address: str, *, query: str, headers: Mapping[str, str], body: bytes
) -> Answer:
    host, _, rest = address.partition("/")
    path = f"/{rest}"
    url = f"https://{host}{path}" + (f"?{query}" if query else "")
    form, parsed = _decode(headers, body)
    request = ApiRequest(
        method=method,
        host=host,
        path=path,
        query=_fields(parse_qsl(query, keep_blank_values=True)),
        form=form,
        body=parsed,
        headers=headers,
    )
    try:
        stand_in.request_log.raise_if_faulted(method, url)
        _authenticate(stand_in, headers)
        reply = _answer(stand_in, request)
    except TwilioError as error:
        reply = ApiReply(error.body(), error.status)
    shown = request.query if method in {"GET", "DELETE"} else form
    params = parsed if isinstance(parsed, dict) else dict(shown)
    stand_in.request_log.record(Record(method, url, params, reply.status))
    content = reply.body if isinstance(reply.body, bytes) else _content(reply.body)
    return reply.status, {"Content-Type": reply.content_type, **reply.headers}, content


def _answer(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    product = PRODUCTS.get(request.host)
    if product is None:
        raise not_found(request.path)
    handler, at = product.find(request.method, request.path)
    if at.get("account", stand_in.account.sid) != stand_in.account.sid:
        raise not_found(request.path)
    placeholders = {name: unquote(value) for name, value in at.items()}
    return handler(stand_in, replace(request, at=placeholders))


def _authenticate(stand_in: TwilioStandIn, headers: Mapping[str, str]) -> None:
    scheme, _, credentials = headers.get("authorization", "").partition(" ")
    expected = base64.b64encode(f"{stand_in.account.sid}:{stand_in.account.auth_token}".encode()).decode()
    if scheme.lower() != "basic" or credentials.strip() != expected:
        raise authenticate()


def _decode(headers: Mapping[str, str], body: bytes) -> tuple[dict[str, str | list[str]], Any]:
    """Return form fields and the JSON value of a body; what it is not stays empty."""
    if headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json":
        try:
            return {}, parse_json(body)
        except ValueError:
            return {}, None
    # Twilio reads form fields from nothing else, so a JSON body to the 2010 API misses them all.
    return _fields(parse_qsl(body.decode(errors="replace"), keep_blank_values=True)), None


def _fields(pairs: list[tuple[str, str]]) -> dict[str, str | list[str]]:
    fields: dict[str, str | list[str]] = {}
    for name, value in pairs:
        known = fields.get(name)
        if known is None:
            fields[name] = value
        else:
            fields[name] = [*(known if isinstance(known, list) else [known]), value]
    return fields


def _object(body: bytes) -> dict[str, Any]:
    if not body.strip():
        return {}
    try:
        value = parse_json(body)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise LocalError(400, "The body must be a JSON object")
    return value


def _content(value: object) -> bytes:
    return b"" if value is None else to_json(value)


def _json(status: int, value: object) -> Answer:
    return status, {"Content-Type": "application/json"}, _content(value)
