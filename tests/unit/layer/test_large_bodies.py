"""Endpoints that take more than a webhook sends, and bodies that arrive packed."""

import gzip
import json
from typing import Any

import pytest

from switchboard.auth import ApiKey
from switchboard.endpoint import endpoint
from switchboard.reply import Reply, json_reply
from switchboard.request import Request
from tests.unit.layer.events import JSON, Context, event, with_key

MEBIBYTE = 1024 * 1024


def length(request: Request) -> Reply:
    return json_reply({"length": len(request.json or "")})


usual = endpoint(ApiKey())(length)
roomy = endpoint(ApiKey(), max_body=MEBIBYTE)(length)


def posted(handler: Any, body: bytes, **headers: str) -> tuple[int, Any]:
    reply = handler(event(body, headers={"content-type": JSON, **with_key(), **headers}), Context())
    return reply["statusCode"], json.loads(reply["body"])


def test_an_endpoint_may_take_more_and_still_has_a_limit() -> None:
    fits = json.dumps("a" * (MEBIBYTE - 2)).encode()

    assert posted(usual, fits)[0] == 413
    assert posted(roomy, fits) == (200, {"length": MEBIBYTE - 2})
    assert posted(roomy, fits + b" ") == (413, {"message": "The body is larger than 1024 KiB."})


def test_a_packed_body_is_unpacked() -> None:
    body = gzip.compress(json.dumps("a" * 200_000).encode())

    assert posted(usual, body, **{"content-encoding": "gzip"}) == (200, {"length": 200_000})


def test_the_limit_is_that_of_the_unpacked_body() -> None:
    bomb = gzip.compress(b" " * 64 * MEBIBYTE, mtime=0)

    assert len(bomb) < 256 * 1024
    assert posted(usual, bomb, **{"content-encoding": "gzip"})[0] == 413
    assert posted(roomy, bomb, **{"content-encoding": "gzip"})[0] == 413


@pytest.mark.parametrize(
    "body", [b'"plain"', gzip.compress(b'"cut"', mtime=0)[:-6], gzip.compress(b'"a"', mtime=0)[:9]]
)
def test_what_is_not_gzip_is_the_senders_fault(body: bytes) -> None:
    assert posted(usual, body, **{"content-encoding": "gzip"}) == (
        400,
        {"message": "The body is not valid gzip."},
    )
