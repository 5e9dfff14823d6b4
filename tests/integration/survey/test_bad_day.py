"""What callers get while AWS is silent, slow or down; all routes at once in tests/integration/layer."""

import time
from collections.abc import Iterator

import pytest

from tests.integration.survey.conftest import People
from tests.integration.survey.talk import Respondent
from tests.support import Caller

APOLOGY = "We are sorry, our survey is not available right now. Please try again later."


@pytest.fixture(autouse=True)
def _no_faults(caller: Caller) -> Iterator[None]:
    yield
    caller.local("DELETE", "/aws/faults")


def _fails(someone: Respondent, match: str, **fault: float) -> None:
    someone.caller.local("POST", "/aws/faults", {"match": match, "status": 503, "times": 1000, **fault})


def test_no_answer_waits_for_a_silent_bus(person: People) -> None:
    someone = person("minimal")
    _fails(someone, "events.PutEvents", delaySeconds=6)
    started = time.monotonic()
    assert someone.texts("hi") == "Welcome."
    assert time.monotonic() - started < 4
    for body in ("go", "4"):
        someone.texts(body)
    started = time.monotonic()
    assert someone.texts("fine") == "Thank you for your time. Goodbye!"
    assert time.monotonic() - started < 4
    session = someone.session()
    assert session is not None
    assert session["surveyStatus"] == "COMPLETED"
    assert session["dueAt"]


@pytest.mark.parametrize("match", ["dynamodb.Query", "dynamodb.PutItem", "ssm.GetParameter"])
def test_a_text_message_gets_an_apology_whatever_fails(person: People, match: str) -> None:
    someone = person("minimal")
    _fails(someone, match)
    reply = someone.texts("hi")
    # A secret that is in memory serves on.
    assert reply in ({APOLOGY} if match.startswith("dynamodb") else {APOLOGY, "Welcome."})
    someone.caller.local("DELETE", "/aws/faults")
    assert someone.texts("hi") in {"Welcome.", "Rate us"}


@pytest.mark.parametrize("match", ["dynamodb.GetItem", "dynamodb.PutItem"])
def test_a_caller_hears_an_apology_whatever_fails(person: People, match: str) -> None:
    someone = person("minimal")
    _fails(someone, match)
    heard = someone.calls()
    assert (heard.says, heard.hangs_up) == ([APOLOGY], True)
    someone.caller.local("DELETE", "/aws/faults")
    assert someone.calls().says == ["Welcome.", "Rate us"]


def test_the_end_of_a_call_is_taken_with_204_whatever_fails(person: People) -> None:
    someone = person("minimal")
    someone.calls()
    _fails(someone, "dynamodb.GetItem")
    answer = someone.caller.signed_post("/voice/survey/status", someone.call_form(CallStatus="completed"))
    assert (answer.status, answer.text) == (204, "")


@pytest.mark.parametrize("route", ["/voice/initiate-call", "/sms/initiate-sms"])
def test_a_system_that_starts_surveys_gets_a_status_and_json(person: People, route: str) -> None:
    someone = person("minimal")
    _fails(someone, "dynamodb.Query")
    answer = someone.caller.key_post(route, {"To": someone.number, "surveyId": "minimal"})
    assert answer.status == 503
    assert answer.json()["message"]


def test_an_unproven_request_is_refused_and_not_apologized_to(person: People) -> None:
    someone = person("minimal")
    answer = someone.caller.send("POST", "/sms/webhook", b"From=%2B1", {"X-Twilio-Signature": "forged"})
    assert answer.status == 403
    assert "<Response" not in answer.text
