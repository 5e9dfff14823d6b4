"""Starting a survey with somebody who is taking it, or is just being called for it."""

import threading
from typing import Any

import pytest

from local.template.parameters import SURVEY_NUMBER
from tests.integration.survey.conftest import People
from tests.integration.survey.talk import Heard, Respondent, table
from tests.support import eventually

ROUTES = ("/voice/initiate-call", "/sms/initiate-sms")
GO_ON = "Let us begin.\n\nFirst: How was it?"


def _behaves(someone: Respondent, calls: str) -> None:
    someone.caller.local("PUT", f"/phone/phones/{someone.number}", {"calls": calls})


def _start(someone: Respondent, route: str) -> int:
    fields = {"To": someone.number, "surveyId": someone.survey, "again": "true"}
    return someone.caller.key_post(route, fields).status


def _is_called(someone: Respondent) -> str:
    """Place a call to somebody and return its SID."""
    fields = {"To": someone.number, "surveyId": someone.survey, "again": "true"}
    answer = someone.caller.key_post("/voice/initiate-call", fields)
    assert answer.status == 201, answer.text
    sid: str = answer.json()["callSid"]
    return sid


def _sent(someone: Respondent) -> list[str]:
    calls = someone.caller.twilio_requests("Messages.json")
    return [call["params"]["Body"] for call in calls if call["params"]["To"] == someone.number]


def _some_time_passes(someone: Respondent, seconds: int = 600) -> None:
    """Let the session have been touched that long ago."""
    session = someone.session()
    assert session is not None
    someone.platform.aws.client("dynamodb").update_item(
        TableName=table(someone.platform),
        Key={"respondent": {"S": someone.number}, "surveyId": {"S": someone.survey}},
        UpdateExpression="SET updatedAt = :then",
        ExpressionAttributeValues={":then": {"N": str(session["updatedAt"] - seconds * 1000)}},
    )


def _answers_by_text(someone: Respondent) -> None:
    for body in ("hi", "go", "5"):
        someone.texts(body)


def _state(someone: Respondent) -> dict[str, Any]:
    """Return the session without what the recording of results changes."""
    session = someone.session()
    assert session is not None
    return {name: value for name, value in session.items() if name not in {"dueAt", "sweepShard"}}


def _has_ended(someone: Respondent, sid: str) -> bool:
    calls = someone.caller.local("GET", "/phone/calls")
    return next(call for call in calls if call["sid"] == sid)["finished"] is not None


@pytest.mark.parametrize("route", ROUTES)
def test_a_call_under_way_is_not_disturbed_by_another_start(person: People, route: str) -> None:
    someone = person("both")
    heard = someone.presses(someone.calls(), "1")
    before = _state(someone)
    answer = someone.caller.key_post(route, {"To": someone.number, "surveyId": "both"})
    assert answer.status == 409
    assert "on this survey now" in answer.json()["message"]
    assert _state(someone) == before
    assert someone.presses(heard, "4").says == ["Next:", "Again?"]


@pytest.mark.parametrize("behaviour", ["busy", "no-answer", "failed", "voicemail"])
def test_a_call_that_reaches_nobody_leaves_a_text_survey_as_it_is(person: People, behaviour: str) -> None:
    someone = person("both")
    _answers_by_text(someone)
    before = _state(someone)
    _behaves(someone, behaviour)
    sid = _is_called(someone)
    assert eventually(lambda: _has_ended(someone, sid))
    assert _state(someone) == before
    assert someone.texts("yes") == "Last: Why?"
    assert someone.texts("fine") == "Goodbye."
    assert [answer["answer"] for answer in someone.result("COMPLETED")["questions"]] == [5, "yes", "fine"]


def test_a_call_that_is_answered_takes_a_text_survey_over(person: People) -> None:
    someone = person("both")
    _answers_by_text(someone)
    _behaves(someone, "ring")
    sid = _is_called(someone)
    session = someone.session()
    assert session is not None
    url = f"/voice/survey?surveyId=both&defaultLanguage=en-US&session={session['sessionId']}"
    fields = {"CallSid": sid, "Direction": "outbound-api", "From": SURVEY_NUMBER, "To": someone.number}
    heard = someone.goes_to(url, **fields, AnsweredBy="human")
    assert heard.says[0] == "Welcome."
    heard = someone.goes_to(heard.action, **fields)
    assert heard.says == ["Let us begin.", "Next:", "Again?"]
    someone.call_ends(query=f"?surveyId=both&session={session['sessionId']}", **fields)
    assert someone.result("ABANDONED")["questionIndex"] == 1


def test_a_reminder_says_what_is_open_now(person: People) -> None:
    someone = person("both")
    _answers_by_text(someone)
    before = _state(someone)
    assert _start(someone, "/sms/initiate-sms") == 201
    assert _sent(someone) == ["Next: Again?"]
    assert _state(someone) == before
    assert someone.texts("yes") == "Last: Why?"


