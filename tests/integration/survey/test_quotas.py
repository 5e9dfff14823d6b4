"""Surveys that end by a quota or a date."""

import json
from datetime import UTC, datetime, timedelta

from local.platform import Platform
from tests.integration.survey.conftest import People
from tests.integration.survey.talk import Respondent, table, upload
from tests.support import Caller, eventually

QUESTION = {"questionName": "questionRate", "questionType": "dtmf"}
PROMPTS = (
    "questionRate=Rate us\nsurveyClosed=Closed, {name}.\nfinalGoodbye=Bye.\nsurveyCompletedAlready=Done.\n"
)


def _upload(platform: Platform, survey: str, **rules: object) -> None:
    config = {"questions": [QUESTION], "placeholders": {"name": "friend"}, **rules}
    upload(platform, survey, json.dumps(config).encode(), en_US=PROMPTS)


def _completions(someone: Respondent) -> int:
    items = someone.platform.aws.client("dynamodb").query(
        TableName=table(someone.platform),
        KeyConditionExpression="respondent = :counter",
        ExpressionAttributeValues={":counter": {"S": f"#completions#{someone.survey}"}},
    )["Items"]
    return sum(int(item["completions"]["N"]) for item in items)


def test_no_survey_begins_once_the_quota_is_reached_and_those_under_way_continue(
    platform: Platform, person: People
) -> None:
    _upload(platform, "quota", quota=2)
    first, second, third, late = (person("quota") for _ in range(4))
    for someone in (first, second, third):
        assert someone.texts("hi") == "Rate us"
    assert first.texts("4") == "Bye."
    assert second.presses(second.calls(), "5").hangs_up
    assert _completions(late) == 2
    assert late.texts("hi") == "Closed, friend."
    assert late.session() is None
    heard = person("quota").calls()
    assert (heard.says, heard.hangs_up) == (["Closed, friend."], True)
    assert third.texts("3") == "Bye."
    assert first.texts("hi") == "Done."
    assert _completions(late) == 3


def test_a_message_that_comes_twice_counts_once_and_a_deleted_result_counts_no_longer(
    platform: Platform, person: People
) -> None:
    _upload(platform, "quota-twice", quota=1)
    someone = person("quota-twice")
    someone.texts("hi")
    form = {"MessageSid": "SM" + "7" * 32}
    assert [someone.texts("4", **form) for _ in range(3)] == ["Bye."] * 3
    assert _completions(someone) == 1
    someone.result("COMPLETED")
    assert eventually(lambda: "dueAt" not in (someone.session() or {"dueAt": 0}))
    platform.aws.client("s3").delete_object(Bucket=platform.bucket, Key=someone.result_key)
    assert eventually(lambda: someone.session() is None)
    assert _completions(someone) == 0
    assert someone.texts("hi") == "Rate us"


def test_no_survey_begins_after_its_end_date(platform: Platform, person: People) -> None:
    _upload(platform, "over", endDate="2020-01-31", timeZone="Europe/Berlin")
    assert person("over").texts("hi") == "Closed, friend."
    assert person("over").calls().says == ["Closed, friend."]
    _upload(platform, "going-on", endDate="2099-01-31T18:00:00+01:00")
    assert person("going-on").texts("hi") == "Rate us"


def test_an_end_without_a_zone_is_in_the_time_zone_of_the_survey(platform: Platform, person: People) -> None:
    utc = datetime.fromtimestamp(platform.clock.now(), UTC)
    _upload(
        platform, "west", endDate=f"{utc - timedelta(hours=1):%Y-%m-%dT%H:%M:%S}", timeZone="Pacific/Honolulu"
    )
    _upload(platform, "east", endDate=f"{utc + timedelta(hours=1):%Y-%m-%dT%H:%M:%S}", timeZone="Asia/Tokyo")
    assert person("west").texts("hi") == "Rate us"
    assert person("east").texts("hi") == "Closed, friend."


def test_an_initiate_route_starts_no_survey_that_is_closed(
    platform: Platform, person: People, caller: Caller
) -> None:
    _upload(platform, "over-too", endDate="2020-01-31")
    someone = person("over-too")
    for path in ("/sms/initiate-sms", "/voice/initiate-call"):
        answer = caller.key_post(path, {"To": someone.number, "surveyId": "over-too", "again": "true"})
        assert answer.status == 409
        assert "is closed" in answer.json()["message"]
    assert someone.session() is None
