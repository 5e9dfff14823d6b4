"""Starting surveys with an Idempotency-Key, and with respondents who are not to be contacted again."""

import threading
from typing import Any

import pytest

from local.http_messages import HttpResponse
from tests.integration.survey.conftest import People
from tests.integration.survey.talk import Respondent
from tests.support import eventually

ROUTES = ("/voice/initiate-call", "/sms/initiate-sms")
TEXT = "/sms/initiate-sms"


def _start(
    someone: Respondent, route: str, key: str = "", as_json: bool = False, **fields: Any
) -> HttpResponse:
    headers = {"Idempotency-Key": key} if key else {}
    body = {"To": someone.number, "surveyId": someone.survey, **fields}
    return someone.caller.key_post(route, body, as_json=as_json, headers=headers)


def _contacts(someone: Respondent) -> list[dict[str, Any]]:
    """Return the calls to somebody and messages to them that Twilio was asked for, whatever it answered."""
    asked = someone.caller.twilio_requests()
    return [one for one in asked if one["method"] == "POST" and one["params"].get("To") == someone.number]


def _texts_all_answers(someone: Respondent) -> None:
    for body in ("hi", "go", "5", "yes", "because"):
        someone.texts(body)
    someone.result("COMPLETED")


def _waits(someone: Respondent, seconds: int) -> None:
    someone.caller.local("POST", "/clock", {"advanceSeconds": seconds})


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("as_json", [True, False])
def test_a_respondent_who_completed_the_survey_is_not_contacted(
    person: People, route: str, as_json: bool
) -> None:
    someone = person("both")
    _texts_all_answers(someone)
    before = someone.version()
    answer = _start(someone, route, as_json=as_json)
    assert answer.status == 409
    assert set(answer.json()) == {"success", "message"}
    assert answer.json()["success"] is False
    assert "completed" in answer.json()["message"]
    assert _contacts(someone) == []
    assert someone.version() == before


@pytest.mark.parametrize("route", ROUTES)
def test_a_respondent_who_is_taking_the_survey_is_not_contacted(person: People, route: str) -> None:
    someone = person("both")
    someone.texts("hi")
    someone.texts("go")
    before = someone.version()
    answer = _start(someone, route)
    assert (answer.status, answer.json()["success"]) == (409, False)
    assert _contacts(someone) == []
    assert someone.version() == before


@pytest.mark.parametrize("again", [True, "true", "1"])
def test_a_completed_survey_starts_anew_where_the_request_says_again(person: People, again: Any) -> None:
    someone = person("both")
    _texts_all_answers(someone)
    first = someone.result("COMPLETED")
    answer = _start(someone, TEXT, as_json=True, again=again)
    assert answer.status == 201, answer.text
    (sent,) = _contacts(someone)
    assert sent["params"]["Body"].startswith("Welcome.")
    assert someone.result("STARTED")["questions"] == []
    s3, bucket = someone.platform.aws.client("s3"), someone.platform.bucket
    versions = s3.list_object_versions(Bucket=bucket, Prefix=someone.result_key)["Versions"]
    kept = [
        s3.get_object(Bucket=bucket, Key=someone.result_key, VersionId=one["VersionId"])["Body"].read()
        for one in versions
    ]
    assert any(first["sessionId"].encode() in content and b'"COMPLETED"' in content for content in kept)
    assert someone.texts("go") == "Let us begin.\n\nFirst: How was it?"


def test_a_completed_survey_is_restored_if_twilio_refuses_to_start_it_anew(person: People) -> None:
    someone = person("both")
    _texts_all_answers(someone)
    fault = {"match": "Messages.json", "times": 1, "status": 400, "code": 21211}
    someone.caller.local("POST", "/twilio/faults", fault)
    assert _start(someone, TEXT, again="true").status == 400
    session = someone.session()
    assert session is not None
    assert (session["surveyStatus"], len(session["answers"])) == ("COMPLETED", 3)


@pytest.mark.parametrize("route", ROUTES)
def test_again_does_not_reach_a_respondent_who_opted_out(person: People, route: str) -> None:
    someone = person("both")
    someone.texts("STOP")
    answer = _start(someone, route, again="true")
    assert (answer.status, answer.json()["success"]) == (409, False)
    assert _contacts(someone) == []


@pytest.mark.parametrize("route", ROUTES)
def test_a_value_of_again_that_is_no_truth_value_is_refused(person: People, route: str) -> None:
    someone = person("both")
    answer = _start(someone, route, again="perhaps")
    assert answer.json()["errors"] == [{"field": "again", "message": "must be true or false"}]


# ── Idempotency-Key ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("route", ROUTES)
def test_a_request_with_the_same_key_gets_the_same_answer_and_starts_nothing(
    person: People, route: str
) -> None:
    someone = person("both")
    first = _start(someone, route, f"key {someone.number}")
    assert first.status == 201
    again = _start(someone, route, f"key {someone.number}")
    assert (again.status, again.json()) == (201, first.json())
    assert len(_contacts(someone)) == 1


def test_the_key_holds_after_the_survey_was_completed_and_for_a_day(person: People) -> None:
    someone = person("both")
    key = f"key {someone.number}"
    first = _start(someone, TEXT, key)
    for body in ("go", "5", "yes", "because"):
        someone.texts(body)
    _waits(someone, 86_000)
    assert _start(someone, TEXT, key).json() == first.json()
    _waits(someone, 2_000)
    assert _start(someone, TEXT, key).status == 409


