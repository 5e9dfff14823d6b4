"""Every route of template.yaml, whichever feature it belongs to: no proof, nothing done, nothing stored."""

import re

import pytest

from local.http_messages import HttpResponse
from local.lambda_runtime.environment import PROJECT_ROOT
from local.platform import Platform
from local.template.application import Application
from local.template.document import Template
from tests.integration.layer.webhooks import CASES, Person
from tests.support import FORM, Caller

APPLICATION = Application(Template(PROJECT_ROOT / "template.yaml"))
ROUTES = sorted((route.method, route.path) for route in APPLICATION.routes)
MARKS = ("2025550947", "CA" + "9" * 32)
FORM_BODY = b"CallSid=CA99999999999999999999999999999999&From=%2B12025550947&To=%2B12025550100&Body=hello"
JSON_BODY = b'{"Token": "made-up", "To": "+12025550947", "callSid": "CA99999999999999999999999999999999"}'
WRONG_PROOFS: dict[str, tuple[bytes, dict[str, str]]] = {
    "no proof": (FORM_BODY, {"Content-Type": FORM}),
    "no proof, JSON": (JSON_BODY, {"Content-Type": "application/json"}),
    "a wrong signature": (FORM_BODY, {"Content-Type": FORM, "X-Twilio-Signature": "bm8gc2lnbmF0dXJlIQ=="}),
    "a signature of nothing": (FORM_BODY, {"Content-Type": FORM, "X-Twilio-Signature": ""}),
    "a wrong key": (JSON_BODY, {"Content-Type": "application/json", "Authorization": "Bearer no-such-key"}),
    "an empty key": (JSON_BODY, {"Content-Type": "application/json", "Authorization": "Bearer "}),
    "a wrong token": (b"{}", {"Content-Type": "application/json", "X-Flex-Token": "made-up"}),
}
WITH_ACCOUNT = {case.route: name for name, case in CASES.items() if case.route != "POST /eventstream"}


def concrete(path: str) -> str:
    return re.sub(r"\{[^}]+\}", "CA99999999999999999999999999999999", path)


def stored(platform: Platform) -> str:
    """Return everything that is stored, as one text."""
    dynamodb, s3 = platform.aws.client("dynamodb"), platform.aws.client("s3")
    tables = [dynamodb.scan(TableName=table)["Items"] for table in dynamodb.list_tables()["TableNames"]]
    objects = [
        (entry["Key"], s3.get_object(Bucket=bucket["Name"], Key=entry["Key"])["Body"].read())
        for bucket in s3.list_buckets()["Buckets"]
        for entry in s3.list_objects_v2(Bucket=bucket["Name"]).get("Contents", [])
    ]
    return f"{tables} {objects}"


@pytest.fixture(scope="module")
def asked_before(caller: Caller) -> int:
    return len(caller.twilio_requests())


@pytest.fixture(scope="module")
def answers(caller: Caller, asked_before: int) -> dict[tuple[str, str, str], HttpResponse]:
    """What each route answers to each wrong proof."""
    return {
        (method, path, proof): caller.send(method, concrete(path), b"" if method == "GET" else body, headers)
        for method, path in ROUTES
        for proof, (body, headers) in WRONG_PROOFS.items()
    }


@pytest.mark.parametrize("proof", WRONG_PROOFS)
@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_request_without_valid_authentication_is_refused(
    answers: dict[tuple[str, str, str], HttpResponse], method: str, path: str, proof: str
) -> None:
    answer = answers[method, path, proof]
    assert answer.status == 403, answer.text
    assert answer.json()["message"]


@pytest.mark.usefixtures("answers")
def test_only_flex_tokens_are_validated_by_twilio(caller: Caller, asked_before: int) -> None:
    asked = caller.twilio_requests()[asked_before:]
    assert all("Tokens/validate" in request["url"] for request in asked)


@pytest.mark.usefixtures("answers")
def test_a_refused_request_stores_nothing(platform: Platform) -> None:
    everything = stored(platform)
    assert "questionName" in everything, "the survey's own files are there, so the look is a real one"
    assert not [mark for mark in MARKS if mark in everything]


@pytest.mark.parametrize("route", WITH_ACCOUNT)
def test_a_signed_request_about_another_account_is_refused(caller: Caller, route: str) -> None:
    webhook = CASES[WITH_ACCOUNT[route]].make(Person(caller))
    assert webhook.send(caller, account_sid="AC" + "9" * 32).status == 403
    assert webhook.send(caller).status < 400
