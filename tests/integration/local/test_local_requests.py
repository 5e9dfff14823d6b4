"""Invalid requests below ``/_local`` are refused."""

import pytest

from tests.integration.local.sample import Sample

TAKES_JSON = [
    "/clock",
    "/aws/faults",
    "/operator",
    "/operator/faults",
    "/twilio/faults",
    "/phone/texts",
    "/phone/calls",
]


@pytest.mark.parametrize("path", TAKES_JSON)
@pytest.mark.parametrize(
    "body",
    [
        rb'{"match": "\ud83d", "advanceSeconds": 0, "status": 500, "from": "+12025550177", "to": "\udc00"}',
        b'{"match": "\xed\xa0\xbd", "advanceSeconds": 0, "status": 500}',
        b'{"match": "x", "advanceSeconds": NaN, "status": Infinity}',
        b'{"match": "x", "advanceSeconds": 1e999, "status": 1e999}',
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
    ],
    ids=["escaped half", "raw half", "not a number", "endless", "broken", "no text", "deep"],
)
def test_a_body_that_is_not_valid_json_is_refused(sample: Sample, path: str, body: bytes) -> None:
    answer = sample.send("POST", f"/_local{path}", body)
    assert answer.status == 400
    assert answer.json()["message"]
