"""Requests that Twilio did not sign, or not like this: refused, and nothing stored."""

import pytest

from tests.integration.survey.conftest import People
from tests.integration.survey.talk import Respondent

ROUTES = ("/sms/webhook", "/voice/survey", "/voice/survey/answer?session=0&step=1", "/voice/survey/status")


def _form(someone: Respondent, path: str) -> dict[str, str]:
    return someone.text_form("hi") if "sms" in path else someone.call_form()


@pytest.mark.parametrize("path", ROUTES)
def test_a_signature_that_is_missing_wrong_or_of_something_else_is_refused(person: People, path: str) -> None:
    someone = person()
    form = _form(someone, path)
    signature = someone.caller.sign(path, form)
    requests = [
        someone.caller.signed_post(path, form, {"X-Twilio-Signature": ""}),
        someone.caller.signed_post(path, form, {"X-Twilio-Signature": "wrong"}),
        someone.caller.signed_post(path, {**form, "Body": "changed"}, {"X-Twilio-Signature": signature}),
        someone.caller.signed_post(path, {**form, "From": "+13035550000"}, {"X-Twilio-Signature": signature}),
        someone.caller.signed_post(
            path + ("&" if "?" in path else "?") + "a=b", form, {"X-Twilio-Signature": signature}
        ),
        someone.caller.key_post(path, form),
    ]
    assert [answer.status for answer in requests] == [403] * len(requests)
    assert all("message" in answer.json() for answer in requests)
    assert someone.session() is None


@pytest.mark.parametrize("path", ["/voice/survey", "/voice/survey/answer", "/voice/survey/status"])
@pytest.mark.parametrize("sid", ["", "CA123", "SM" + "0" * 32])
def test_a_call_without_its_sid_is_a_bad_request(person: People, path: str, sid: str) -> None:
    someone = person()
    answer = someone.caller.signed_post(path, someone.call_form(CallSid=sid))
    assert answer.status == 400
    assert answer.json()["errors"][0]["field"] == "CallSid"


@pytest.mark.parametrize("sender", ["", "not-a-number", "+1", "15555550123", "+1555abc0123", "+" + "1" * 16])
def test_a_message_from_no_possible_sender_is_a_bad_request(person: People, sender: str) -> None:
    answer = person().caller.signed_post("/sms/webhook", {"From": sender, "Body": "hi"})
    assert answer.status == 400
    assert answer.json()["errors"][0]["field"] == "From"


@pytest.mark.parametrize("path", ["/sms/webhook?surveyId=../x", "/voice/survey?defaultLanguage=%2e%2e%2fx"])
def test_a_url_that_names_no_possible_survey_is_a_bad_request(person: People, path: str) -> None:
    someone = person()
    assert someone.caller.signed_post(path, _form(someone, path)).status == 400
