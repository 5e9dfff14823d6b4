"""Result files: what completes, what another application wrote, and what their deletion does."""

import json
from typing import Any

import pytest

from tests.integration.survey.conftest import People
from tests.integration.survey.talk import Respondent
from tests.support import eventually, sets_off

OLD = {
    "surveyTo": "1",
    "questions": [{"answer": 3, "answerConfidence": "sms"}],
    "surveyMedium": "sms",
    "surveyStarted": 1,
    "surveyStatus": "COMPLETED",
    "currentState": "post-survey",
    "questionIndex": 1,
    "languageSet": "en-US",
    "surveyCompleted": 2,
}


def _completes(someone: Respondent) -> None:
    for body in ("hi", "go", "4", "fine"):
        someone.texts(body)
    someone.result("COMPLETED")
    assert eventually(lambda: "dueAt" not in (someone.session() or {"dueAt": 0}))


def _delete(someone: Respondent, **version: str) -> None:
    s3 = someone.platform.aws.client("s3")
    s3.delete_object(Bucket=someone.platform.bucket, Key=someone.result_key, **version)


def _put(someone: Respondent, document: object) -> None:
    body = json.dumps(document).encode()
    s3 = someone.platform.aws.client("s3")
    s3.put_object(Bucket=someone.platform.bucket, Key=someone.result_key, Body=body)


def _kept(someone: Respondent) -> list[Any]:
    s3 = someone.platform.aws.client("s3")
    prefix = f"older-results/{someone.result_key.removesuffix('.json')}"
    listed = s3.list_objects_v2(Bucket=someone.platform.bucket, Prefix=prefix).get("Contents", [])
    return [
        json.loads(s3.get_object(Bucket=someone.platform.bucket, Key=item["Key"])["Body"].read())
        for item in listed
    ]


def _versions(someone: Respondent) -> list[dict[str, Any]]:
    s3 = someone.platform.aws.client("s3")
    listed = s3.list_object_versions(Bucket=someone.platform.bucket, Prefix=someone.result_key)
    versions: list[dict[str, Any]] = listed["Versions"]
    return versions


def test_deleting_a_result_file_lets_its_respondent_take_the_survey_again(person: People) -> None:
    someone = person("minimal")
    _completes(someone)
    _delete(someone)
    assert eventually(lambda: someone.session() is None)
    assert someone.texts("hi") == "Welcome."
    assert someone.texts("go") == "Rate us"


def test_deleting_a_result_file_works_for_the_default_survey_and_for_calls(person: People) -> None:
    someone = person()
    heard = someone.calls()
    while not heard.hangs_up:
        heard = someone.presses(heard, "1") if "dtmf" in (heard.gather or {})["input"] else heard
        if heard.gather and "dtmf" not in heard.gather["input"]:
            heard = someone.speaks(heard, "fine")
    someone.result("COMPLETED")
    assert eventually(lambda: "dueAt" not in (someone.session() or {"dueAt": 0}))
    _delete(someone)
    assert eventually(lambda: someone.session() is None)
    assert not someone.calls().hangs_up


def test_replaced_files_and_deleted_old_versions_delete_no_session(person: People) -> None:
    someone = person("minimal")
    _completes(someone)
    with sets_off(someone.platform, "SurveyForgetResult"):
        _put(someone, someone.result_now())
        oldest = _versions(someone)[-1]
        assert not oldest["IsLatest"]
        _delete(someone, VersionId=oldest["VersionId"])
    assert someone.texts("hi") == "You have already completed this survey. Thank you!"


def test_a_deletion_that_is_reported_late_does_not_delete_a_newer_session(person: People) -> None:
    someone = person("minimal")
    _completes(someone)
    _delete(someone)
    assert eventually(lambda: someone.session() is None)
    someone.texts("hi again")
    session = someone.session()
    assert session is not None
    detail = {"bucket": {"name": someone.platform.bucket}, "object": {"key": someone.result_key}}
    with sets_off(someone.platform, "SurveyForgetResult"):
        someone.platform.aws.client("events").put_events(
            Entries=[
                {
                    "Source": "aws.s3",
                    "DetailType": "Object Deleted",
                    "Detail": json.dumps(detail),
                    "Time": (session["surveyStarted"] - 60_000) / 1000,
                }
            ]
        )
    assert someone.texts("go") == "Rate us"


@pytest.mark.parametrize("versioning", ["Enabled", "Suspended"])
@pytest.mark.parametrize("document", [OLD, {"surveyStatus": "STARTED"}])
def test_a_result_file_of_another_application_is_kept(
    person: People, versioning: str, document: object
) -> None:
    someone = person("minimal")
    s3 = someone.platform.aws.client("s3")
    s3.put_bucket_versioning(Bucket=someone.platform.bucket, VersioningConfiguration={"Status": versioning})
    try:
        _put(someone, document)
        _completes(someone)
        assert _kept(someone) == [document]
    finally:
        on = {"Status": "Enabled"}
        s3.put_bucket_versioning(Bucket=someone.platform.bucket, VersioningConfiguration=on)


def test_our_own_result_file_is_replaced_and_stays_as_an_older_version(person: People) -> None:
    someone = person("minimal")
    someone.texts("hi")
    someone.result("STARTED")
    for body in ("go", "4", "fine"):
        someone.texts(body)
    someone.result("COMPLETED")
    assert _kept(someone) == []
    assert len(_versions(someone)) >= 2


def test_answers_are_numbers_by_text_and_values_are_alike_on_both_channels(person: People) -> None:
    writes, calls = person("both"), person("both")
    for body in ("hi", "go", "four", "yeah", "12"):
        writes.texts(body)
    heard = calls.presses(calls.calls(), "1")
    calls.speaks(calls.speaks(calls.presses(heard, "4"), "yeah"), "12")
    by_text, by_phone = (one.result("COMPLETED")["questions"] for one in (writes, calls))
    assert [answer["answer"] for answer in by_text] == [4, "yes", "12"]
    assert [answer["answer"] for answer in by_phone] == ["4", "yes", "12"]
    assert (
        [answer["value"] for answer in by_text]
        == [answer["value"] for answer in by_phone]
        == [4, "yes", "12"]
    )
