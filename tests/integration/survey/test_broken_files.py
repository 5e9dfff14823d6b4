"""Surveys whose files are missing or broken: an apology, and a log that says which file, line and key."""

import json
from collections.abc import Callable

import pytest

from local.platform import Platform
from tests.data.surveys import CONFIG, ENGLISH, SPANISH
from tests.integration.survey.conftest import People
from tests.integration.survey.talk import upload

APOLOGY = "We are sorry, our survey is not available right now. Please try again later."

Counted = Callable[[str], int]


@pytest.fixture
def counted(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Counted:
    """Return how often a metric has been counted from now on."""
    lines: list[str] = []
    monkeypatch.setattr(platform.functions, "_on_line", lambda _function, line: lines.append(line))
    return lambda metric: sum('"_aws"' in line and f'"{metric}"' in line for line in lines)


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


def test_a_survey_whose_file_breaks_continues_with_the_version_before(
    person: People, platform: Platform, counted: Counted
) -> None:
    someone = person("breaks")
    upload(platform, "breaks", CONFIG, en_US=ENGLISH)
    someone.texts("hi")
    someone.texts("go")
    for broken in (b"{", b"[]", b'{"questions": []}'):
        upload(platform, "breaks", broken)
    platform.functions.recycle()
    assert someone.texts("4") == "Next: Again?"
    assert counted("ConfigurationFallback") >= 1
    assert counted("SurveyUnusable") == 0
    newcomer = person("breaks")
    assert newcomer.calls().says[0] == "Welcome."
    upload(platform, "breaks", b'{"questions": [{"questionName": "questionWhy", "questionType": "speech"}]}')
    platform.advance(61)
    assert someone.texts("no") == "Last: Why?"


def test_a_prompt_file_that_breaks_has_its_version_before(
    person: People, platform: Platform, counted: Counted
) -> None:
    upload(platform, "texts-break", CONFIG, en_US=ENGLISH, es_MX=SPANISH)
    upload(platform, "texts-break", None, en_US="welcome=\x07\n", es_MX="questionRate=1\n")
    someone = person("texts-break")
    someone.texts("hi")
    assert someone.texts("es") == "Empecemos.\n\nPrimera: ¿Qué tal?"
    session = someone.session()
    assert session is not None
    assert session["languageSet"] == "es-MX"
    assert counted("ConfigurationFallback") >= 2


def test_questions_wait_for_their_texts(person: People, platform: Platform, counted: Counted) -> None:
    upload(platform, "new-question", CONFIG, en_US=ENGLISH)
    added = json.loads(CONFIG)
    added["questions"].insert(0, {"questionName": "questionNew", "questionType": "dtmf"})
    upload(platform, "new-question", json.dumps(added).encode())
    someone = person("new-question")
    someone.texts("hi")
    assert someone.texts("go") == "Let us begin.\n\nFirst: How was it?"
    assert counted("ConfigurationFallback") >= 1
    upload(platform, "new-question", None, en_US=f"{ENGLISH}\nquestionNew=And now?\n")
    platform.advance(61)
    other = person("new-question")
    other.texts("hi")
    assert other.texts("go") == "Let us begin.\n\nFirst: And now?"


def test_a_survey_that_was_deleted_does_not_come_back(person: People, platform: Platform) -> None:
    upload(platform, "deleted", CONFIG, en_US=ENGLISH)
    key = "surveys/deleted/survey-config.json"
    platform.advance(2)
    platform.aws.client("s3").delete_object(Bucket=platform.bucket, Key=key)
    assert person("deleted").texts("hi") == APOLOGY
    platform.advance(2)
    upload(platform, "deleted", b"{")
    assert person("deleted").texts("hi") == APOLOGY


def test_a_usable_file_is_read_by_one_request_and_no_more(person: People, platform: Platform) -> None:
    upload(platform, "plain", CONFIG, en_US=ENGLISH)
    upload(platform, "plain", CONFIG, en_US=ENGLISH)
    someone = person("plain")
    platform.functions.recycle(["SurveySmsWebhook"])
    someone.texts("hi")
    (asked,) = [ran.aws for ran in platform.invocations.all() if ran.function == "SurveySmsWebhook"]
    reads = [call for call in asked if call.startswith("s3.")]
    assert reads == ["s3.GetObject"] * 3  # questions, texts, and the texts of the language that is offered


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
