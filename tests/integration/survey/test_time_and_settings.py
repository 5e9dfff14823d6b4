"""What time, settings and a bus that loses events do to a survey, on a platform of its own."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from local.aws.moto_server import Call
from local.log_lines import Terminal
from local.platform import Platform
from local.template.document import Names
from local.template.parameters import MESSAGING_SERVICE_SID
from tests.data.surveys import CONFIG, ENGLISH, MINIMAL_CONFIG, MINIMAL_PROMPTS, SPANISH
from tests.integration.survey.talk import Respondent, event_bus, upload
from tests.support import Caller, eventually, sets_off

People = Callable[..., Respondent]
SESSION_SECONDS = 3600
PARAMETERS = {
    "SessionSeconds": str(SESSION_SECONDS),
    "StartOnInbound": "false",
    "SummaryText": "true",
    "PublishOlderEvent": "true",
}


@pytest.fixture(scope="module")
def strict() -> Iterator[Platform]:
    """A platform that starts no survey by itself, forgets after an hour, and texts summaries."""
    names = Names(stack="switchboard-strict", account_id="111111111111")
    with Platform(
        0, names=names, parameters=PARAMETERS, watch=False, terminal=Terminal(quiet=True)
    ) as platform:
        upload(platform, "both", CONFIG, en_US=ENGLISH, es_MX=SPANISH)
        upload(platform, "minimal", MINIMAL_CONFIG, en_US=MINIMAL_PROMPTS)
        yield platform


@pytest.fixture
def person(strict: Platform) -> People:
    caller = Caller(strict)

    def make(survey: str = "") -> Respondent:
        return Respondent(strict, caller, survey=survey)

    return make


def _starts(someone: Respondent) -> None:
    answer = someone.caller.key_post(
        "/sms/initiate-sms", {"To": someone.number, "surveyId": someone.survey or "default"}
    )
    assert answer.status == 201


def _advance(someone: Respondent, seconds: float) -> None:
    someone.caller.local("POST", "/clock", {"advanceSeconds": seconds})


def _fails(someone: Respondent, match: str, times: int) -> None:
    someone.caller.local("POST", "/aws/faults", {"match": match, "status": 500, "times": times})


def _sweep(someone: Respondent) -> None:
    someone.caller.local("POST", "/schedules/SurveyExpireSessions")


def test_a_message_from_a_new_number_starts_no_survey_if_the_setting_says_so(person: People) -> None:
    someone = person("both")
    assert someone.texts("hi") == ""
    assert someone.session() is None
    _starts(someone)
    assert someone.texts("go") == "Let us begin.\n\nFirst: How was it?"


@pytest.mark.slow
def test_a_survey_without_replies_expires_and_keeps_its_answers(person: People) -> None:
    someone = person("both")
    _starts(someone)
    someone.texts("go")
    _advance(someone, SESSION_SECONDS - 60)
    someone.texts("4")
    _advance(someone, 120)
    _sweep(someone)
    assert someone.result_now()["surveyStatus"] == "STARTED"  # type: ignore[index]
    _advance(someone, SESSION_SECONDS)
    _sweep(someone)
    result = someone.result("EXPIRED")
    assert [answer["answer"] for answer in result["questions"]] == [4]
    assert result["surveyEnded"]
    # The function writes the file first, and then notes in the session that it did.
    assert eventually(lambda: "dueAt" not in (someone.session() or {"dueAt": 0}))
    assert someone.texts("yes") == ""


def test_a_survey_started_again_after_it_expired_begins_anew_and_loses_no_answer(person: People) -> None:
    someone = person("both")
    _starts(someone)
    someone.texts("go")
    someone.texts("4")
    someone.waited_too_long()
    _starts(someone)
    assert someone.texts("go") == "Let us begin.\n\nFirst: How was it?"
    s3 = someone.platform.aws.client("s3")

    def versions() -> list[str]:
        found = s3.list_object_versions(Bucket=someone.platform.bucket, Prefix=someone.result_key)
        return [
            s3.get_object(Bucket=someone.platform.bucket, Key=item["Key"], VersionId=item["VersionId"])[
                "Body"
            ]
            .read()
            .decode()
            for item in found.get("Versions", [])
        ]

    assert eventually(
        lambda: any("EXPIRED" in version and '"answer": 4' in version for version in versions())
    )
    assert eventually(lambda: (someone.result_now() or {}).get("questions") == [])


def test_an_end_that_the_bus_refused_is_recorded_by_the_sweep(person: People) -> None:
    someone = person("minimal")
    _starts(someone)
    someone.result("STARTED")
    _fails(someone, "events.PutEvents", times=3)
    for body in ("go", "4"):
        someone.texts(body)
    assert someone.texts("fine") == "Thank you for your time. Goodbye!"
    _advance(someone, 130)
    _sweep(someone)
    assert someone.result("COMPLETED")["questionIndex"] == 2


def test_files_in_memory_serve_while_s3_fails(person: People) -> None:
    someone = person("minimal")
    _starts(someone)
    assert someone.texts("go") == "Rate us"
    _advance(someone, 120)
    _fails(someone, "s3.GetObject", times=1000)
    try:
        assert someone.texts("4") == "Any comment"
        someone.survey = "both"
        assert someone.calls().says == [
            "We are sorry, our survey is not available right now. Please try again later."
        ]
    finally:
        someone.caller.local("DELETE", "/aws/faults")
    someone.survey = "minimal"
    assert someone.texts("fine") == "Thank you for your time. Goodbye!"


def test_a_turn_that_could_not_be_stored_can_be_taken_again(person: People) -> None:
    someone = person("minimal")
    _starts(someone)
    someone.texts("go")
    form = someone.text_form("4")
    _fails(someone, "dynamodb.PutItem", times=1000)
    try:
        answer = someone.caller.signed_post("/sms/webhook?surveyId=minimal", form)
        assert answer.status == 200
        assert "<Message>We are sorry" in answer.text
    finally:
        someone.caller.local("DELETE", "/aws/faults")
    assert someone.texts("4", MessageSid=form["MessageSid"]) == "Any comment"


def test_a_completed_survey_is_followed_by_one_summary(person: People) -> None:
    someone = person("minimal")
    _starts(someone)
    for body in ("go", "4", "all fine"):
        someone.texts(body)

    def summaries() -> list[dict[str, str]]:
        sent = [call["params"] for call in someone.caller.twilio_requests("Messages.json")]
        return [one for one in sent if one["To"] == someone.number and "completing" in one["Body"]]

    assert eventually(summaries) == [
        {
            "To": someone.number,
            "MessagingServiceSid": MESSAGING_SERVICE_SID,
            "Body": "Thank you for completing our survey. Your answers: \n1: 4\n2: all fine",
        }
    ]
    session = someone.session()
    assert session is not None
    detail = (
        f'{{"surveyId": "minimal", "respondent": "{someone.number}", "sessionId": "{session["sessionId"]}"}}'
    )
    events = someone.platform.aws.client("events")
    with sets_off(someone.platform, "SurveySendSummary"):
        events.put_events(
            Entries=[
                {
                    "Source": "switchboard.survey",
                    "DetailType": "survey.completed",
                    "Detail": detail,
                    "EventBusName": event_bus(someone.platform),
                }
            ]
        )
    assert len(summaries()) == 1


def test_a_respondent_who_opted_out_gets_no_summary(person: People) -> None:
    someone = person("minimal")
    _starts(someone)
    someone.texts("go")
    someone.texts("4")
    someone.texts("STOP")
    someone.result("OPTED_OUT")
    assert [
        call
        for call in someone.caller.twilio_requests()
        if "completing" in call["params"].get("Body", "") and call["params"]["To"] == someone.number
    ] == []


def test_an_ended_session_is_forgotten_after_a_month_and_a_completed_one_is_not(person: People) -> None:
    gone, kept = person("minimal"), person("minimal")
    for someone in (gone, kept):
        _starts(someone)
        someone.texts("go")
    kept.texts("4")
    kept.texts("fine")
    kept.result("COMPLETED")
    _advance(gone, SESSION_SECONDS + 60)
    _sweep(gone)
    gone.result("EXPIRED")
    _advance(gone, 32 * 86400)
    assert gone.session() is None
    assert kept.texts("hi again") == "You have already completed this survey. Thank you!"


def test_a_call_whose_survey_expired_hears_a_goodbye_that_claims_nothing(person: People) -> None:
    someone = person("both")
    heard = someone.presses(someone.calls(), "1")
    someone.result("STARTED")
    _advance(someone, SESSION_SECONDS + 60)
    _sweep(someone)
    someone.result("EXPIRED")
    heard = someone.presses(heard, "4")
    assert (heard.says, heard.hangs_up) == (["Thank you. Goodbye!"], True)


def _published(someone: Respondent) -> list[dict[str, Any]]:
    """Return a list to which each event of this respondent's completion is added as it is published."""
    published: list[dict[str, Any]] = []

    def see(call: Call) -> None:
        entries = json.loads(call.request)["Entries"] if call.operation == "PutEvents" else []
        published.extend(
            {**entry, "Detail": json.loads(entry["Detail"])}
            for entry in entries
            if entry["DetailType"] in {"survey.completed", "surveystate"}
            and someone.number in entry["Detail"]
        )

    someone.platform.aws.on_call(see)
    return published