@pytest.mark.parametrize("route", ROUTES)
def test_a_key_that_was_used_for_another_request_is_refused(person: People, route: str) -> None:
    someone, other = person("both"), person("both")
    key = f"key {someone.number}"
    assert _start(someone, route, key).status == 201
    answer = _start(other, route, key)
    assert (answer.status, answer.json()["success"]) == (409, False)
    assert "Idempotency-Key" in answer.json()["message"]
    assert _contacts(other) == []


def test_a_key_is_too_long_beyond_255_characters(person: People) -> None:
    someone = person("both")
    answer = _start(someone, TEXT, "k" * 256)
    assert answer.json()["errors"] == [
        {"field": "Idempotency-Key", "message": "must have at most 255 characters"}
    ]


@pytest.mark.parametrize("route", ROUTES)
def test_a_request_that_twilio_refused_can_be_made_again_with_its_key(person: People, route: str) -> None:
    someone = person("both")
    key = f"key {someone.number}"
    match = "Messages.json" if route == TEXT else "Calls.json"
    someone.caller.local("POST", "/twilio/faults", {"match": match, "times": 1, "status": 400, "code": 21211})
    assert _start(someone, route, key).status == 400
    assert _start(someone, route, key).status == 201


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("was_sent", [True, False])
def test_a_request_whose_outcome_was_unknown_is_looked_up_before_it_is_sent_again(
    person: People, route: str, was_sent: bool
) -> None:
    someone = person("both")
    someone.caller.local("PUT", f"/phone/phones/{someone.number}", {"calls": "ring"})
    key = f"key {someone.number}"
    match = "Messages.json" if route == TEXT else "Calls.json"
    fault = {"status": 200, "delaySeconds": 6} if was_sent else {"status": 500}
    someone.caller.local("POST", "/twilio/faults", {"match": match, "times": 1, **fault})
    assert _start(someone, route, key).status == 502
    early = _start(someone, route, key)
    assert early.status in ({201, 503} if was_sent else {503})
    _waits(someone, 60)
    late = _start(someone, route, key)
    assert late.status == 201, late.text
    assert len(_contacts(someone)) == (1 if was_sent else 2)
    assert _start(someone, route, key).json() == late.json()


def test_a_respondent_who_completed_the_survey_after_a_failed_try_is_not_asked_by_the_next_one(
    person: People,
) -> None:
    someone = person("both")
    key = f"key {someone.number}"
    someone.caller.local("POST", "/twilio/faults", {"match": "Messages.json", "times": 1, "status": 500})
    assert _start(someone, TEXT, key).status == 502
    _texts_all_answers(someone)
    _waits(someone, 60)
    answer = _start(someone, TEXT, key)
    assert (answer.status, answer.json()["success"]) == (409, False)
    assert someone.result("COMPLETED")["questionIndex"] == 3


@pytest.mark.parametrize("route", ROUTES)
def test_of_many_requests_at_once_with_the_same_key_one_is_carried_out(person: People, route: str) -> None:
    someone = person("both")
    someone.caller.local("PUT", f"/phone/phones/{someone.number}", {"calls": "ring"})
    answers: list[HttpResponse] = []
    key = f"key {someone.number}"
    threads = [threading.Thread(target=lambda: answers.append(_start(someone, route, key))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert len(_contacts(someone)) == 1


# ── Further fields ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("as_json", [True, False])
def test_further_fields_are_kept_for_placeholders(person: People, as_json: bool) -> None:
    someone = person("both")
    assert _start(someone, TEXT, as_json=as_json, name="Ada 😀", order="17").status == 201
    session = someone.session()
    assert session is not None
    assert session["fields"] == {"name": "Ada 😀", "order": "17"}
    assert eventually(someone.result_now)


def test_numbers_and_truth_values_in_json_are_texts_of_placeholders(person: People) -> None:
    someone = person("both")
    assert _start(someone, TEXT, as_json=True, order=17, price=2.5, isNew=True).status == 201
    session = someone.session()
    assert session is not None
    assert session["fields"] == {"order": "17", "price": "2.5", "isNew": "true"}


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": "x" * 301}, {"field": "name", "message": "must have at most 300 characters"}),
        ({"name": ["Ada"]}, {"field": "name", "message": "must be text"}),
        ({"name": {"first": "Ada"}}, {"field": "name", "message": "must be text"}),
        (
            {"first name": "Ada"},
            {"field": "first name", "message": "must have a name of letters, digits, _ and -, at most 64"},
        ),
        (
            {f"field{number}": "x" for number in range(21)},
            {"field": "body", "message": "must have at most 20 further fields"},
        ),
    ],
    ids=["long", "list", "object", "name", "many"],
)
def test_a_further_field_that_can_fill_no_placeholder_is_refused(
    person: People, fields: dict[str, Any], error: dict[str, str]
) -> None:
    someone = person("both")
    answer = _start(someone, TEXT, as_json=True, **fields)
    assert (answer.status, answer.json()["errors"]) == (400, [error])
    assert (_contacts(someone), someone.session()) == ([], None)
