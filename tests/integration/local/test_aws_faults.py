"""Injected AWS faults affect the functions only."""

import contextlib
import http.client
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from local.template.parameters import LAMBDA_KEY, PLATFORM_KEY
from tests.integration.local.sample import JSON, Sample


@pytest.fixture(autouse=True)
def _no_faults_left(sample: Sample) -> Iterator[None]:
    yield
    sample.local("DELETE", "/aws/faults")


def ask(sample: Sample, key: str, target: str, body: dict[str, Any]) -> tuple[int, Any]:
    """Send what a client without botocore sends: JSON, with the operation in a header."""
    service = {"DynamoDB_20120810": "dynamodb", "AmazonSQS": "sqs"}[target.partition(".")[0]]
    headers = {
        "X-Amz-Target": target,
        "Content-Type": "application/x-amz-json-1.0",
        "Authorization": f"AWS4-HMAC-SHA256 Credential={key}/20261121/us-east-1/{service}/aws4_request, "
        "SignedHeaders=host, Signature=0",
    }
    address = urlsplit(sample.platform.aws_endpoint).netloc
    with contextlib.closing(http.client.HTTPConnection(address, timeout=10)) as connection:
        connection.request("POST", "/", json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())


@pytest.mark.parametrize("match", ["dynamodb", "dynamodb.GetItem"])
def test_a_fault_fails_as_many_requests_as_it_says(sample: Sample, match: str) -> None:
    item = {"TableName": sample.platform.resource_name("Things"), "Key": {"id": {"S": "none"}}}
    sample.local("POST", "/aws/faults", {"match": match, "status": 503, "times": 2})
    assert ask(sample, PLATFORM_KEY, "DynamoDB_20120810.GetItem", item)[0] == 200
    answers = [ask(sample, LAMBDA_KEY, "DynamoDB_20120810.GetItem", item) for _ in range(3)]
    assert [status for status, _ in answers] == [503, 503, 200]
    assert answers[0][1]["__type"] == "ServiceUnavailable"
    assert sample.local("GET", "/aws/faults") == []


def test_a_fault_for_another_operation_stays_pending(sample: Sample) -> None:
    sample.local("POST", "/aws/faults", {"match": "dynamodb.DeleteItem", "status": 500})
    sample.local("POST", "/aws/faults", {"match": "s3.PutObject", "status": 400, "delaySeconds": 0})
    assert sample.act("count").status == 200
    assert sample.act("upload", key="refused").status == 500
    assert sample.local("GET", "/aws/faults") == [
        {"match": "dynamodb.DeleteItem", "status": 500, "times": 1, "delaySeconds": 0.0}
    ]


def test_a_throttled_request_gets_the_error_code_of_its_service(sample: Sample) -> None:
    item = {"TableName": sample.platform.resource_name("Things"), "Key": {"id": {"S": "none"}}}
    sample.local("POST", "/aws/faults", {"match": "dynamodb", "status": 429})
    status, error = ask(sample, LAMBDA_KEY, "DynamoDB_20120810.GetItem", item)
    assert (status, error["__type"]) == (400, "ThrottlingException")
    sample.local("POST", "/aws/faults", {"match": "s3", "status": 429})
    storage = sample.platform.aws.client("s3", LAMBDA_KEY)
    files = sample.platform.resource_name("Files")
    assert storage.list_objects_v2(Bucket=files)["ResponseMetadata"]["RetryAttempts"] == 1
    sample.local("POST", "/aws/faults", {"match": "s3", "status": 429, "times": 2})
    with pytest.raises(ClientError, match="SlowDown"):
        storage.list_objects_v2(Bucket=files)


def test_a_service_can_close_the_connection_instead_of_answering(sample: Sample) -> None:
    item = {"TableName": sample.platform.resource_name("Things"), "Key": {"id": {"S": "none"}}}
    sample.local("POST", "/aws/faults", {"match": "dynamodb.GetItem", "status": 0})
    with pytest.raises(http.client.RemoteDisconnected):
        ask(sample, LAMBDA_KEY, "DynamoDB_20120810.GetItem", item)
    assert ask(sample, LAMBDA_KEY, "DynamoDB_20120810.GetItem", item)[0] == 200


def test_a_function_that_waits_for_a_silent_service_times_out(sample: Sample) -> None:
    sample.local("POST", "/aws/faults", {"match": "dynamodb", "status": 500, "delaySeconds": 60})
    answer = sample.send("POST", "/hasty", json.dumps({"do": "count"}).encode(), JSON)
    assert answer.status == 500
    assert sample.invocations("Hasty")[-1]["outcome"] == "timeout"


def test_a_fault_with_a_status_below_400_only_delays_the_answer(sample: Sample) -> None:
    sample.local("POST", "/aws/faults", {"match": "dynamodb", "status": 200, "delaySeconds": 0.3})
    assert sample.act("count").status == 200
    assert sample.invocations("Act")[-1]["durationMs"] >= 300


@pytest.mark.parametrize(
    "fault", [{}, {"match": 1}, {"match": "x", "status": 99}, {"match": "x", "delaySeconds": 61}]
)
def test_an_invalid_fault_is_refused(sample: Sample, fault: dict[str, Any]) -> None:
    assert sample.send("POST", "/_local/aws/faults", json.dumps(fault).encode()).status == 400
