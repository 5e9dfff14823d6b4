"""The platform's activity: what happened, and what caused it."""

from typing import Any

import pytest

from local.platform import Platform
from tests.integration.survey.talk import Respondent
from tests.support import Caller


class Activity:
    """Reads what has happened since the test began."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self.start = int(caller.local("GET", "/activity?after=999999999")["last"])

    def read(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._caller.local("GET", f"/activity?after={self.start}")["entries"]
        return found


@pytest.fixture
def activity(platform: Platform, caller: Caller) -> Activity:
    assert platform.wait_until_idle(30)
    return Activity(caller)


def test_a_text_message_is_followed_from_the_webhook_to_the_result_file(
    platform: Platform, caller: Caller, activity: Activity
) -> None:
    person = Respondent(platform, caller)
    person.texts("Hello")
    assert platform.wait_until_idle(30)

    entries = {entry["number"]: entry for entry in activity.read()}
    (webhook,) = (entry for entry in entries.values() if entry["kind"] == "request")
    assert (webhook["name"], webhook["by"], webhook["status"]) == ("POST /sms/webhook", "Twilio", 200)
    assert webhook["params"]["Body"] == "Hello"
    assert webhook["sid"].startswith(("SM", "MM"))
    assert "<Message>" in webhook["answer"]

    traced = [entry for entry in entries.values() if entry["trace"] == webhook["number"]]
    found = {(entry["kind"], entry["name"]): entry for entry in traced}
    turn = found["invocation", "SurveySmsWebhook"]
    sessions = [entry for entry in traced if entry["name"] == "SurveySessions"]
    session = next(entry for entry in sessions if entry["key"]["respondent"] == person.number)
    event = found["event", "survey.started"]
    writing = found["invocation", "SurveyWriteResult"]
    (file,) = (entry for entry in traced if str(entry.get("key")).startswith("survey-results/"))
    causes = [entry["cause"] for entry in (turn, session, event, writing, file)]
    numbers = [entry["number"] for entry in (webhook, turn, turn, event, writing)]
    assert causes == numbers
    assert turn["outcome"] == "success"
    assert session["key"] == {"respondent": person.number, "surveyId": "default"}
    assert file["key"] == f"survey-results/{person.number[1:]}.json"


def test_calls_to_twilio_and_delayed_messages_have_their_invocation_as_the_cause(
    platform: Platform, caller: Caller, activity: Activity
) -> None:
    answer = caller.key_post("/sms/initiate-sms", {"To": Respondent(platform, caller).number})
    assert answer.status == 201
    assert platform.wait_until_idle(30)
    entries = activity.read()
    (request,) = (entry for entry in entries if entry["name"] == "POST /sms/initiate-sms")
    (invocation,) = (entry for entry in entries if entry["name"] == "SurveyInitiateSms")
    asked = [entry for entry in entries if entry["kind"] == "twilio"]
    assert request["by"] == ""
    assert invocation["cause"] == request["number"]
    assert {entry["cause"] for entry in asked} == {invocation["number"]}


def test_an_entry_comes_again_when_it_has_ended_and_nothing_else_does(
    caller: Caller, activity: Activity
) -> None:
    seen = caller.local("GET", f"/activity?after={activity.start}")
    assert caller.local("GET", f"/activity?after={seen['last']}") == {
        "entries": [],
        "last": seen["last"],
    }


@pytest.mark.parametrize("query", ["after=x", "wait=x", "after=1.5"])
def test_a_question_that_is_no_number_is_refused(caller: Caller, query: str) -> None:
    with pytest.raises(LookupError, match="must be"):
        caller.local("GET", f"/activity?{query}")


def test_what_is_kept_of_a_large_request_is_bounded_and_still_names_its_message(
    platform: Platform, caller: Caller, activity: Activity
) -> None:
    body = "\N{GRINNING FACE}" * 1600
    others = {f"Other{number}": "x" * 5000 for number in range(20)}
    form = {"From": "+12025550142", "To": "+12025550100", "Body": body, "MessageSid": "SM" + "7" * 32}
    caller.signed_post("/sms/webhook", {**form, **others})
    assert platform.wait_until_idle(30)
    (request,) = (entry for entry in activity.read() if entry["kind"] == "request")
    assert request["sid"] == "SM" + "7" * 32
    assert request["params"]["Body"] == body
    assert sum(map(len, request["params"].values())) <= 12_000
