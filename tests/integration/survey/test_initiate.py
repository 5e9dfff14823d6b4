"""Starting surveys: the two routes that other systems call with a key."""

import json
import threading
from typing import Any

import pytest

from local.http_messages import HttpResponse
from local.platform import Platform
from local.template.parameters import MESSAGING_SERVICE_SID, SURVEY_NUMBER
from tests.integration.survey.conftest import People
from tests.integration.survey.talk import Respondent
from tests.support import Caller

ROUTES = ("/voice/initiate-call", "/sms/initiate-sms")
MUST_BE = {
    "To": "must be a phone number in E.164 form: + and 7 to 15 digits",
    "surveyId": "must be letters, digits, _ and -, at most 64",
    "defaultLanguage": "must be a language code, such as en-US",
}


def _fails(someone: Respondent, route: str, fault: dict[str, Any]) -> None:
    match = "Messages.json" if "sms" in route else "Calls.json"
    someone.caller.local("POST", "/twilio/faults", {"match": match, "times": 1, **fault})


def _start(someone: Respondent, route: str) -> HttpResponse:
    return someone.caller.key_post(route, {"To": someone.number, "surveyId": someone.survey})


def _asked_twilio(someone: Respondent) -> list[dict[str, Any]]:
    return [call for call in someone.caller.twilio_requests() if call["params"].get("To") == someone.number]


@pytest.mark.parametrize("as_json", [True, False])
def test_a_message_starts_a_survey(person: People, as_json: bool) -> None:
    someone = person("both")
    answer = someone.caller.key_post(
        "/sms/initiate-sms", {"To": someone.number, "surveyId": "both"}, as_json=as_json
    )
    assert answer.status == 201
    body = answer.json()
    assert (body["success"], body["smsTo"]) == (True, someone.number)
    (sent,) = _asked_twilio(someone)
    assert sent["url"].startswith("https://api.twilio.com/2010-04-01/Accounts/AC")
    assert sent["params"] == {
        "To": someone.number,
        "MessagingServiceSid": MESSAGING_SERVICE_SID,
        "Body": "Welcome.\n\nReply GO, or ES para español.",
    }
    assert someone.result("STARTED")["surveyMedium"] == "sms"
    assert someone.texts("go") == "Let us begin.\n\nFirst: How was it?"


def test_a_call_starts_a_survey_that_the_phone_then_takes(person: People) -> None:
    someone = person("both")
    someone.caller.local("PUT", f"/phone/phones/{someone.number}", {"calls": "ring"})
    answer = someone.caller.key_post(
        "/voice/initiate-call", {"To": someone.number, "surveyId": "both", "defaultLanguage": "es-MX"}
    )
    assert answer.status == 201
    sid = answer.json()["callSid"]
    assert answer.json() == {"success": True, "callTo": someone.number, "callSid": sid}
    (placed,) = _asked_twilio(someone)
    assert placed["params"]["From"] == SURVEY_NUMBER
    assert placed["params"]["MachineDetection"] == "Enable"
    assert placed["params"]["StatusCallbackEvent"] == "completed"
    assert placed["params"]["Url"].startswith("https://switchboard.test/voice/survey?surveyId=both")
    phone = f"/phone/calls/{sid}"
    someone.caller.local("POST", f"{phone}/answer", {})
    someone.caller.local("POST", f"{phone}/silence", {})
    someone.caller.local("POST", f"{phone}/press", {"digits": "4"})
    someone.caller.local("POST", f"{phone}/say", {"text": "claro", "confidence": 0.8})
    someone.caller.local("POST", f"{phone}/say", {"text": "porque sí", "confidence": 0.7})
    result = someone.result("COMPLETED")
    assert result["languageSet"] == "es-MX"
    assert [answer["answer"] for answer in result["questions"]] == ["4", "yes", "porque sí"]


