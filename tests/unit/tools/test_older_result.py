"""What an older application's result file says, however odd it is."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.definition import Question
from survey.domain.result import result_document
from survey.domain.session import Session
from survey.storage.sessions import to_item
from tests.data import older_results
from tools.survey_results.older_result import (
    NotOlderResultError,
    OwnResultError,
    Survey,
    parse_older_result,
)

NOW = 1_800_000_000_000
MODIFIED = 1_700_000_500_000
KEY = "survey-results/13035550100.json"
SURVEY = Survey(
    (Question("rate", "rate", "dtmf"), Question("why", "why", "speech"), Question("again", "again", "dtmf")),
    frozenset({"en-US", "es-MX"}),
    "en-US",
    86_400_000,
)
COMPLETED: dict[str, Any] = {
    "surveyTo": "13035550100",
    "questions": [
        {"answer": 4, "answerConfidence": "sms"},
        {"answer": "Slow #1", "answerConfidence": "0.8734"},
        {"answer": "5", "answerConfidence": "DTMF"},
    ],
    **older_results.COMPLETED,
}
STARTED = {key: value for key, value in COMPLETED.items() if key != "surveyCompleted"} | {
    "surveyStatus": "STARTED",
    "currentState": "question_wait",
    "questions": COMPLETED["questions"][:1],
}


def _parsed(document: object, key: str = KEY) -> Session:
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    return parse_older_result(key, content, MODIFIED, SURVEY, NOW)


def test_a_completed_result_keeps_its_content() -> None:
    session = _parsed(COMPLETED)
    document = result_document(session)
    assert {name: document[name] for name in COMPLETED if name != "questions"} == {
        name: value for name, value in COMPLETED.items() if name != "questions"
    }
    given = [(answer["answer"], answer["answerConfidence"]) for answer in document["questions"]]
    assert given == [(4, "sms"), ("Slow #1", 0.8734), ("5", "DTMF")]
    assert [answer["value"] for answer in document["questions"]] == [4, "Slow #1", 5]
    assert [answer["questionName"] for answer in document["questions"]] == ["rate", "why", "again"]
    assert (session.respondent, session.survey_id, session.due_at) == ("+13035550100", "default", 0)


@pytest.mark.parametrize(
    ("state", "entries", "expected"),
    [
        ("welcome", [], ("welcome_wait", "")),
        ("welcome_wait", [], ("welcome_wait", "")),
        ("begin", [], ("question_wait", "rate")),
        ("question_wait", [{"answer": 4, "answerConfidence": "sms"}], ("question_wait", "why")),
        # By phone the older application left the state at welcome.
        ("welcome", [{"answer": "4", "answerConfidence": "DTMF"}], ("question_wait", "why")),
        ("question", [{"answer": None, "answerConfidence": "sms"}], ("question_wait", "why")),
        ("question", [None, {"answer": "x", "answerConfidence": "sms"}], ("question_wait", "rate")),
    ],
)
def test_an_unfinished_result_continues_at_the_open_question(
    state: str, entries: list[object], expected: tuple[str, str]
) -> None:
    session = _parsed(STARTED | {"currentState": state, "questions": entries})
    assert session.is_open
    assert (session.state, session.question) == expected
    assert session.waits_until == session.due_at == NOW + SURVEY.lifetime
    assert session.is_recorded


def test_an_unfinished_result_with_every_answer_is_completed() -> None:
    session = _parsed(STARTED | {"questions": COMPLETED["questions"]})
    assert (session.status, session.ended_at) == ("COMPLETED", MODIFIED)


@pytest.mark.parametrize("language", ["fr-FR", "../x", "", None, 7])
def test_a_language_without_prompts_becomes_the_default(language: object) -> None:
    assert _parsed(STARTED | {"languageSet": language}).language == "en-US"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"surveyStatus": ' + b"9" * 10_000 + b"}", "not JSON"),
        (b"[]", "not a JSON object"),
        (b"{}", "surveyStatus"),
        (b'{"surveyStatus": ["STARTED"]}', "surveyStatus"),
        (b'{"surveyStatus": "EXPIRED"}', "surveyStatus"),
        (b'{"surveyStatus": "STARTED", "questions": {}}', "not a list"),
        (b'{"surveyStatus": "STARTED", "questions": [' + b"{}," * 200 + b"{}]}", "more than 200"),
    ],
)
def test_a_file_that_is_not_a_result_is_named_in_the_error(content: bytes, problem: str) -> None:
    with pytest.raises(NotOlderResultError, match=problem):
        _parsed(content)


@pytest.mark.parametrize("name", ["13.json", "+13035550100.json", "13035550100.txt", "client:bob.json"])
def test_a_file_name_without_a_phone_number_is_refused(name: str) -> None:
    with pytest.raises(NotOlderResultError, match="7 to 15 digits"):
        _parsed(COMPLETED, f"survey-results/{name}")


def test_results_of_this_application_and_of_the_older_one_are_distinguished() -> None:
    with pytest.raises(OwnResultError):
        _parsed(result_document(_parsed(COMPLETED)))


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.just("sms"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)
_entries = st.lists(
    st.fixed_dictionaries({}, optional={"answer": _json, "answerConfidence": _json}) | _json, max_size=6
)


@given(
    st.fixed_dictionaries(
        {"surveyStatus": st.sampled_from(["STARTED", "COMPLETED"])},
        optional={
            "questions": _entries,
            "surveyStarted": _json,
            "surveyCompleted": _json,
            "currentState": _json,
            "languageSet": _json,
            "surveyMedium": _json,
        },
    )
)
def test_any_result_becomes_a_session_that_can_be_stored(document: dict[str, Any]) -> None:
    session = _parsed(document)
    item = to_item(session)
    assert json.dumps(item)
    assert session.started_at > 0
    assert session.is_open == (session.ended_at is None)
    questions = [answer.question for answer in session.answers]
    assert len(set(questions)) == len(questions)
    if document["surveyStatus"] == "COMPLETED":
        assert session.status == "COMPLETED"
    # What is written over the file later is a valid file, too.
    assert json.dumps(result_document(session)).encode()
