"""Surveys in WhatsApp: replies by text, and by content template where one is configured."""

import json
from typing import Any

import pytest

from local.platform import Platform
from local.template.parameters import SURVEY_NUMBER
from tests.integration.survey.conftest import People
from tests.integration.survey.talk import Respondent, upload
from tests.support import Caller

TEMPLATE = "HX" + "a" * 32
CONFIG = json.dumps(
    {
        "questions": [
            {"questionName": "questionColour", "questionType": "choice", "choices": ["red", "green"]},
            {"questionName": "questionWhy", "questionType": "text"},
        ]
    }
).encode()
PROMPTS = (
    "questionColour=Which colour?\nquestionColourChoices=red=Red,green=Green\n"
    f"questionColourTemplate={TEMPLATE}\nquestionWhy=Why?\nquestionWhyWhatsApp=Why? 🙂\nfinalGoodbye=Bye.\n"
)


@pytest.fixture(autouse=True)
def _colours(platform: Platform) -> None:
    upload(platform, "colours", CONFIG, en_US=PROMPTS)


def _whatsapp(someone: Respondent, body: str, **fields: str) -> str:
    ends = {"From": f"whatsapp:{someone.number}", "To": f"whatsapp:{SURVEY_NUMBER}"}
    return someone.texts(body, **ends, **fields)


def _sent(caller: Caller) -> list[dict[str, Any]]:
    listed = caller.local("GET", "/twilio/requests")
    return [one for one in listed if one["method"] == "POST" and one["url"].endswith("/Messages.json")]


def test_a_question_with_a_template_is_sent_by_rest_with_its_choices_as_variables(
    person: People, caller: Caller
) -> None:
    someone = person("colours")
    assert _whatsapp(someone, "hi") == ""
    (message,) = _sent(caller)
    params = message["params"]
    assert (params["From"], params["To"]) == (f"whatsapp:{SURVEY_NUMBER}", f"whatsapp:{someone.number}")
    assert params["ContentSid"] == TEMPLATE
    assert json.loads(params["ContentVariables"]) == {"1": "Which colour?", "2": "Red", "3": "Green"}
    assert _whatsapp(someone, "Green", ButtonPayload="green", ButtonText="Green") == "Why? 🙂"
    assert _whatsapp(someone, "Calm") == "Bye."
    assert [one["value"] for one in someone.result("COMPLETED")["questions"]] == ["green", "Calm"]


def test_a_webhook_that_comes_twice_sends_the_template_once(person: People, caller: Caller) -> None:
    someone = person("colours")
    for _ in range(2):
        assert _whatsapp(someone, "hi", MessageSid="SM" + "6" * 32) == ""
    assert len(_sent(caller)) == 1


@pytest.mark.parametrize("status", [400, 429])
def test_a_template_that_twilio_refuses_is_replaced_by_its_text(
    person: People, caller: Caller, status: int
) -> None:
    caller.local("POST", "/twilio/faults", {"match": "/Messages.json", "status": status, "times": 9})
    assert _whatsapp(person("colours"), "hi") == "Which colour?\n1. Red\n2. Green"


def test_the_same_question_is_a_text_by_sms(person: People) -> None:
    assert person("colours").texts("hi") == "Which colour?\n1. Red\n2. Green"


def test_a_survey_is_the_same_person_s_by_sms_and_in_whatsapp(person: People) -> None:
    someone = person("colours")
    someone.texts("hi")
    assert _whatsapp(someone, "2") == "Why? 🙂"
    assert someone.texts("STOP") == ""
    assert _whatsapp(someone, "Calm") == ""
    assert someone.result("OPTED_OUT")["surveyMedium"] == "whatsapp"
