"""The offer of more than two languages, by number or name."""

import pytest

from local.platform import Platform
from tests.integration.survey.conftest import People
from tests.integration.survey.talk import upload

CONFIG = b'{"questions": [{"questionName": "questionRate", "questionType": "dtmf"}]}'
LIST = "languageOptions=en-US,es-MX,fr-FR\n"
ENGLISH = (
    f"{LIST}welcome=Welcome.\nwelcomeContinue=go\nlanguageName=English\n"
    "beginSurvey=Begin.\nquestionRate=Rate us\n"
)
SPANISH = (
    f"{LIST}welcome=Bienvenido.\nlanguageName=Español\nlanguageReplies=castellano\nquestionRate=Califique\n"
)
FRENCH = (
    f"{LIST}welcome=Bienvenue.\nlanguageName=Français\nlanguageOffer=Pour le {{name}}, tapez {{number}}.\n"
    "languageOfferSMS={number} = {name}\nvoice=Polly.Lea\nquestionRate=Notez\n"
)


@pytest.fixture(autouse=True)
def _languages(platform: Platform) -> None:
    upload(platform, "languages", CONFIG, en_US=ENGLISH, es_MX=SPANISH, fr_FR=FRENCH)
    upload(platform, "two-of-three", CONFIG, en_US=ENGLISH, es_MX=b"\xff", fr_FR=FRENCH)


def test_a_text_message_lists_all_languages(person: People) -> None:
    assert person("languages").texts("hi") == "Welcome.\n\n1. English\n2. Español\n3 = Français"


@pytest.mark.parametrize(
    ("reply", "question"),
    [
        ("go", "Begin.\n\nRate us"),
        ("1", "Begin.\n\nRate us"),
        ("2", "Califique"),
        ("espanol!", "Califique"),
        ("Castellano", "Califique"),
        ("fr-FR", "Notez"),
        ("trois", "Notez"),
        ("4", "Welcome.\n\n1. English\n2. Español\n3 = Français"),
        ("what?", "Welcome.\n\n1. English\n2. Español\n3 = Français"),
    ],
)
def test_a_reply_chooses_by_number_name_or_code(person: People, reply: str, question: str) -> None:
    someone = person("languages")
    someone.texts("hi")
    assert someone.texts(reply) == question


def test_a_caller_hears_each_offer_in_its_language_and_presses_or_says_one(person: People) -> None:
    someone = person("languages")
    heard = someone.calls()
    assert heard.says == [
        "Welcome.",
        "For English, press 1.",
        "Para Español, oprima 2.",
        "Pour le Français, tapez 3.",
    ]
    assert [language for language, _ in heard.voices] == ["en-US", "en-US", "es-MX", "fr-FR"]
    assert someone.presses(heard, "3").says == ["Notez"]
    spoken = person("languages")
    assert spoken.speaks(spoken.calls(), "espanol please").says == ["Califique"]
    silent = person("languages")
    assert silent.is_silent(silent.calls()).says == ["Begin.", "Rate us"]


def test_a_language_whose_file_cannot_be_used_is_left_out_and_the_others_keep_their_numbers(
    person: People,
) -> None:
    someone = person("two-of-three")
    assert someone.texts("hi") == "Welcome.\n\n1. English\n3 = Français"
    assert someone.texts("3") == "Notez"


def test_only_a_welcome_reads_the_files_of_other_languages(platform: Platform, person: People) -> None:
    someone = person("languages")

    def objects_read(reply: str) -> int:
        platform.functions.recycle()  # nothing is remembered in memory
        someone.caller.local("DELETE", "/invocations")
        assert someone.texts(reply)
        (invocation,) = someone.caller.invocations("SurveySmsWebhook")
        return sum(name == "s3.GetObject" for name in invocation["aws"])

    questions_and_own_language, other_languages = 2, 2
    assert objects_read("hi") == questions_and_own_language + other_languages
    someone.texts("2")
    assert objects_read("5") == questions_and_own_language