def test_a_completed_survey_is_published_with_its_result_also_as_before(person: People) -> None:
    someone = person("minimal")
    published = _published(someone)
    _starts(someone)
    for body in ("go", "4", "all fine"):
        someone.texts(body)
    result = someone.result("COMPLETED")
    assert eventually(lambda: len(published) == 2)
    ours, older = (entry["Detail"] for entry in sorted(published, key=lambda entry: entry["Source"])[::-1])
    assert {(entry["Source"], entry["DetailType"]) for entry in published} == {
        ("switchboard.survey", "survey.completed"),
        ("custom.twilioSurveyApp", "surveystate"),
    }
    assert (ours["result"], ours["resultKey"]) == (result, someone.result_key)
    assert older["currentState"] == "post-survey-results"
    assert older["resultsObject"] == {**result, "currentState": "post-survey-results"}
    assert older["postBody"] == {"From": someone.number}


@pytest.mark.slow
def test_a_result_that_is_too_large_for_the_bus_is_published_by_its_key(person: People) -> None:
    someone = person("large")
    names = [f"q{number}" for number in range(90)]
    questions = [{"questionName": name, "questionType": "speech"} for name in names]
    config = json.dumps({"questions": questions}).encode()
    upload(someone.platform, "large", config, en_US="".join(f"{name}=?\n" for name in names))
    published = _published(someone)
    _starts(someone)
    for _ in names:
        someone.texts("ñ" * 1000)
    someone.result("COMPLETED")
    assert eventually(lambda: len(published) == 2)
    for entry in published:
        assert entry["Detail"]["resultKey"] == someone.result_key
        assert not {"result", "resultsObject"} & entry["Detail"].keys()
