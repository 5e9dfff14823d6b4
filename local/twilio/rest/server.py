"""The stand-in over HTTP: Twilio's REST API, its records, its faults and its alerts (docs/local.md)."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from werkzeug.formparser import MultiPartParser
from werkzeug.http import parse_options_header

from local.activity import INVOCATION_HEADER
from local.faults import NO_ANSWER
from local.http_messages import HttpResponse, NoAnswerError, json_response, parse_json, to_json
from local.twilio.errors import TwilioError, authenticate, not_found
from local.twilio.request_log import Record, fault_error
from local.twilio.rest.product import ApiReply, ApiRequest
from local.twilio.rest.products import PRODUCTS

if TYPE_CHECKING:
    from local.control_api import ControlRequest, Route
    from local.http_messages import HttpRequest
    from local.twilio.stand_in import TwilioStandIn


def routes(stand_in: TwilioStandIn) -> list[Route]:
    """Return the stand-in's routes below ``/_local``.

    ``/twilio/api/<real host>/<real path>`` is Twilio's API; the rest is for developers and tests.
    """
    log, faults = stand_in.request_log, stand_in.faults
    return [
        ("ANY", "/twilio/api/<raw:address>", lambda request: _api(stand_in, request)),
        ("GET", "/twilio/requests", lambda _: log.records()),
        ("DELETE", "/twilio/requests", lambda _: log.clear()),
        ("GET", "/twilio/faults", lambda _: faults.pending()),
        ("DELETE", "/twilio/faults", lambda _: faults.clear()),
        ("POST", "/twilio/faults", lambda request: json_response(faults.add(request.fields()), 201)),
        ("GET", "/twilio/alerts", lambda _: stand_in.account.alerts()),
    ]


def _api(stand_in: TwilioStandIn, control: ControlRequest) -> HttpResponse:
    http = control.http
    host, _, rest = control.at["address"].partition("/")
    path = f"/{rest}"
    url = f"https://{host}{path}" + (f"?{http.query}" if http.query else "")
    form, parsed, files = _decode(http)
    request = ApiRequest(
        method=http.method,
        host=host,
        path=path,
        query=_fields(parse_qsl(http.query, keep_blank_values=True)),
        form=form,
        body=parsed,
        headers={name.lower(): value for name, value in http.headers},
        files=files,
    )
    shown = request.query if http.method in {"GET", "DELETE"} else form
    params = parsed if isinstance(parsed, dict) else dict(shown)
    with stand_in.faults.applied(f"{http.method} {url}") as fault:
        try:
            if fault is not None:
                if fault.status == NO_ANSWER:
                    raise NoAnswerError
                raise fault_error(fault)
            _authenticate(stand_in, http)
            reply = _answer(stand_in, request)
        except TwilioError as error:
            reply = ApiReply(error.body(), error.status)
        stand_in.request_log.add(
            Record(http.method, url, params, reply.status, http.header(INVOCATION_HEADER))
        )
    headers = (("content-type", reply.content_type), *reply.headers.items())
    return HttpResponse(reply.status, headers, _content(reply.body))


def _answer(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    product = PRODUCTS.get(request.host)
    if product is None:
        raise not_found(request.path)
    handler, at = product.find(request.method, request.path)
    if at.get("account", stand_in.account.sid) != stand_in.account.sid:
        raise not_found(request.path)
    return handler(stand_in, replace(request, at=at))


def _authenticate(stand_in: TwilioStandIn, http: HttpRequest) -> None:
    scheme, _, credentials = http.header("authorization").partition(" ")
    sid, tokens = stand_in.account.sid, stand_in.account.tokens.accepted()
    expected = {base64.b64encode(f"{sid}:{token}".encode()).decode() for token in tokens}
    if scheme.lower() != "basic" or credentials.strip() not in expected:
        raise authenticate()


def _decode(http: HttpRequest) -> tuple[dict[str, str | list[str]], Any, dict[str, bytes]]:
    """Return the form fields, the JSON value and the files of a body; what it does not have is empty."""
    content_type, options = parse_options_header(http.header("content-type"))
    if content_type == "application/json":
        try:
            return {}, parse_json(http.body), {}
        except ValueError:
            return {}, None, {}
    if content_type == "multipart/form-data":
        parser = MultiPartParser()
        fields, parts = parser.parse(
            io.BytesIO(http.body), options.get("boundary", "").encode(), len(http.body)
        )
        files = {}
        for name, part in parts.items():
            with part.stream:
                files[name] = part.read()
        return _fields(list(fields.items(multi=True))), None, files
    # Twilio reads form fields from nothing else, so a JSON body to the 2010 API misses them all.
    return _fields(parse_qsl(http.body.decode(errors="replace"), keep_blank_values=True)), None, {}


def _fields(pairs: list[tuple[str, str]]) -> dict[str, str | list[str]]:
    fields: dict[str, str | list[str]] = {}
    for name, value in pairs:
        known = fields.get(name)
        if known is None:
            fields[name] = value
        else:
            fields[name] = [*(known if isinstance(known, list) else [known]), value]
    return fields


def _content(value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    return b"" if value is None else to_json(value)
