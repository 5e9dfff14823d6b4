"""What callers get while AWS is silent, slow or down; all routes at once in tests/integration/layer."""

from collections.abc import Iterator

import pytest

from tests.integration.survey.conftest import People
from tests.integration.survey.talk import Respondent
from tests.support import Caller, check_durations

pytestmark = pytest.mark.slow

APOLOGY = "We are sorry, our survey is not available right now. Please try again later."
COMPLETED_ALREADY = "You have already completed this survey. Thank you!"
REFUSES: dict[str, float] = {"status": 400}
THROTTLES: dict[str, float] = {"status": 429}
FAILS: dict[str, float] = {"status": 503}


@pytest.fixture(autouse=True)
def _no_faults(caller: Caller) -> Iterator[None]:
    yield
    caller.local("DELETE", "/aws/faults")


def _fails(someone: Respondent, match: str, **fault: float) -> None:
    """Make a service fail for functions that remember nothing."""
    someone.caller.local("POST", "/aws/faults", {"match": match, "status": 503, "times": 1000, **fault})
    someone.platform.functions.recycle()


def test_no_answer_waits_for_a_silent_bus(person: People) -> None:
    someone = person("minimal")
    _fails(someone, "events.PutEvents", delaySeconds=30)
    assert someone.texts("hi") == "Welcome."
    for body in ("go", "4"):
        someone.texts(body)
    assert someone.texts("fine") == "Thank you for your time. Goodbye!"
    check_durations(someone.caller.invocations(), {"SurveySmsWebhook": 4})
    session = someone.session()
    assert session is not None
    assert session["surveyStatus"] == "COMPLETED"
    assert session["dueAt"]


@pytest.mark.parametrize(
    ("match", "fault"),
    [
        ("ssm", FAILS),
        ("dynamodb.Query", REFUSES),
        ("dynamodb.Query", THROTTLES),
        ("dynamodb.PutItem", FAILS),
        ("dynamodb.UpdateItem", FAILS),
        ("s3", THROTTLES),
    ],
)
def test_a_text_message_gets_an_apology_when_an_aws_service_fails(
    person: People, match: str, fault: dict[str, float]
) -> None:
    someone = person("minimal")
    _fails(someone, match, **fault)
    assert someone.texts("hi") == APOLOGY
    someone.caller.local("DELETE", "/aws/faults")
    # Twilio delivers no message again that was answered; whatever was stored, the next one is served.
    assert someone.texts("hi") in {"Welcome.", "Rate us"}


@pytest.mark.parametrize(
    ("match", "fault"),
    [("dynamodb.Query", FAILS), ("dynamodb.PutItem", THROTTLES)],
)
def test_an_answer_that_could_not_be_stored_is_apologized_for_and_asked_again(
    person: People, match: str, fault: dict[str, float]
) -> None:
    someone = person("minimal")
    for body in ("hi", "go", "4"):
        someone.texts(body)
    form = someone.text_form("fine")
    _fails(someone, match, **fault)
    answer = someone.caller.signed_post("/sms/webhook?surveyId=minimal", form)
    assert (answer.status, APOLOGY in answer.text) == (200, True)
    someone.caller.local("DELETE", "/aws/faults")
    assert someone.texts("fine") in {"Thank you for your time. Goodbye!", COMPLETED_ALREADY}
    answers = [answer["answer"] for answer in someone.result("COMPLETED")["questions"]]
    assert answers == [4, "fine"]


@pytest.mark.parametrize(
    ("turn", "match", "fault"),
    [
        ("begins", "ssm", THROTTLES),
        ("begins", "dynamodb.GetItem", FAILS),
        ("begins", "dynamodb.PutItem", REFUSES),
        ("answers", "ssm", FAILS),
        ("answers", "dynamodb.PutItem", THROTTLES),
        ("answers", "s3", FAILS),
    ],
)
def test_a_caller_hears_an_apology_when_an_aws_service_fails(
    person: People, turn: str, match: str, fault: dict[str, float]
) -> None:
    someone = person("minimal")
    path = "/voice/survey?surveyId=minimal" if turn == "begins" else someone.calls().action
    _fails(someone, match, **fault)
    heard = someone.goes_to(path, Digits="4")
    assert (heard.says, heard.hangs_up) == ([APOLOGY], True)
    someone.caller.local("DELETE", "/aws/faults")
    assert someone.calls().says[0] == "Welcome."


@pytest.mark.parametrize(
    ("match", "fault"),
    [
        ("ssm", FAILS),
        ("dynamodb.PutItem", THROTTLES),
        ("events", REFUSES),
    ],
)
def test_the_end_of_a_call_is_answered_with_204_when_an_aws_service_fails(
    person: People, match: str, fault: dict[str, float]
) -> None:
    someone = person("minimal")
    someone.calls()
    _fails(someone, match, **fault)
    form = someone.call_form(CallStatus="completed")
    answer = someone.caller.signed_post("/voice/survey/status?surveyId=minimal", form)
    assert (answer.status, answer.text) == (204, "")


@pytest.mark.parametrize("match", ["dynamodb.Query", "dynamodb.UpdateItem", "dynamodb.PutItem", "s3"])
@pytest.mark.parametrize("route", ["/voice/initiate-call", "/sms/initiate-sms"])
def test_a_system_that_starts_surveys_gets_a_status_and_json(person: People, route: str, match: str) -> None:
    someone = person("minimal")
    _fails(someone, match)
    answer = someone.caller.key_post(route, {"To": someone.number, "surveyId": "minimal"})
    assert answer.status == 503
    assert answer.json()["message"]
    asked = [
        request for request in someone.caller.twilio_requests() if someone.number in str(request["params"])
    ]
    assert asked == []


def test_an_unproven_request_is_refused_and_not_apologized_to(person: People) -> None:
    someone = person("minimal")
    answer = someone.caller.send("POST", "/sms/webhook", b"From=%2B1", {"X-Twilio-Signature": "forged"})
    assert answer.status == 403
    assert "<Response" not in answer.text
