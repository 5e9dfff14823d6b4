"""The layer's own requests to S3 are those of botocore: the same paths, signatures, errors and tries."""

import calendar
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials as BotocoreCredentials
from botocore.exceptions import ClientError
from botocore.session import get_session
from hypothesis import given
from hypothesis import strategies as st

from switchboard import aws
from switchboard.aws import http_client, s3
from switchboard.aws.sigv4 import Credentials, presign, sign
from switchboard.deadline import within
from tests.unit.layer.scripted_aws import Answer, ScriptedAws

MODIFIED = "Sat, 10 Jan 2026 08:00:00 GMT"
OBJECT = Answer(200, b"hello", {"Last-Modified": MODIFIED, "ETag": '"5d41"', "x-amz-meta-note": "n"})
KEYS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)


@pytest.fixture(autouse=True)
def _aws_in_memory() -> None:
    """Take the place of the folder's fixture: these tests have a service of their own."""


@pytest.fixture
def _fresh() -> None:
    """Take the place of the folder's fixture, which needs parameters in SSM."""


@pytest.fixture(scope="module")
def scripted() -> Iterator[ScriptedAws]:
    with pytest.MonkeyPatch.context() as patch:
        server = ScriptedAws()
        patch.setenv("AWS_ENDPOINT_URL", server.url)
        patch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
        patch.setenv("AWS_SESSION_TOKEN", "token/with+signs==")
        patch.setenv("AWS_REGION", "eu-west-1")
        patch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
        patch.setattr(http_client, "BACKOFF_SECONDS", 0.001)
        s3.clear_clients()
        yield server
        s3.clear_clients()
        server.stop()


@pytest.fixture
def service(scripted: ScriptedAws) -> ScriptedAws:
    scripted.asked.clear()
    scripted.answers = [OBJECT]
    return scripted


@contextmanager
def botocore_s3() -> Iterator[Any]:
    config = Config(retries={"mode": "standard", "total_max_attempts": 3}, s3={"addressing_style": "path"})
    client: Any = get_session().create_client("s3", config=config)
    try:
        yield client
    finally:
        client.close()


@given(
    KEYS, st.binary(max_size=100), st.sampled_from(["GET", "PUT", "DELETE"]), st.integers(946_684_800, 2**32)
)
def test_a_request_is_signed_as_botocore_signs_it(key: str, body: bytes, method: str, at: int) -> None:
    call = s3._call("Any", method, key, {"content-type": "application/json"}, body)
    host = "bucket.s3.eu-west-1.amazonaws.com"
    ours = sign(
        {"host": host, **call.headers},
        body,
        method=method,
        path=call.path,
        region="eu-west-1",
        service="s3",
        credentials=Credentials("AKIDEXAMPLE", "secret", "token"),
        at=at,
    )
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(at))
    request = AWSRequest(method, f"https://{host}{call.path}", {"content-type": "application/json"}, body)
    request.context.update(timestamp=stamp, payload_signing_enabled=True)
    signer = S3SigV4Auth(BotocoreCredentials("AKIDEXAMPLE", "secret", "token"), "s3", "eu-west-1")
    signer._modify_request_before_signing(request)
    del request.headers["X-Amz-Date"]
    request.headers["X-Amz-Date"] = stamp
    signature = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
    assert ours["authorization"].endswith(f"Signature={signature}")


@pytest.mark.parametrize(
    "key", ["a", "voice-prompts/survey-es-MX.env", "a b/ü+&=?#%~'()*!$,:;@", "/a//b/../c", "~.-_"]
)
def test_requests_are_those_that_botocore_makes(service: ScriptedAws, key: str) -> None:
    service.answers = 2 * [Answer(200, b""), Answer(204), OBJECT]
    s3.write("bucket", key, "text", content_encoding="gzip")
    s3.delete("bucket", key)
    found = s3.get("bucket", key)
    with botocore_s3() as client:
        client.put_object(
            Bucket="bucket", Key=key, Body=b"text", ContentType="application/json", ContentEncoding="gzip"
        )
        client.delete_object(Bucket="bucket", Key=key)
        answer = client.get_object(Bucket="bucket", Key=key)
    for ours, theirs in zip(service.asked[:3], service.asked[3:], strict=True):
        assert ours.line == theirs.line
        for header in ("host", "content-type", "x-amz-security-token"):
            assert ours.headers.get(header) == theirs.headers.get(header)
    assert service.asked[0].body == b"text"
    assert service.asked[0].headers["content-encoding"] == "gzip"
    assert found is not None
    assert found.body == answer["Body"].read() == b"hello"
    assert found.modified_at == answer["LastModified"] == datetime(2026, 1, 10, 8, tzinfo=UTC)
    assert (found.etag, found.metadata) == (answer["ETag"], answer["Metadata"]) == ('"5d41"', {"note": "n"})


