"""Replies that name a choice only to deny it are asked again, as ``not 5`` is."""

import json

import pytest

from local.platform import Platform
from tests.integration.survey.conftest import People
from tests.integration.survey.talk import upload

QUESTIONS = [
    {"questionName": "questionAgain", "questionType": "yesno"},
    {"questionName": "questionColour", "questionType": "choice", "choices": ["red", "blue", "unsure"]},
    {"questionName": "questionSeveral", "questionType": "multichoice", "choices": ["red", "blue"]},
    {"questionName": "questionRating", "questionType": "rating"},
    {"questionName": "questionEnd", "questionType": "text"},
]
TEXTS = (
    "questionAgain=Again?\nquestionColour=Colour?\nquestionSeveral=Several?\nquestionRating=Rating?\n"
    "questionEnd=End?\n"
)
ENGLISH = (
    f"{TEXTS}questionRatingChoices=1=bad,5=good\n"
    "questionColourChoices=red=red,blue=blue,unsure=not sure|don't know\n"
)
SPANISH = (
    f"{TEXTS}questionColourChoices=red=rojo,blue=azul,unsure=no sé\n"
    "questionSeveralChoices=red=rojo,blue=azul\n"
)


@pytest.fixture(scope="module")
def uploaded(platform: Platform) -> None:
    """Upload the survey."""
    upload(platform, "denied", json.dumps({"questions": QUESTIONS}).encode(), en_US=ENGLISH, es_MX=SPANISH)


@pytest.mark.usefixtures("uploaded")
@pytest.mark.parametrize(
    ("language", "place", "reply"),
    [
        ("en-US", 0, "not yes"),
        ("en-US", 0, "I wouldn't say yes"),
        ("en-US", 1, "not red"),
        ("en-US", 1, "It isn\u2019t blue"),
        ("en-US", 2, "red, not blue"),
        ("en-US", 2, "red and not blue"),
        ("en-US", 3, "not good"),
        ("en-US", 3, "not so good"),
        ("en-US", 3, "It wasn't very bad"),
        ("es-MX", 1, "no es rojo"),
        ("es-MX", 2, "rojo pero no azul"),
    ],
)
def test_a_choice_that_is_denied_is_no_answer(person: People, language: str, place: int, reply: str) -> None:
    someone = person("denied")
    someone.caller.key_post(
        "/sms/initiate-sms", {"To": someone.number, "surveyId": "denied", "defaultLanguage": language}
    )
    for answer in ("1", "1", "1", "1")[:place]:
        someone.texts(answer)
    asked = QUESTIONS[place]["questionName"]
    assert someone.texts(reply).partition("\n1.")[0].endswith(f"{str(asked).removeprefix('question')}?")


@pytest.mark.usefixtures("uploaded")
@pytest.mark.parametrize(
    ("place", "reply", "value"),
    [
        (0, "No, I don't", False),
        (0, "I don't think so, no", False),
        (0, "yes, I do not mind", True),
        (1, "I'm really not sure", "unsure"),
        (1, "I don't know", "unsure"),
        (1, "I do not mind, so red", "red"),
        (2, "I do not mind red and blue", ["red", "blue"]),
        (3, "I can't remember, but good", 5),
    ],
)
def test_a_denial_of_something_else_leaves_a_choice_as_it_is(
    person: People, place: int, reply: str, value: object
) -> None:
    someone = person("denied")
    someone.texts("hi")
    for body in [*("1", "1", "1", "1")[:place], reply, *("1", "1", "1")[place:], "done"]:
        someone.texts(body)
    assert someone.result("COMPLETED")["questions"][place]["value"] == value