@pytest.mark.parametrize(
    ("behaviour", "status"),
    [("voicemail", "VOICEMAIL"), ("no-answer", "NO_ANSWER"), ("busy", "BUSY"), ("failed", "FAILED")],
)
def test_the_outcome_of_a_call_that_reaches_nobody_is_recorded(
    person: People, behaviour: str, status: str
) -> None:
    someone = person("both")
    someone.caller.local("PUT", f"/phone/phones/{someone.number}", {"calls": behaviour})
    answer = someone.caller.key_post("/voice/initiate-call", {"To": someone.number, "surveyId": "both"})
    assert answer.status == 201
    result = someone.result(status)
    assert result["surveyCompleted"] is None
    assert result["surveyEnded"]


@pytest.mark.parametrize("answered_by", ["machine_start", "machine_end_beep", "fax"])
def test_an_answering_machine_hears_nothing(person: People, answered_by: str) -> None:
    someone = person("both")
    heard = someone.calls(
        AnsweredBy=answered_by, Direction="outbound-api", To=someone.number, From=SURVEY_NUMBER
    )
    assert (heard.says, heard.hangs_up) == ([], True)
    assert someone.result("VOICEMAIL")["questions"] == []


@pytest.mark.parametrize("answered_by", ["human", "unknown"])
def test_a_person_who_answers_is_asked(person: People, answered_by: str) -> None:
    someone = person("both")
    heard = someone.calls(
        AnsweredBy=answered_by, Direction="outbound-api", To=someone.number, From=SURVEY_NUMBER
    )
    assert heard.says[0] == "Welcome."


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "To"),
        ({"To": ""}, "To"),
        ({"To": "3035550100"}, "To"),
        ({"To": "+1303"}, "To"),
        ({"To": "+130355501001234567"}, "To"),
        ({"To": "sip:a@b.c"}, "To"),
        ({"To": "+13035559999", "surveyId": "nowhere"}, "surveyId"),
        ({"To": "+13035559999", "surveyId": "../both"}, "surveyId"),
        ({"To": "+13035559999", "surveyId": "x" * 65}, "surveyId"),
        ({"To": "+13035559999", "surveyId": "both", "defaultLanguage": "fr-FR"}, "defaultLanguage"),
        ({"To": "+13035559999", "defaultLanguage": "../../x"}, "defaultLanguage"),
    ],
)
def test_a_wrong_field_is_named(
    caller: Caller, surveys: None, route: str, fields: dict[str, str], field: str
) -> None:
    answer = caller.key_post(route, fields, as_json=True)
    assert answer.status == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    ("code", "status"), [(21211, 400), (21215, 400), (21266, 400), (21610, 409), (20003, 502)]
)
def test_a_survey_is_rolled_back_if_twilio_refuses_the_request(
    person: People, route: str, code: int, status: int
) -> None:
    someone = person("both")
    _fails(someone, route, {"status": 400, "code": code})
    answer = someone.caller.key_post(route, {"To": someone.number, "surveyId": "both"})
    assert answer.status == status, answer.text
    assert answer.json()["message"]
    if status == 400:
        assert answer.json()["errors"][0]["field"] == "To"
    assert someone.session() is None


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 429, "code": 20429, "times": 5},
        {"status": 503, "times": 5},
        {"status": 412, "times": 5},
        {"status": 408},
        {"status": 400, "code": 21611},
    ],
    ids=str,
)
def test_a_survey_is_rolled_back_and_to_be_tried_later_if_twilio_is_too_busy(
    person: People, route: str, fault: dict[str, Any]
) -> None:
    someone = person("both")
    _fails(someone, route, fault)
    answer = _start(someone, route)
    assert answer.status == 503
    assert answer.header("Retry-After") == "5"
    assert answer.json()["message"].startswith("Twilio cannot take the request now (")
    assert someone.session() is None
    assert _start(someone, route).status == 201


