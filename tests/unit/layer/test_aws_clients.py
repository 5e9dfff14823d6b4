"""What the layer adds to boto3's clients: the caller's deadline, complete answers, errors of one kind."""

import base64
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from switchboard import aws
from switchboard.aws import s3
from switchboard.deadline import within
from tests.unit.layer.scripted_aws import Answer, ScriptedAws

GET: dict[str, Any] = {"TableName": "T", "Key": {"id": {"S": "1"}}}
PUT: list[Any] = [{"Put": {"TableName": "T", "Item": {}}}]
FOUND: dict[str, Any] = {"Item": {"id": {"S": "1"}}}
OBJECT = Answer(
    200,
    b"hello",
    {"Last-Modified": "Sat, 10 Jan 2026 08:00:00 GMT", "ETag": '"5d41"', "x-amz-meta-note": "n"},
)


@pytest.fixture(autouse=True)
def _aws_in_memory() -> None:
    """Take the place of the folder's fixture: these tests have a service of their own."""


@pytest.fixture
def _fresh() -> None:
    """Take the place of the folder's fixture, which needs parameters in SSM."""


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedAws]:
    scripted = ScriptedAws()
    monkeypatch.setenv("AWS_ENDPOINT_URL", scripted.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    aws.clear_clients()
    yield scripted
    aws.clear_clients()
    scripted.stop()


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repeat calls at once."""
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)


def dynamodb_error(name: str, status: int = 400, **fields: Any) -> Answer:
    return Answer(status, {"__type": f"com.amazonaws.dynamodb.v20120810#{name}", "message": "m", **fields})


def s3_error(status: int, code: str) -> Answer:
    return Answer(
        status, f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>m</Message></Error>".encode()
    )


@pytest.mark.usefixtures("no_pause")
@pytest.mark.parametrize(
    ("answer", "code", "tries"),
    [
        (dynamodb_error("ConditionalCheckFailedException"), "ConditionalCheckFailedException", 1),
        (dynamodb_error("ValidationException"), "ValidationException", 1),
        (dynamodb_error("ResourceNotFoundException"), "ResourceNotFoundException", 1),
        (dynamodb_error("AccessDeniedException", 403), "AccessDeniedException", 1),
        (dynamodb_error("ExpiredTokenException"), "ExpiredTokenException", 1),
        (dynamodb_error("ThrottlingException"), "ThrottlingException", 3),
        (dynamodb_error("RequestLimitExceeded"), "RequestLimitExceeded", 3),
        (dynamodb_error("InternalServerError", 500), "InternalServerError", 3),
        (Answer(503, {"__type": "ServiceUnavailable"}), "ServiceUnavailable", 3),
        (Answer(502, b"<html>"), "502", 3),
        (Answer(413, {}), "413", 1),
    ],
    ids=lambda value: f"{value.status}-{value.body}" if isinstance(value, Answer) else None,
)
def test_a_refusal_has_the_services_code_and_is_repeated_where_that_may_help(
    service: ScriptedAws, answer: Answer, code: str, tries: int
) -> None:
    service.answers = [answer]
    with pytest.raises(aws.ServiceError) as refused:
        aws.client("dynamodb").get_item(**GET)
    assert (refused.value.code, refused.value.status) == (code, answer.status)
    assert len(service.asked) == tries
    assert aws.is_temporary(refused.value) == (tries > 1)


def test_an_error_does_not_repeat_what_was_sent(service: ScriptedAws) -> None:
    service.answers = [dynamodb_error("ValidationException")]
    with pytest.raises(aws.ServiceError) as refused:
        aws.client("dynamodb").get_item(TableName="T", Key={"id": {"S": "+12025550142"}})
    assert refused.value.__suppress_context__
    assert str(refused.value) == "ValidationException (400)"


def test_a_transaction_keeps_its_token_when_it_is_repeated(service: ScriptedAws) -> None:
    service.answers = [dynamodb_error("InternalServerError", 500), Answer()]
    aws.client("dynamodb").transact_write_items(TransactItems=PUT)
    tokens = {asked.document["ClientRequestToken"] for asked in service.asked}
    assert len(service.asked) == 2
    assert len(tokens) == 1


def test_a_failed_condition_brings_the_item(service: ScriptedAws) -> None:
    packed = base64.b64encode(b"\x00\x01").decode()
    item = {"n": {"N": "7"}, "raw": {"B": packed}}
    service.answers = [dynamodb_error("ConditionalCheckFailedException", Item=item)]
    with pytest.raises(aws.ServiceError) as refused:
        aws.client("dynamodb").put_item(TableName="T", Item={})
    assert refused.value.item == {"n": 7, "raw": b"\x00\x01"}


def test_a_cancelled_transaction_brings_the_reason_of_each_write(service: ScriptedAws) -> None:
    reasons = [{"Code": "None"}, {"Code": "ConditionalCheckFailed", "Message": "m"}]
    service.answers = [dynamodb_error("TransactionCanceledException", CancellationReasons=reasons)]
    with pytest.raises(aws.ServiceError) as refused:
        aws.client("dynamodb").transact_write_items(TransactItems=PUT)
    assert refused.value.reasons == ("None", "ConditionalCheckFailed")


def test_a_query_follows_its_pages(service: ScriptedAws) -> None:
    first = {"Items": [{"n": {"N": "1"}}], "LastEvaluatedKey": {"n": {"N": "1"}}}
    service.answers = [Answer(200, first), Answer(200, {"Items": [{"n": {"N": "2"}}]})]
    assert list(aws.query_items(TableName="T")) == [{"n": 1}, {"n": 2}]
    service.answers = [dynamodb_error("ResourceNotFoundException")]
    with pytest.raises(aws.ServiceError, match="ResourceNotFoundException"):
        list(aws.query_items(TableName="T"))


def test_a_connection_is_reused_and_a_closed_one_replaced(service: ScriptedAws) -> None:
    service.answers = [Answer(), Answer(closes_afterwards=True), Answer()]
    for _ in range(3):
        aws.client("dynamodb").get_item(**GET)
    first, second, third = (asked.connection for asked in service.asked)
    assert first == second != third


@pytest.mark.parametrize(
    "fault",
    [Answer(hangs_up=True), Answer(is_half=True), Answer(200, b'{"Item": {'), Answer(200, b"<html>")],
    ids=["no answer", "half an answer", "broken JSON", "another server's page"],
)
def test_an_incomplete_answer_is_no_answer(service: ScriptedAws, fault: Answer) -> None:
    service.answers = [fault, fault, Answer(200, FOUND)]
    assert aws.client("dynamodb").get_item(**GET)["Item"] == FOUND["Item"]
    service.answers = [fault]
    service.asked.clear()
    with pytest.raises(aws.Unreachable):
        aws.client("dynamodb").get_item(**GET)
    assert len(service.asked) == 3


def test_a_silent_service_takes_no_longer_than_the_caller_has(service: ScriptedAws) -> None:
    service.answers = [Answer(is_silent=True)]
    began = time.monotonic()
    with within(0.4), pytest.raises(aws.Unreachable):
        aws.client("dynamodb").get_item(**GET)
    assert time.monotonic() - began < 4


def test_without_time_left_nothing_is_sent(service: ScriptedAws) -> None:
    with within(0.0), pytest.raises(aws.Unreachable, match="no time is left"):
        aws.client("dynamodb").get_item(**GET)
    assert service.asked == []


def test_a_service_that_does_not_run_is_unreachable(
    monkeypatch: pytest.MonkeyPatch, service: ScriptedAws
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1")
    aws.connect("dynamodb")
    with pytest.raises(aws.Unreachable, match="EndpointConnectionError"):
        aws.client("dynamodb").get_item(**GET)


def test_missing_credentials_are_no_answer(
    monkeypatch: pytest.MonkeyPatch, service: ScriptedAws, tmp_path: Any
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    with pytest.raises(aws.Unreachable, match="NoCredentialsError"):
        aws.client("dynamodb").get_item(**GET)


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("eu-west-1", "https://dynamodb.eu-west-1.amazonaws.com"),
        ("cn-north-1", "https://dynamodb.cn-north-1.amazonaws.com.cn"),
        ("eusc-de-east-1", "https://dynamodb.eusc-de-east-1.amazonaws.eu"),
        ("us-iso-east-1", "https://dynamodb.us-iso-east-1.c2s.ic.gov"),
    ],
)
def test_each_partition_has_its_own_host(
    monkeypatch: pytest.MonkeyPatch, service: ScriptedAws, region: str, host: str
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    assert aws.boto3_client("dynamodb").meta.endpoint_url == host


def test_the_endpoint_variable_of_one_service_is_used(
    monkeypatch: pytest.MonkeyPatch, service: ScriptedAws
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_EVENTBRIDGE", "http://127.0.0.1:2")
    assert aws.boto3_client("events").meta.endpoint_url == "http://127.0.0.1:2"


def test_an_object_is_written_and_read(service: ScriptedAws) -> None:
    service.answers = [Answer(200, b""), OBJECT]
    s3.write("bucket", "a b/ü", "text", content_encoding="gzip")
    found = s3.get("bucket", "a b/ü")
    written, read = service.asked
    assert (written.line, written.body) == ("PUT /bucket/a%20b/%C3%BC", b"text")
    assert written.headers["content-encoding"] == "gzip"
    assert read.line == "GET /bucket/a%20b/%C3%BC"
    assert found == s3.S3Object(b"hello", datetime(2026, 1, 10, 8, tzinfo=UTC), '"5d41"', {"note": "n"})


def test_a_written_object_carries_a_checksum(service: ScriptedAws) -> None:
    service.answers = [Answer(200, b"")]
    s3.write("bucket", "a", "text")
    assert any(header.startswith("x-amz-checksum-") for header in service.asked[0].headers)


def test_an_object_that_is_not_there_is_none(service: ScriptedAws) -> None:
    service.answers = [s3_error(404, "NoSuchKey")]
    assert s3.read("bucket", "a") is None
    service.answers = [s3_error(404, "NoSuchBucket")]
    with pytest.raises(aws.ServiceError, match="NoSuchBucket"):
        s3.read("bucket", "a")


@pytest.mark.usefixtures("no_pause")
@pytest.mark.parametrize(
    ("answer", "code", "tries"),
    [
        (s3_error(403, "AccessDenied"), "AccessDenied", 1),
        (s3_error(400, "RequestTimeout"), "RequestTimeout", 3),
        (s3_error(503, "SlowDown"), "SlowDown", 3),
        (Answer(502, b"<html>"), "502", 3),
    ],
)
def test_a_refusal_of_s3_is_repeated_where_that_may_help(
    service: ScriptedAws, answer: Answer, code: str, tries: int
) -> None:
    service.answers = [answer]
    with pytest.raises(aws.ServiceError) as refused:
        s3.delete("bucket", "a")
    assert (refused.value.code, len(service.asked)) == (code, tries)
    assert aws.is_temporary(refused.value) == (tries > 1)


@pytest.mark.parametrize("fault", [Answer(hangs_up=True), Answer(200, b"half", OBJECT.headers, is_half=True)])
def test_an_object_whose_content_breaks_off_is_read_again(service: ScriptedAws, fault: Answer) -> None:
    service.answers = [fault, OBJECT]
    assert s3.read("bucket", "a") == b"hello"
    service.answers = [fault]
    with pytest.raises(aws.Unreachable):
        s3.read("bucket", "a")


def test_a_silent_s3_takes_no_longer_than_the_caller_has(service: ScriptedAws) -> None:
    service.answers = [Answer(is_silent=True)]
    began = time.monotonic()
    with within(0.4), pytest.raises(aws.Unreachable):
        s3.read("bucket", "a")
    assert time.monotonic() - began < 4


def test_an_object_exists_or_does_not(service: ScriptedAws) -> None:
    service.answers = [Answer(200, b"")]
    assert s3.exists("bucket", "a b")
    assert service.asked[0].line == "HEAD /bucket/a%20b"
    service.answers = [Answer(404, b"")]
    assert not s3.exists("bucket", "a")
    service.answers = [Answer(403, b"")]
    with pytest.raises(aws.ServiceError, match="403"):
        s3.exists("bucket", "a")


def test_a_presigned_url_expires_and_is_signed_by_version_4(service: ScriptedAws) -> None:
    url = urlsplit(s3.presigned_url("bucket", "a b", 300))
    query = parse_qs(url.query)
    assert url.path == "/bucket/a%20b"
    assert query["X-Amz-Expires"] == ["300"]
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]


@pytest.mark.parametrize(
    ("bucket", "region", "url"),
    [
        ("config", "eu-west-1", "https://config.s3.eu-west-1.amazonaws.com/a"),
        ("config", "cn-north-1", "https://config.s3.cn-north-1.amazonaws.com.cn/a"),
        ("config.example.com", "eu-west-1", "https://s3.eu-west-1.amazonaws.com/config.example.com/a"),
    ],
)
def test_a_bucket_is_found_at_its_own_host(
    monkeypatch: pytest.MonkeyPatch, service: ScriptedAws, bucket: str, region: str, url: str
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    assert s3.presigned_url(bucket, "a", 60).partition("?")[0] == url
