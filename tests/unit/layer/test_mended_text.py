"""Half a surrogate pair in JSON: refused, or mended where an endpoint says so."""

import json
from typing import Any

import pytest

from switchboard.http.auth import ApiKey
from switchboard.http.endpoint import endpoint
from switchboard.http.reply import Reply, json_reply
from switchboard.http.request import Request
from tests.unit.layer.events import JSON, Context, event, with_key


def echo(request: Request) -> Reply:
    return json_reply({"json": request.json})


strict = endpoint(ApiKey())(echo)
lenient = endpoint(ApiKey(), replace_surrogates=True)(echo)


def posted(handler: Any, body: bytes) -> tuple[int, Any]:
    reply = handler(event(body, headers={"content-type": JSON, **with_key()}), Context())
    return reply["statusCode"], json.loads(reply["body"])


@pytest.mark.parametrize(
    ("body", "mended"),
    [
        (rb'["a\ud83d", "b"]', ["a\ufffd", "b"]),
        (rb'[{"\udc00": 1}, "\ud83d\ude00"]', [{"\ufffd": 1}, "\U0001f600"]),
    ],
)
def test_a_lone_surrogate_is_refused_unless_the_endpoint_replaces_it(body: bytes, mended: Any) -> None:
    assert posted(strict, body)[0] == 400
    assert posted(lenient, body) == (200, {"json": mended})


def test_a_surrogate_pair_is_decoded_as_one_character() -> None:
    for handler in (strict, lenient):
        assert posted(handler, rb'"\ud83d\ude00 \\ud83d"') == (200, {"json": "\U0001f600 \\ud83d"})


def test_invalid_json_is_refused_although_surrogates_are_replaced() -> None:
    assert posted(lenient, rb'["\ud83d"')[0] == 400
    assert posted(lenient, rb'["\ud83d", NaN]')[0] == 400
