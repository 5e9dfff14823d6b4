"""Surveys whose files are missing or broken: an apology, and a log that says which file, line and key."""

import pytest

from tests.data.surveys import CONFIG, ENGLISH, SPANISH
from tests.integration.survey.conftest import People
from tests.integration.survey.talk import upload

APOLOGY = "We are sorry, our survey is not available right now. Please try again later."


@pytest.mark.parametrize(
    ("survey", "apology"),
    [
        ("no-config", APOLOGY),
        ("no-such-survey", APOLOGY),
        ("bad-json", APOLOGY),
        ("bad-type", APOLOGY),
        ("bad-env", APOLOGY),
        ("no-text", "Not today."),
    ],
)
def test_a_survey_that_cannot_be_asked_is_apologized_for(person: People, survey: str, apology: str) -> None:
    someone = person(survey)
    assert someone.texts("hi") == apology
    heard = someone.calls()
    assert (heard.says, heard.hangs_up) == ([apology], True)
    assert someone.session() is None
    answer = someone.caller.key_post("/sms/initiate-sms", {"To": someone.number, "surveyId": survey})
    assert answer.status in {400, 500}
    assert someone.session() is None


@pytest.mark.parametrize("survey", ["one-language", "broken-language"])
def test_a_language_that_cannot_be_used_is_not_switched_to(person: People, survey: str) -> None:
    someone = person(survey)
    upload(someone.platform, "broken-language", CONFIG, en_US=ENGLISH, es_MX="questionRate=1\n")
    someone.texts("hi")
    assert someone.texts("es") == "Let us begin.\n\nFirst: How was it?"
    assert someone.texts("4") == "Next: Again?"
    caller = person(survey)
    assert caller.presses(caller.calls(), "9").says == ["Let us begin.", "First:", "How was it?"]
    session = caller.session()
    assert session is not None
    assert session["languageSet"] == "en-US"


def test_a_survey_whose_file_breaks_continues_once_the_file_is_repaired(person: People) -> None:
    someone = person("breaks")
    upload(someone.platform, "breaks", CONFIG, en_US=ENGLISH)
    someone.texts("hi")
    someone.texts("go")
    upload(someone.platform, "breaks", b"{")
    assert someone.texts("4") == APOLOGY
    upload(someone.platform, "breaks", CONFIG)
    assert someone.texts("4") == "Next: Again?"


def test_questions_can_be_added_and_removed_during_a_survey(person: People) -> None:
    someone = person("changes")
    upload(someone.platform, "changes", CONFIG, en_US=ENGLISH, es_MX=SPANISH)
    someone.texts("hi")
    someone.texts("go")
    only_why = b'{"questions": [{"questionName": "questionWhy", "questionType": "speech"}]}'
    upload(someone.platform, "changes", only_why)
    assert someone.texts("it was a 5") == "Last: Why?"
    upload(someone.platform, "changes", CONFIG)
    assert someone.texts("because") == "Last: Again?"
    assert someone.texts("no") == "Goodbye."
    answers = {a["questionName"]: a["answer"] for a in someone.result("COMPLETED")["questions"]}
    assert answers == {"questionRate": "it was a 5", "questionWhy": "because", "questionAgain": "no"}
