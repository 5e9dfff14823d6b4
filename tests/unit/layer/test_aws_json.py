"""The layer's own AWS client does what botocore does: the same requests, errors and retry decisions."""

import base64
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials as BotocoreCredentials
from botocore.exceptions import ClientError
from botocore.session import Session, get_session
from hypothesis import given
from hypothesis import strategies as st

from switchboard import aws
from switchboard.aws import http_client, json_client
from switchboard.aws.json_client import JsonClient
from switchboard.aws.sigv4 import Credentials, sign
from switchboard.deadline import within
from tests.unit.layer.scripted_aws import Answer, ScriptedAws

CALLS: list[tuple[str, str, dict[str, Any]]] = [
    ("dynamodb", "get_item", {"TableName": "T", "Key": {"id": {"S": "ü"}}, "ConsistentRead": True}),
    ("dynamodb", "put_item", {"TableName": "T", "Item": {"id": {"S": "1"}, "raw": {"B": b"\x00\xff"}}}),
    (
        "dynamodb",
        "update_item",
        {
            "TableName": "T",
            "Key": {"id": {"S": "1"}},
            "UpdateExpression": "SET a = :a",
            "ExpressionAttributeValues": {":a": {"L": [{"B": b"x"}, {"BOOL": True}, {"NULL": True}]}},
        },
    ),
    ("dynamodb", "batch_get_item", {"RequestItems": {"T": {"Keys": [{"id": {"N": "1"}}]}}}),
    (
        "events",
        "put_events",
        {"Entries": [{"Source": "s", "DetailType": "t", "Detail": '{"name":"Zoë"}', "EventBusName": "b"}]},
    ),
    ("ssm", "get_parameter", {"Name": "/a/b", "WithDecryption": True}),
    ("sqs", "send_message", {"QueueUrl": "https://sqs/1/q", "MessageBody": "{}", "DelaySeconds": 5}),
]


@pytest.fixture(autouse=True)
def _aws_in_memory() -> None:
    """Take the place of the folder's fixture: these tests have a service of their own."""


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedAws]:
    scripted = ScriptedAws()
    monkeypatch.setenv("AWS_ENDPOINT_URL", scripted.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token/with+signs==")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.setattr(http_client, "BACKOFF_SECONDS", 0.001)
    yield scripted
    scripted.stop()


@pytest.fixture
def _fresh() -> None:
    """Take the place of the folder's fixture, which needs parameters in SSM."""


@cache
def _session() -> Session:
    """Botocore's session, which reads the services' models once for all tests."""
    return get_session()


@contextmanager
def botocore_client(service: str) -> Iterator[Any]:
    config = Config(retries={"mode": "standard", "total_max_attempts": 3}, read_timeout=1)
    client: Any = _session().create_client(service, config=config)  # type: ignore[call-overload]
    try:
        yield client
    finally:
        client.close()


@given(
    st.binary(max_size=200),
    st.sampled_from(["eu-west-1", "us-gov-east-1"]),
    st.sampled_from(["dynamodb", "ssm"]),
    st.text("ABCDEF0123456789", min_size=16, max_size=16),
    st.text("abcdefABCDEF0123456789+/=", min_size=20, max_size=40),
    st.none() | st.text("abcABC+/=", min_size=1, max_size=50),
    st.integers(946_684_800, 4_102_444_800),
    st.text("abcXYZ_.0123456789 ", min_size=1).filter(lambda text: text.strip()),
)
def test_a_request_is_signed_as_botocore_signs_it(
    body: bytes,
    region: str,
    service: str,
    access_key: str,
    secret_key: str,
    token: str | None,
    at: int,
    target: str,
) -> None:
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(at))
    host = f"{service}.{region}.amazonaws.com"
    headers = {"host": host, "content-type": "application/x-amz-json-1.0", "x-amz-target": target}
    ours = sign(
        headers,
        body,
        region=region,
        service=service,
        credentials=Credentials(access_key, secret_key, token),
        at=at,
    )
    request = AWSRequest("POST", f"https://{host}/", {**headers}, body)
    request.context["timestamp"] = stamp
    signer = SigV4Auth(BotocoreCredentials(access_key, secret_key, token), service, region)
    signer._modify_request_before_signing(request)
    del request.headers["X-Amz-Date"]
    request.headers["X-Amz-Date"] = stamp
    canonical = signer.canonical_request(request)
    signature = signer.signature(signer.string_to_sign(request, canonical), request)
    assert ours["authorization"].endswith(f"Signature={signature}")


