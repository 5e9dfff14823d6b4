"""Taking over older result files: ``switchboard survey import-results`` beside a running platform."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from local.platform import Platform
from local.template.parameters import LAMBDA_KEY
from tests.command import Done, switchboard
from tests.data import older_results
from tests.data.surveys import CONFIG, ENGLISH, SPANISH
from tests.integration.survey.conftest import People
from tests.integration.survey.talk import Respondent, new_number, table, upload
from tests.support import eventually

Run = Callable[..., Done]

COMPLETED: dict[str, Any] = {
    "questions": [
        {"answer": 4, "answerConfidence": "sms"},
        {"answer": "yes", "answerConfidence": "sms"},
        {"answer": "Which is your #1", "answerConfidence": "sms"},
    ],
    **older_results.COMPLETED,
}
UNFINISHED = {
    "questions": COMPLETED["questions"][:1],
    "surveyMedium": "sms",
    "surveyStarted": 1_700_000_000_000,
    "surveyStatus": "STARTED",
    "currentState": "question_wait",
    "questionIndex": 1,
    "languageSet": "en-US",
}


@pytest.fixture
def survey(platform: Platform) -> str:
    """The name of a survey that no other test has results in."""
    name = f"import-{new_number()[1:]}"
    upload(platform, name, CONFIG, en_US=ENGLISH, es_MX=SPANISH)
    return name


@pytest.fixture
def run(platform: Platform, survey: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return the command, which sees the platform as AWS."""
    client = platform.aws.client("s3")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # it keeps the credentials that it has found first
    monkeypatch.setenv("AWS_ENDPOINT_URL", client.meta.endpoint_url)
    # The platform's faults meet what functions ask, so the operator borrows their key.
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", LAMBDA_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "operator")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", client.meta.region_name)

    def run(*arguments: str) -> Done:
        # Other tests move the clock of the shared platform by days; the command reads the real one.
        where = ("--bucket", platform.bucket, "--table", table(platform), "--survey", survey)
        where += ("--session-seconds", str(10 * 365 * 86_400))
        return switchboard("survey", "import-results", *where, *arguments)

    return run


def _put(someone: Respondent, document: object, key: str = "") -> None:
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    s3 = someone.platform.aws.client("s3")
    s3.put_object(Bucket=someone.platform.bucket, Key=key or someone.result_key, Body=content)


def _older(person: People, survey: str, document: dict[str, Any]) -> Respondent:
    someone = person(survey)
    _put(someone, document | {"surveyTo": someone.number[1:]})
    return someone


def test_a_dry_run_comes_first_and_writes_nothing(person: People, survey: str, run: Run) -> None:
    done, open_ = _older(person, survey, COMPLETED), _older(person, survey, UNFINISHED)
    result = run()
    assert result.code == 0
    assert "1 completed and 1 unfinished surveys would be taken over with --write." in result.out
    assert (done.session(), open_.session()) == (None, None)


def test_a_respondent_who_completed_the_older_survey_is_not_asked_again(
    person: People, survey: str, run: Run
) -> None:
    reads, hears = _older(person, survey, COMPLETED), _older(person, survey, COMPLETED)
    before = reads.result_now()
    result = run("--write")
    assert result.code == 0
    assert "2 completed and 0 unfinished surveys are taken over." in result.out
    assert reads.texts("hi") == "Ya contestó."
    assert hears.calls().says == ["Ya contestó."]
    assert reads.result_now() == before
    # Deleting the file allows the survey again.
    reads.platform.aws.client("s3").delete_object(Bucket=reads.platform.bucket, Key=reads.result_key)
    assert eventually(lambda: reads.session() is None)
    assert reads.texts("hi").startswith("Welcome.")


def test_an_unfinished_older_survey_resumes_at_its_open_question(
    person: People, survey: str, run: Run
) -> None:
    someone = _older(person, survey, UNFINISHED)
    before = someone.result_now()
    assert run("--write").code == 0
    assert someone.texts("yeah") == "Last: Why?"
    assert someone.texts("#1 reason") == "Goodbye."
    result = someone.result("COMPLETED")
    assert [answer["answer"] for answer in result["questions"]] == [4, "yes", "#1 reason"]
    assert [answer["value"] for answer in result["questions"]] == [4, "yes", "#1 reason"]
    assert result["surveyStarted"] == UNFINISHED["surveyStarted"]
    s3 = someone.platform.aws.client("s3")
    prefix = f"older-results/{someone.result_key.removesuffix('.json')}"
    (kept,) = s3.list_objects_v2(Bucket=someone.platform.bucket, Prefix=prefix)["Contents"]
    body = s3.get_object(Bucket=someone.platform.bucket, Key=kept["Key"])["Body"].read()
    assert json.loads(body) == before


def test_an_unfinished_older_call_resumes_when_the_person_calls_again(
    person: People, survey: str, run: Run
) -> None:
    answers = [{"answer": "4", "answerConfidence": "DTMF"}]
    by_phone = UNFINISHED | {"surveyMedium": "voice", "currentState": "welcome", "questions": answers}
    someone = _older(person, survey, by_phone)
    assert run("--write").code == 0
    heard = someone.calls()
    assert heard.says[0] == "Welcome."
    assert someone.is_silent(heard).says == ["Let us begin.", "Next:", "Again?"]


