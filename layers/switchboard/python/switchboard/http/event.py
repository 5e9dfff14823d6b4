"""A request as it arrived: not trusted, and decoded only as far as it is asked for.

Authenticators ask in the order that is cheapest and safest: headers, size, bytes, meaning.
"""

import base64
import binascii
import json
import math
import re
import zlib
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Literal, NoReturn
from urllib.parse import parse_qsl, quote

from switchboard.errors import BadRequest, PayloadTooLarge, UnsupportedMediaType
from switchboard.http.request import Caller, Params, Request
from switchboard.text import replace_lone_surrogates

MAX_BODY_BYTES = 256 * 1024
MAX_FIELDS = 1000
MAX_JSON_VALUES = 3_000_000
"""A parsed value of JSON may take 30 times the memory of its text."""

_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"
_BROKEN_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
# What may stand in a URL's path as it is. "%" is among them: what arrives encoded must stay as it was signed.
_PATH_CHARACTERS = "/%:@!$&'()*+,;=~-._"


class RawRequest:
    """An API Gateway HTTP API event, payload format 2.0.

    Parameters
    ----------
    event : Mapping[str, Any]
        The event
        (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html).
    public_base_url : str
        Base of the public URL; empty: https and the event's domain name.
    max_body : int
        The most bytes that a body may have, decoded and unpacked.
    replace_surrogates : bool
        Whether half a surrogate pair in JSON becomes U+FFFD rather than a refusal.
    """

    def __init__(
        self,
        event: Mapping[str, Any],
        public_base_url: str = "",
        max_body: int = MAX_BODY_BYTES,
        *,
        replace_surrogates: bool = False,
    ) -> None:
        context = event["requestContext"]
        self._event = event
        self._max_body = max_body
        self._replace_surrogates = replace_surrogates
        self.method: str = context["http"]["method"]
        self.path: str = event["rawPath"]
        self.request_id: str = context.get("requestId", "")
        self.headers: dict[str, str] = {
            name.lower(): value for name, value in (event.get("headers") or {}).items()
        }
        self.path_parameters: Mapping[str, str] = event.get("pathParameters") or {}
        self._raw_query: str = event.get("rawQueryString") or ""
        self._base = (public_base_url or f"https://{context['domainName']}").rstrip("/")

    @property
    def url(self) -> str:
        """The public URL, encoded as it was signed; API Gateway gives the path decoded."""
        path = quote("/" + self.path.lstrip("/"), safe=_PATH_CHARACTERS, errors="replace")
        return f"{self._base}{path}?{self._raw_query}" if self._raw_query else self._base + path

    @cached_property
    def body(self) -> bytes:
        """The body's bytes, unpacked if its Content-Encoding is gzip.

        Raises
        ------
        PayloadTooLarge
            Over the limit, which is 256 KiB unless the endpoint says otherwise.
        BadRequest
            Announced as base64 or gzip, and something else.
        """
        return self._read_body(self._max_body)

    @cached_property
    def is_large(self) -> bool:
        """Whether the body has more than 256 KiB, and may have; no more is unpacked to tell."""
        if self._max_body <= MAX_BODY_BYTES:
            return False
        try:
            self._read_body(MAX_BODY_BYTES)
        except PayloadTooLarge:
            return True
        return False

    def _read_body(self, limit: int) -> bytes:
        text: str = self._event.get("body") or ""
        encoded: bool = self._event.get("isBase64Encoded", False)
        if len(text) > (limit * 4 // 3 + 4 if encoded else limit):
            _refuse_size(limit)
        try:
            body = base64.b64decode(text, validate=True) if encoded else text.encode("utf-8", "surrogatepass")
        except (binascii.Error, ValueError):
            raise BadRequest.about_part("body", "is not valid base64") from None
        if self.headers.get("content-encoding", "").strip().lower() == "gzip":
            body = _unpack(body, limit)
        if len(body) > limit:
            _refuse_size(limit)
        return body

    @property
    def kind(self) -> Literal["empty", "form", "json"]:
        """The kind of body, by its Content-Type.

        Raises
        ------
        UnsupportedMediaType
            A body that is neither a form nor JSON.
        """
        if not self.body:
            return "empty"
        media_type = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type == _FORM:
            return "form"
        if media_type == _JSON or (media_type.startswith("application/") and media_type.endswith("+json")):
            return "json"
        raise UnsupportedMediaType(f"The body must be {_FORM} or {_JSON}.")

    @cached_property
    def query(self) -> Params:
        """The query string, decoded; BadRequest if it cannot be."""
        return _decode_pairs(self._raw_query, part="query")

    @cached_property
    def form(self) -> Params:
        """The form, decoded; empty where the body is something else; BadRequest if it cannot be decoded.

        A form has at most 256 KiB, however much JSON the endpoint takes.
        """
        if self.kind != "form":
            return Params()
        if len(self.body) > MAX_BODY_BYTES:
            _refuse_size(MAX_BODY_BYTES)
        return _decode_pairs(_text(self.body), part="body")

    @cached_property
    def json(self) -> Any | None:
        """The JSON body; None where the body is something else; BadRequest if it is broken."""
        return (
            # Some editors and libraries put a byte order mark before a text.
            _decode_json(_text(self.body).removeprefix("\ufeff"), replace_surrogates=self._replace_surrogates)
            if self.kind == "json"
            else None
        )

    @cached_property
    def params(self) -> Params:
        """Query, form and the scalars at the top of a JSON object; the body wins over the query."""
        document = self.json
        scalars = document.items() if isinstance(document, dict) else ()
        body = Params(
            (name, _scalar(value)) for name, value in scalars if isinstance(value, str | int | float)
        )
        return self.query.overlaid(self.form).overlaid(body)

    def to_request(self, caller: Caller) -> Request:
        """Return the decoded request of an authenticated caller."""
        return Request(
            method=self.method,
            path=self.path,
            url=self.url,
            headers=self.headers,
            query=self.query,
            form=self.form,
            json=self.json,
            params=self.params,
            caller=caller,
            path_parameters=self.path_parameters,
            idempotency_token=self.headers.get("i-twilio-idempotency-token"),
            request_id=self.request_id,
        )


def _refuse_size(max_body: int) -> NoReturn:
    raise PayloadTooLarge(f"The body is larger than {max_body // 1024} KiB.")


def _unpack(body: bytes, max_body: int) -> bytes:
    """Return the unpacked body, or its first limit + 1 bytes: a small body may hold gigabytes."""
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        unpacked = unpacker.decompress(body, max_body + 1)
    except zlib.error:
        raise BadRequest.about_part("body", "is not valid gzip") from None
    if not unpacker.eof and len(unpacked) <= max_body:
        raise BadRequest.about_part("body", "is not valid gzip")
    return unpacked


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise BadRequest.about_part("body", "is not valid UTF-8") from None


def _decode_pairs(text: str, *, part: Literal["body", "query"]) -> Params:
    if _BROKEN_PERCENT.search(text):
        raise BadRequest.about_part(part, "has a % that is not followed by two hex digits")
    try:
        return Params(parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS))
    except UnicodeDecodeError:
        raise BadRequest.about_part(part, "is not valid UTF-8") from None
    except ValueError:
        raise BadRequest.about_part(part, f"has more than {MAX_FIELDS} fields") from None


def _decode_json(text: str, *, replace_surrogates: bool) -> Any:
    # Every value but the first of all follows one of these; nesting is bounded by the interpreter.
    if len(text) > MAX_JSON_VALUES and sum(map(text.count, ",[{")) > MAX_JSON_VALUES:
        raise PayloadTooLarge(f"The body has more than {MAX_JSON_VALUES:,} values.")
    try:
        document = json.loads(text, parse_constant=_refuse_constant, parse_float=_finite)
        if "\\u" in text:
            # Half of a surrogate pair is legal JSON but not text: storing or sending it would fail later.
            plain = json.dumps(document, ensure_ascii=False)
            if replace_surrogates:
                return json.loads(replace_lone_surrogates(plain))
            plain.encode()
    except (ValueError, RecursionError):
        raise BadRequest.about_part("body", "is not valid JSON") from None
    return document


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _scalar(value: str | float) -> str:
    return value if isinstance(value, str) else json.dumps(value)