def _error(status: int, code: str) -> Answer:
    return Answer(
        status, f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>m</Message></Error>".encode()
    )


@pytest.mark.parametrize(
    "answer",
    [
        _error(403, "AccessDenied"),
        _error(403, "ExpiredToken"),
        _error(404, "NoSuchBucket"),
        _error(400, "RequestTimeout"),
        _error(503, "SlowDown"),
        _error(500, "InternalError"),
        _error(501, "NotImplemented"),
        Answer(502, b"<html>"),
        Answer(404, b""),
    ],
    ids=lambda answer: f"{answer.status}-{answer.body}",
)
def test_errors_and_tries_are_botocores(
    service: ScriptedAws, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    service.answers = [answer]
    with botocore_s3() as client, pytest.raises(ClientError) as theirs:
        client.delete_object(Bucket="bucket", Key="a")
    their_tries = len(service.asked)
    service.asked.clear()
    with pytest.raises(aws.ServiceError) as ours:
        s3.delete("bucket", "a")
    assert len(service.asked) == their_tries
    assert ours.value.code == theirs.value.response["Error"]["Code"]
    assert ours.value.status == answer.status
    assert aws.is_temporary(ours.value) == (their_tries > 1 or answer.status >= 500)


def test_an_object_that_is_not_there_is_none(service: ScriptedAws) -> None:
    service.answers = [_error(404, "NoSuchKey")]
    assert s3.read("bucket", "a") is None
    service.answers = [_error(404, "NoSuchBucket")]
    with pytest.raises(aws.ServiceError, match="NoSuchBucket"):
        s3.read("bucket", "a")


@pytest.mark.parametrize("fault", [Answer(hangs_up=True), Answer(200, b"half", OBJECT.headers, is_half=True)])
def test_a_broken_answer_is_asked_for_again(service: ScriptedAws, fault: Answer) -> None:
    service.answers = [fault, fault, OBJECT]
    assert s3.read("bucket", "a") == b"hello"
    service.answers = [fault]
    with pytest.raises(aws.Unreachable, match=r"s3\.GetObject"):
        s3.read("bucket", "a")


def test_a_silent_s3_takes_no_longer_than_the_caller_has(service: ScriptedAws) -> None:
    service.answers = [Answer(200, b"late", OBJECT.headers, delay=2.5)]
    # Whoever waited for as long as one try may take would be answered.
    with within(0.4), pytest.raises(aws.Unreachable):
        s3.read("bucket", "a")


def test_an_object_exists_or_does_not(service: ScriptedAws) -> None:
    service.answers = [Answer(200, b"")]
    assert s3.exists("bucket", "a b")
    assert service.asked[0].line == "HEAD /bucket/a%20b"
    service.answers = [Answer(404, b"")]
    assert not s3.exists("bucket", "a")
    service.answers = [Answer(403, b"")]
    with pytest.raises(aws.ServiceError, match="403"):
        s3.exists("bucket", "a")


@pytest.fixture(scope="module")
def presigner(scripted: ScriptedAws) -> Iterator[Any]:
    config = Config(signature_version="s3v4", s3={"addressing_style": "path"})
    client: Any = get_session().create_client("s3", config=config)
    yield client
    client.close()


@given(KEYS, st.integers(1, 604_800))
def test_a_presigned_url_is_botocores(presigner: Any, key: str, seconds: int) -> None:
    theirs = urlsplit(
        presigner.generate_presigned_url(
            "get_object", Params={"Bucket": "bucket", "Key": key}, ExpiresIn=seconds
        )
    )
    ours = urlsplit(s3.presigned_url("bucket", key, seconds))
    assert (ours.scheme, ours.netloc, ours.path) == (theirs.scheme, theirs.netloc, theirs.path)
    fields = dict(parse_qsl(theirs.query))
    signed = presign(
        ours.netloc,
        ours.path,
        seconds=seconds,
        region="eu-west-1",
        service="s3",
        credentials=http_client._credentials(),
        at=calendar.timegm(time.strptime(fields["X-Amz-Date"], "%Y%m%dT%H%M%SZ")),
    )
    assert dict(parse_qsl(signed)) == fields
    assert dict(parse_qsl(ours.query)).keys() == fields.keys()


@pytest.mark.parametrize(
    ("bucket", "region", "url"),
    [
        ("config", "eu-west-1", "https://config.s3.eu-west-1.amazonaws.com"),
        ("config", "cn-north-1", "https://config.s3.cn-north-1.amazonaws.com.cn"),
        ("config.example.com", "eu-west-1", "https://s3.eu-west-1.amazonaws.com/config.example.com"),
    ],
)
def test_a_bucket_is_found_at_its_own_host(
    monkeypatch: pytest.MonkeyPatch, bucket: str, region: str, url: str
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setenv("AWS_REGION", region)
    assert s3.bucket_url(bucket) == url