def test_a_call_whose_end_nobody_reported_is_followed_by_another(person: People) -> None:
    someone = person("both")
    someone.presses(someone.presses(someone.calls(), "1"), "4")
    _some_time_passes(someone)
    before = _state(someone)
    _behaves(someone, "ring")
    sid = _is_called(someone)
    assert _state(someone) == before
    heard = _answers(someone, sid, before["sessionId"])
    assert heard.says[0] == "Welcome."
    session = someone.session()
    assert session is not None
    assert (session["callSid"], len(session["answers"])) == (sid, 1)


def test_a_call_whose_end_nobody_reported_is_resumed_by_text(person: People) -> None:
    someone = person("both")
    someone.presses(someone.presses(someone.calls(), "1"), "4")
    _some_time_passes(someone)
    assert _start(someone, "/sms/initiate-sms") == 201
    assert someone.texts("go") == "Let us begin.\n\nNext: Again?"


@pytest.mark.parametrize("route", ROUTES)
def test_a_respondent_who_was_not_reached_can_be_contacted_again(person: People, route: str) -> None:
    someone = person("both")
    _behaves(someone, "busy")
    _is_called(someone)
    someone.result("BUSY")
    assert _start(someone, route) == 201


def test_a_respondent_who_hung_up_can_be_called_again(person: People) -> None:
    someone = person("both")
    someone.presses(someone.presses(someone.calls(), "1"), "4")
    someone.call_ends()
    someone.result("ABANDONED")
    _behaves(someone, "no-answer")
    _is_called(someone)
    assert someone.result("NO_ANSWER")["questionIndex"] == 1


@pytest.mark.parametrize("route", ROUTES)
def test_of_two_starts_at_once_one_is_refused(person: People, route: str) -> None:
    someone = person("both")
    _behaves(someone, "ring")
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: statuses.append(_start(someone, route))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [201, 409]
    assert _start(someone, route) == 409
    asked = [c for c in someone.caller.twilio_requests() if c["params"].get("To") == someone.number]
    assert len(asked) == 1


def test_a_reminder_goes_out_once_the_first_message_is_some_time_ago(person: People) -> None:
    someone = person("both")
    assert _start(someone, "/sms/initiate-sms") == 201
    _some_time_passes(someone, 60)
    assert _start(someone, "/sms/initiate-sms") == 201
    assert len(set(_sent(someone))) == 1
    assert someone.texts("go") == GO_ON


def test_an_earlier_call_that_ends_late_does_not_end_the_next_one(person: People) -> None:
    someone = person("both")
    _behaves(someone, "ring")
    first = _is_called(someone)
    _some_time_passes(someone)
    session = someone.session()
    assert session is not None
    second = _is_called(someone)
    assert _answers(someone, second, session["sessionId"]).says[0] == "Welcome."
    someone.call_ends(
        "no-answer",
        f"?surveyId=both&session={session['sessionId']}",
        CallSid=first,
        Direction="outbound-api",
        From=SURVEY_NUMBER,
        To=someone.number,
    )
    session = someone.session()
    assert session is not None
    assert (session["surveyStatus"], session["callSid"]) == ("STARTED", second)
    for sid in (first, second):
        someone.caller.local("POST", f"/phone/calls/{sid}/hangup", {})


def test_a_respondent_who_opted_out_while_the_phone_rang_is_not_asked(person: People) -> None:
    someone = person("both")
    _behaves(someone, "ring")
    sid = _is_called(someone)
    someone.texts("STOP")
    before = _state(someone)
    heard = _answers(someone, sid, before["sessionId"])
    assert heard.hangs_up
    assert heard.gather is None
    assert _state(someone) == before


def _answers(someone: Respondent, sid: str, session_id: str) -> Heard:
    fields = {"CallSid": sid, "Direction": "outbound-api", "From": SURVEY_NUMBER, "To": someone.number}
    return someone.goes_to(f"/voice/survey?surveyId=both&session={session_id}", **fields)


@pytest.mark.parametrize("again", [False, True])
def test_a_survey_whose_start_has_succeeded_is_under_way_at_once(person: People, again: bool) -> None:
    someone = person("both")
    fields = {"To": someone.number, "surveyId": "both"}
    assert someone.caller.key_post("/sms/initiate-sms", fields).status == 201
    answer = someone.caller.key_post("/sms/initiate-sms", fields | ({"again": "true"} if again else {}))
    assert answer.status == (201 if again else 409)
    if not again:
        assert "With again: true it is continued" in answer.json()["message"]
    assert len(_sent(someone)) == (2 if again else 1)
    assert someone.texts("go") == GO_ON


def test_a_start_repeated_with_again_is_told_when_it_may_be_made(person: People) -> None:
    someone = person("both")
    assert _start(someone, "/sms/initiate-sms") == 201
    fields = {"To": someone.number, "surveyId": "both", "again": "true"}
    answer = someone.caller.key_post("/sms/initiate-sms", fields)
    assert answer.status == 409
    assert "again: true" in answer.json()["message"]
    assert 1 <= int(dict(answer.headers)["retry-after"]) <= 15