@pytest.mark.parametrize(("service_name", "method", "parameters"), CALLS)
def test_a_request_is_the_one_that_botocore_makes(
    service: ScriptedAws, service_name: str, method: str, parameters: dict[str, Any]
) -> None:
    getattr(JsonClient(service_name), method)(**parameters)
    with botocore_client(service_name) as theirs_client:
        getattr(theirs_client, method)(**parameters)
    ours, theirs = service.asked
    assert ours.document == theirs.document
    for header in ("content-type", "x-amz-target", "x-amz-security-token", "host"):
        assert ours.headers[header] == theirs.headers[header]
    scope = ours.headers["authorization"].partition(",")[0]
    assert scope == theirs.headers["authorization"].partition(",")[0]


def test_a_transaction_has_a_token_so_that_it_is_done_once(service: ScriptedAws) -> None:
    service.answers = [Answer(500), Answer()]
    JsonClient("dynamodb").transact_write_items(TransactItems=[])
    tokens = {asked.document["ClientRequestToken"] for asked in service.asked}
    assert len(service.asked) == 2
    assert len(tokens) == 1


ERRORS = [
    Answer(
        400, {"__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException", "message": "m"}
    ),
    Answer(400, {"__type": "com.amazon.coral.validate#ValidationException", "Message": "m"}),
    Answer(400, {"__type": "ExpiredTokenException", "message": "The security token is expired"}),
    Answer(400, {"__type": "ParameterNotFound"}),
    Answer(403, {"__type": "AccessDeniedException"}),
    Answer(400, {"__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"}),
    Answer(400, {"__type": "ThrottlingException"}),
    Answer(400, {"__type": "com.amazonaws.dynamodb.v20120810#RequestLimitExceeded"}),
    Answer(400, {"__type": "com.amazonaws.dynamodb.v20120810#LimitExceededException"}),
    Answer(400, {"__type": "TransactionInProgressException"}),
    Answer(400, {"__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException"}),
    Answer(400, {"__type": "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"}),
    Answer(400, {"__type": "com.amazonaws.dynamodb.v20120810#InternalServerError"}),
    Answer(500, {"__type": "com.amazonaws.dynamodb.v20120810#InternalServerError"}),
    Answer(503, {"__type": "ServiceUnavailable"}),
    Answer(502, b"<html>"),
    Answer(504, {}),
    Answer(501, {}),
    Answer(413, {}),
]


