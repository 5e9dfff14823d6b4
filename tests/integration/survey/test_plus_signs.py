"""Phone numbers whose plus sign was not encoded, so that it arrives as a space."""

import pytest

from local.template.parameters import SURVEY_NUMBER
from tests.integration.survey.conftest import People


def _unencoded(number: str) -> str:
    return number.replace("+", " ")


@pytest.mark.parametrize("route", ["/voice/initiate-call", "/sms/initiate-sms"])
@pytest.mark.parametrize("as_json", [True, False])
def test_a_survey_is_started_with_that_number(person: People, route: str, as_json: bool) -> None:
    someone = person("both")
    fields = {"To": _unencoded(someone.number), "surveyId": "both"}
    answer = someone.caller.key_post(route, fields, as_json=as_json)
    assert answer.status == 201
    assert someone.number in answer.json().values()
    assert someone.session() is not None


def test_a_message_belongs_to_that_number(person: People) -> None:
    someone = person("both")
    someone.texts("hi")
    reply = someone.texts("go", From=_unencoded(someone.number), To=_unencoded(SURVEY_NUMBER))
    assert reply == "Let us begin.\n\nFirst: How was it?"


@pytest.mark.parametrize("direction", ["inbound", "outbound-api"])
def test_a_call_and_its_end_belong_to_that_number(person: People, direction: str) -> None:
    someone = person("both")
    ours = _unencoded(SURVEY_NUMBER)
    ends = {"From": _unencoded(someone.number), "To": ours}
    if direction != "inbound":
        ends = {"From": ours, "To": _unencoded(someone.number)}
    heard = someone.calls(Direction=direction, **ends)
    heard = someone.goes_to(heard.action, Digits="1", Direction=direction, **ends)
    assert heard.says[-1] == "How was it?"
    someone.call_ends(Direction=direction, **ends)
    assert someone.result("ABANDONED")["surveyTo"] == someone.number[1:]


@pytest.mark.parametrize("sender", ["whatsapp: 13035550199", "anonymous ", " sip:a@b.c"])
def test_a_sender_that_is_no_number_is_still_none(person: People, sender: str) -> None:
    someone = person("both")
    heard = someone.calls(From=sender)
    assert heard.says[0] == "Welcome."
    assert someone.session() is None


def test_a_sender_in_whatsapp_whose_plus_sign_was_lost_is_the_same_number(person: People) -> None:
    someone = person("both")
    someone.texts("hi", From=f"whatsapp: {someone.number[1:]}")
    session = someone.session()
    assert session is not None
    assert session["surveyMedium"] == "whatsapp"