@pytest.mark.parametrize(
    ("route", "fault", "message"),
    [
        ("/voice/initiate-call", {"status": 500}, "may have been placed"),
        ("/sms/initiate-sms", {"status": 502}, "may have been sent"),
        ("/sms/initiate-sms", {"status": 200, "delaySeconds": 6}, "may have been sent"),
    ],
)
def test_a_survey_stays_if_twilio_may_have_delivered_the_request(
    person: People, route: str, fault: dict[str, Any], message: str
) -> None:
    someone = person("both")
    _fails(someone, route, fault)
    answer = _start(someone, route)
    assert answer.status == 502
    assert message in answer.json()["message"]
    assert someone.result("STARTED")["questions"] == []
    if "sms" in route:
        assert someone.texts("go") == "Let us begin.\n\nFirst: How was it?"


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("body", [b'["+13035550100"]', b'"+13035550100"', b"null", b"17", b"true"])
def test_json_that_is_no_object_is_refused(caller: Caller, route: str, body: bytes) -> None:
    answer = caller.key_post(route, json.loads(body), as_json=True)
    assert answer.status == 400
    assert answer.json()["message"] == "body: must be a JSON object"


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("value", [13035550100, ["+13035550100"], {"To": "+13035550100"}, True, 1.5])
@pytest.mark.parametrize("field", ["To", "surveyId", "defaultLanguage"])
def test_a_field_that_is_no_text_is_refused(caller: Caller, route: str, field: str, value: Any) -> None:
    answer = caller.key_post(route, {"To": "+13035550100", field: value}, as_json=True)
    assert answer.status == 400
    assert answer.json()["errors"] == [{"field": field, "message": MUST_BE[field]}]


@pytest.mark.parametrize("route", ROUTES)
def test_null_counts_as_a_field_that_is_missing(person: People, route: str) -> None:
    someone = person()
    answer = someone.caller.key_post(route, {"To": None}, as_json=True)  # type: ignore[dict-item]
    assert answer.json()["errors"] == [{"field": "To", "message": "is missing"}]
    fields: dict[str, Any] = {"To": someone.number, "surveyId": None, "defaultLanguage": None}
    assert someone.caller.key_post(route, fields, as_json=True).status == 201


def test_an_unfinished_survey_stays_as_it_was_if_twilio_refuses(person: People) -> None:
    someone = person("both")
    someone.presses(someone.presses(someone.calls(), "1"), "5")
    someone.call_ends()
    _fails(someone, "/sms/initiate-sms", {"status": 400, "code": 20003})
    answer = someone.caller.key_post("/sms/initiate-sms", {"To": someone.number, "surveyId": "both"})
    assert answer.status == 502
    session = someone.session()
    assert session is not None
    assert session["surveyStatus"] == "ABANDONED"
    assert len(session["answers"]) == 1


@pytest.mark.parametrize("route", ROUTES)
def test_a_respondent_who_opted_out_is_not_contacted(person: People, route: str) -> None:
    someone = person("both")
    someone.texts("STOP")
    answer = someone.caller.key_post(route, {"To": someone.number, "surveyId": "both"})
    assert answer.status == 409
    assert "opted out" in answer.json()["message"]
    assert _asked_twilio(someone) == []


def test_surveys_started_at_the_same_time_are_one_survey(person: People) -> None:
    someone = person("both")
    statuses = []

    def start() -> None:
        fields = {"To": someone.number, "surveyId": "both"}
        statuses.append(someone.caller.key_post("/sms/initiate-sms", fields).status)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) <= {201, 409}
    assert statuses.count(201) == len(_asked_twilio(someone))
    assert 201 in statuses
    assert someone.texts("go") == "Let us begin.\n\nFirst: How was it?"


@pytest.mark.parametrize("route", ROUTES)
def test_no_key_or_a_wrong_one_starts_nothing(platform: Platform, person: People, route: str) -> None:
    someone = person("both")
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {platform.api_key}"}):
        answer = someone.caller.send(
            "POST",
            route,
            f'{{"To": "{someone.number}"}}'.encode(),
            {"Content-Type": "application/json", **headers},
        )
        assert answer.status == 403
    assert _asked_twilio(someone) == []
    assert someone.session() is None
