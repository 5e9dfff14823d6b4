"""Endpoints that take more than a webhook sends, and bodies that arrive packed."""

import gzip
import json
from typing import Any

import pytest

from switchboard.http import event as http_event
from switchboard.http.auth import ApiKey, FlexToken
from switchboard.http.endpoint import endpoint
from switchboard.http.reply import Reply, json_reply
from switchboard.http.request import Request
from tests.unit.layer.events import FORM, JSON, Context, event, with_key
from tests.unit.layer.scripted_twilio import ScriptedTwilio

MEBIBYTE = 1024 * 1024


def length(request: Request) -> Reply:
    return json_reply({"length": len(request.json or "")})


usual = endpoint(ApiKey())(length)
roomy = endpoint(ApiKey(), max_body=MEBIBYTE)(length)


def posted(handler: Any, body: bytes, **headers: str) -> tuple[int, Any]:
    reply = handler(event(body, headers={"content-type": JSON, **with_key(), **headers}), Context())
    return reply["statusCode"], json.loads(reply["body"])


def test_an_endpoint_can_raise_the_limit_of_the_body() -> None:
    fits = json.dumps("a" * (MEBIBYTE - 2)).encode()

    assert posted(usual, fits)[0] == 413
    assert posted(roomy, fits) == (200, {"length": MEBIBYTE - 2})
    assert posted(roomy, fits + b" ") == (413, {"message": "The body is larger than 1024 KiB."})


def test_a_compressed_body_is_decompressed() -> None:
    body = gzip.compress(json.dumps("a" * 200_000).encode())

    assert posted(usual, body, **{"content-encoding": "gzip"}) == (200, {"length": 200_000})


def test_the_limit_applies_to_the_decompressed_body() -> None:
    bomb = gzip.compress(b" " * 64 * MEBIBYTE, mtime=0)

    assert len(bomb) < 256 * 1024
    assert posted(usual, bomb, **{"content-encoding": "gzip"})[0] == 413
    assert posted(roomy, bomb, **{"content-encoding": "gzip"})[0] == 413


def in_body(message: str) -> dict[str, object]:
    return {"message": f"body: {message}", "errors": [{"field": "body", "message": message}]}


@pytest.mark.parametrize(
    "body", [b'"plain"', gzip.compress(b'"cut"', mtime=0)[:-6], gzip.compress(b'"a"', mtime=0)[:9]]
)
def test_a_body_that_is_not_gzip_is_answered_with_400(body: bytes) -> None:
    assert posted(usual, body, **{"content-encoding": "gzip"}) == (
        400,
        in_body("is not valid gzip"),
    )


desk = endpoint(FlexToken(), max_body=MEBIBYTE)(length)
JUDGED = {"valid": True, "expiration": "2100-01-01T00:00:00Z", "roles": [], "identity": "ann"}


def at_desk(body: bytes, **more: Any) -> int:
    headers = {"content-type": JSON, **more.pop("headers", {})}
    status: int = desk(event(body, headers=headers, **more), Context())["statusCode"]
    return status


def test_a_large_body_is_read_only_after_a_valid_token_in_the_header_or_query(
    twilio: ScriptedTwilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    decode = http_event._decode_json
    monkeypatch.setattr(
        http_event, "_decode_json", lambda text, **more: (read.append(len(text)), decode(text, **more))[1]
    )
    twilio.answers = [(200, JUDGED)]
    small, large = (json.dumps({"Token": "t", "more": "a" * size}).encode() for size in (200_000, 300_000))

    assert at_desk(large) == 403
    assert (twilio.received, read) == ([], [])
    assert at_desk(gzip.compress(large), headers={"content-encoding": "gzip"}) == 403
    assert (twilio.received, read) == ([], [])
    assert at_desk(small) == 200
    assert at_desk(large, headers={"x-flex-token": "t"}) == 200
    assert at_desk(large, query="Token=t") == 200
    assert at_desk(large + b" " * MEBIBYTE, headers={"x-flex-token": "t"}) == 413
    assert len(read) == 3


def test_a_compressed_body_without_a_token_is_not_decompressed(
    twilio: ScriptedTwilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpacked: list[int] = []
    unpack = http_event._unpack
    monkeypatch.setattr(
        http_event, "_unpack", lambda body, most: (unpacked.append(most), unpack(body, most))[1]
    )
    bomb = gzip.compress(b"[" * 64 * MEBIBYTE, mtime=0)

    assert at_desk(bomb, headers={"content-encoding": "gzip"}) == 403
    assert (unpacked, twilio.received) == ([256 * 1024], [])


def test_a_form_has_the_small_limit_on_every_endpoint(twilio: ScriptedTwilio) -> None:
    twilio.answers = [(200, JUDGED)]
    headers = {"content-type": FORM, "x-flex-token": "t"}

    assert at_desk(b"a=" + b"b" * 200_000, headers=headers) == 200
    assert at_desk(b"a=" + b"b" * 300_000, headers=headers) == 413


@pytest.mark.parametrize("many", ["0,", "[],", "{},", '"a",'])
def test_json_with_too_many_values_is_refused_before_it_is_parsed(
    monkeypatch: pytest.MonkeyPatch, many: str
) -> None:
    monkeypatch.setattr(http_event, "MAX_JSON_VALUES", 10_000)
    fits, more = (f"[{many * number}0]".encode() for number in (4_000, 11_000))

    assert posted(roomy, fits)[0] == 200
    assert posted(roomy, more) == (413, {"message": "The body has more than 10,000 values."})


def test_json_that_is_nested_too_deeply_is_refused() -> None:
    assert posted(roomy, b"[" * 500_000 + b"]" * 500_000) == (
        400,
        in_body("is not valid JSON"),
    )