@pytest.mark.parametrize("answer", ERRORS, ids=lambda answer: f"{answer.status}-{answer.body}")
def test_errors_and_retry_decisions_are_botocores(
    service: ScriptedAws, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    service.answers = [answer]
    with botocore_client("dynamodb") as client, pytest.raises(ClientError) as theirs:
        client.get_item(TableName="T", Key={"id": {"S": "1"}})
    their_tries = len(service.asked)
    service.asked.clear()
    with pytest.raises(aws.AwsError) as ours:
        JsonClient("dynamodb").get_item(TableName="T", Key={"id": {"S": "1"}})
    assert len(service.asked) == their_tries
    if isinstance(ours.value, aws.ServiceError):
        assert ours.value.code == theirs.value.response["Error"]["Code"]
        assert ours.value.status == answer.status
    assert aws.is_temporary(ours.value) == (their_tries > 1 or answer.status >= 500)


def test_the_older_codes_of_sqs_are_kept(service: ScriptedAws) -> None:
    code = "AWS.SimpleQueueService.NonExistentQueue"
    service.answers = [
        Answer(
            400, {"__type": "com.amazonaws.sqs#QueueDoesNotExist"}, {"x-amzn-query-error": f"{code};Sender"}
        )
    ]
    with pytest.raises(aws.ServiceError) as ours:
        JsonClient("sqs").send_message(QueueUrl="https://sqs/1/q", MessageBody="x")
    with botocore_client("sqs") as client, pytest.raises(ClientError) as theirs:
        client.send_message(QueueUrl="https://sqs/1/q", MessageBody="x")
    assert ours.value.code == theirs.value.response["Error"]["Code"] == code


def test_a_failed_condition_brings_the_item(service: ScriptedAws) -> None:
    failed = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"
    packed = base64.b64encode(b"\x00\x01").decode()
    service.answers = [Answer(400, {"__type": failed, "Item": {"n": {"N": "7"}, "raw": {"B": packed}}})]
    with pytest.raises(aws.ServiceError) as refused:
        JsonClient("dynamodb").put_item(TableName="T", Item={})
    assert refused.value.item == {"n": 7, "raw": b"\x00\x01"}


def test_a_cancelled_transaction_brings_its_reasons(service: ScriptedAws) -> None:
    cancelled = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException"
    reasons = [{"Code": "None"}, {"Code": "ConditionalCheckFailed", "Message": "m"}]
    service.answers = [Answer(400, {"__type": cancelled, "CancellationReasons": reasons})]
    with pytest.raises(aws.ServiceError) as refused:
        JsonClient("dynamodb").transact_write_items(TransactItems=[])
    assert refused.value.reasons == ("None", "ConditionalCheckFailed")


def test_a_connection_is_kept_and_a_closed_one_is_replaced_unnoticed(service: ScriptedAws) -> None:
    client = JsonClient("dynamodb")
    service.answers = [Answer(), Answer(closes_afterwards=True), Answer()]
    for _ in range(3):
        client.get_item(TableName="T")
    first, second, third = (asked.connection for asked in service.asked)
    assert first == second != third


@pytest.mark.parametrize("fault", [Answer(hangs_up=True), Answer(is_half=True), Answer(200, b'{"Item": {')])
def test_a_broken_answer_is_asked_for_again(service: ScriptedAws, fault: Answer) -> None:
    service.answers = [fault, fault, Answer(200, {"Item": {"id": {"S": "1"}}})]
    assert JsonClient("dynamodb").get_item(TableName="T") == {"Item": {"id": {"S": "1"}}}
    service.answers = [fault]
    with pytest.raises(aws.Unreachable, match=r"dynamodb\.GetItem"):
        JsonClient("dynamodb").get_item(TableName="T")


def test_a_silent_service_takes_no_longer_than_the_caller_has(service: ScriptedAws) -> None:
    service.answers = [Answer(delay=2.5)]
    # Whoever waited for as long as one try may take would be answered.
    with within(0.4), pytest.raises(aws.Unreachable):
        JsonClient("dynamodb").get_item(TableName="T")
    with within(0.0), pytest.raises(aws.Unreachable, match="no time is left"):
        JsonClient("dynamodb").get_item(TableName="T")


def test_nobody_listens(monkeypatch: pytest.MonkeyPatch, service: ScriptedAws) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1")
    client = JsonClient("dynamodb")
    client.connect()
    with pytest.raises(aws.Unreachable, match="ConnectionRefusedError"):
        client.get_item(TableName="T")


@pytest.mark.parametrize(
    ("region", "host"),
    [("eu-west-1", "ssm.eu-west-1.amazonaws.com"), ("cn-north-1", "ssm.cn-north-1.amazonaws.com.cn")],
)
def test_without_an_endpoint_url_it_is_the_regions_own(
    monkeypatch: pytest.MonkeyPatch, region: str, host: str
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setenv("AWS_REGION", region)
    assert http_client.endpoint_override("ssm") == ""
    assert http_client.regional_host("ssm") == host
    assert _session().create_client("ssm", region_name=region).meta.endpoint_url == f"https://{host}"


def test_without_keys_in_the_environment_botocores_chain_is_asked(
    monkeypatch: pytest.MonkeyPatch, service: ScriptedAws, tmp_path: Any
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    profile = tmp_path / "credentials"
    profile.write_text("[default]\naws_access_key_id = AKIDPROFILE\naws_secret_access_key = secret\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(profile))
    http_client._botocore_credentials.cache_clear()
    try:
        JsonClient("dynamodb").get_item(TableName="T")
        assert "Credential=AKIDPROFILE/" in service.asked[0].headers["authorization"]
    finally:
        http_client._botocore_credentials.cache_clear()


def test_there_is_no_type_for_everything() -> None:
    with pytest.raises(TypeError, match="JSON has no type for set"):
        json.dumps({"a": {1}}, default=json_client._base64)