@pytest.fixture
def older_bucket(platform: Platform) -> str:
    """The older application's bucket."""
    name = f"older-{new_number()[1:]}"
    platform.aws.client("s3").create_bucket(Bucket=name)
    return name


def test_files_are_copied_from_the_older_bucket_and_none_of_ours_is_written_over(
    person: People, survey: str, run: Run, older_bucket: str
) -> None:
    done, goes_on, began_here = (person(survey) for _ in range(3))
    began_here.texts("hi")
    ours = began_here.result("STARTED")
    s3 = done.platform.aws.client("s3")

    def keep(someone: Respondent, document: dict[str, Any]) -> None:
        s3.put_object(Bucket=older_bucket, Key=someone.result_key, Body=json.dumps(document).encode())

    keep(done, COMPLETED)
    keep(goes_on, UNFINISHED)
    keep(began_here, COMPLETED)
    assert run("--from", older_bucket).code == 0
    assert (done.result_now(), done.session()) == (None, None)
    result = run("--from", older_bucket, "--write")
    assert "1 completed and 1 unfinished surveys are taken over." in result.out
    assert "1 respondents have a session already." in result.out
    assert (done.result_now(), goes_on.result_now()) == (COMPLETED, UNFINISHED)
    assert began_here.result_now() == ours
    assert done.texts("hi") == "Ya contestó."
    # The older application asks on until the number is pointed here.
    further = UNFINISHED | {"questions": COMPLETED["questions"][:2], "questionIndex": 2}
    keep(goes_on, further)
    assert run("--from", older_bucket, "--write").code == 0
    assert goes_on.result_now() == further
    assert goes_on.texts("because") == "Goodbye."
    after = goes_on.result("COMPLETED")
    assert run("--from", older_bucket, "--write").code == 0
    assert goes_on.result_now() == after


def test_a_file_that_cannot_be_read_does_not_stop_the_import(person: People, survey: str, run: Run) -> None:
    people = [_older(person, survey, COMPLETED) for _ in range(3)]
    folder = f"surveys/{survey}/survey-results/"
    _put(people[0], b"{not json", f"{folder}10000000000.json")
    _put(people[0], b"[]", f"{folder}+13035550199.json")
    _put(people[0], b"x" * (1024 * 1024 + 1), f"{folder}99999999999.json")
    _put(people[0], b"", folder)
    result = run("--write")
    assert result.code == 1
    assert "3 completed and 0 unfinished surveys are taken over." in result.out
    assert "3 files are no results and are left alone." in result.out
    assert f"{folder}10000000000.json: is left alone, for it is not JSON" in result.err
    assert f"{folder}99999999999.json: is left alone, for it is larger than 1 MB" in result.err
    assert all(someone.session() for someone in people)


def test_sessions_and_files_of_this_application_stay_as_they_are(
    person: People, survey: str, run: Run
) -> None:
    own = person(survey)
    own.texts("hi")
    own.result("STARTED")
    again = _older(person, survey, COMPLETED)
    assert run("--write").code == 0
    first = again.session()
    result = run("--write")
    assert "1 respondents have a session already." in result.out
    assert "1 files were written by this application." in result.out
    assert again.session() == first
    assert own.texts("go") == "Let us begin.\n\nFirst: How was it?"


def test_answers_given_in_the_older_application_since_are_imported_too(
    person: People, survey: str, run: Run
) -> None:
    waits, went_on = _older(person, survey, UNFINISHED), _older(person, survey, UNFINISHED)
    assert run("--write").code == 0
    assert went_on.texts("yeah") == "Last: Why?"
    for someone in (waits, went_on):
        _put(someone, UNFINISHED | {"questions": COMPLETED["questions"][:2], "questionIndex": 2})
    assert "1 unfinished surveys would be taken over" in run().out
    result = run("--write")
    assert "1 unfinished surveys are taken over" in result.out
    assert "1 respondents have a session already." in result.out
    for someone in (waits, went_on):
        assert someone.texts("because") == "Goodbye."


def test_an_import_that_stopped_can_be_continued(person: People, survey: str, run: Run) -> None:
    people = [_older(person, survey, COMPLETED) for _ in range(6)]
    caller = people[0].caller
    fault = {"match": "dynamodb.PutItem", "status": 500, "times": 1}
    caller.local("POST", "/aws/faults", fault)
    try:
        stopped = run("--write")
        assert stopped.code == 1
        assert "Run the command again to continue." in stopped.err
        assert not all(someone.session() for someone in people)
    finally:
        caller.local("DELETE", "/aws/faults")
    assert run("--write").code == 0
    assert all(someone.session() for someone in people)
    last = max(someone.result_key for someone in people)
    assert "0 respondents have a session already." in run("--write", "--after", last).out


def test_a_bucket_without_a_survey_is_reported(run: Run) -> None:
    result = run("--survey", "none-such")
    assert result.code == 1
    assert result.err.startswith("The survey cannot be read:")
