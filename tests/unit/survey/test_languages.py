"""The choice among several languages: how each is offered, and what chooses it."""

from dataclasses import replace

import pytest

from survey.domain import prompt_file, question_file
from survey.domain.answers import Reply, Source
from survey.domain.definition import Definition, Medium, Prompts
from survey.domain.dialogue import prompt
from survey.domain.engine import advance
from survey.domain.languages import language_offers, listed_language, waits_at_welcome
from tests.data.surveys import NOW, definition, entered

CONFIG = b'{"questions": [{"questionName": "rate", "questionType": "dtmf"}]}'
LIST = "languageOptions=en-US,es-MX,fr-FR\n"
FILES = {
    "en-US": f"{LIST}welcome=Welcome.\nwelcomeContinue=go,start\nlanguageName=English\nrate=Rate us\n",
    "es-MX": f"{LIST}welcome=Hola.\nlanguageName=Español\nlanguageReplies=castellano,mexicano\nrate=Puntos\n",
    "fr-FR": f"{LIST}welcome=Bonjour.\nlanguageName=Français\nlanguageOffer={{number}}={{name}}\nrate=Note\n",
}
QUESTIONS = question_file.parse(CONFIG, "survey-config.json")


def _prompts(code: str, **more: str) -> Prompts:
    text = FILES[code] + "".join(f"{name}={value}\n" for name, value in more.items())
    return prompt_file.parse(text.encode(), f"survey-{code}.env", code, QUESTIONS)


def _survey(*codes: str, **more: str) -> Definition:
    own, *_ = codes
    listed = tuple(_prompts(code, **(more if code == own else {})) for code in codes)
    return Definition("default", QUESTIONS, listed[0], listed=listed)


ALL = _survey("en-US", "es-MX", "fr-FR")


@pytest.mark.parametrize(
    ("source", "text", "language"),
    [
        ("sms", "go", "en-US"),
        ("sms", "Start", "en-US"),
        ("sms", "2", "es-MX"),
        ("sms", "dos", "es-MX"),
        ("sms", "mexicano", "es-MX"),
        ("sms", "fr-FR", "fr-FR"),
        ("sms", "4", ""),
        ("sms", "hello", ""),
        ("sms", "I speak espanol", ""),
        ("dtmf", "3", "fr-FR"),
        ("dtmf", "7", "en-US"),
        ("speech", "I speak espanol", "es-MX"),
        ("speech", "espanol or francais", "en-US"),
        ("speech", "hello", "en-US"),
    ],
)
def test_a_language_is_chosen_by_number_name_code_or_word(source: Source, text: str, language: str) -> None:
    assert listed_language(Reply(text, source), ALL) == language


def test_a_tapped_button_chooses_its_language() -> None:
    assert listed_language(Reply("Whatever it says", "sms", payload="fr-FR"), ALL) == "fr-FR"


def test_a_language_whose_file_cannot_be_used_leaves_the_numbers_of_the_others() -> None:
    offers = language_offers(_survey("en-US", "fr-FR"))
    assert [offer.text("voice") for offer in offers] == ["For English, press 1.", "3=Français"]


@pytest.mark.parametrize("medium", ["sms", "voice", "whatsapp"])
def test_the_welcome_waits_for_the_choice_and_lists_every_language(medium: Medium) -> None:
    assert waits_at_welcome(ALL, medium)
    session = entered(ALL, medium)
    said = prompt(session, ALL, medium)
    for name in ("English", "Español", "Français"):
        assert name in said.message


def test_a_language_that_is_not_understood_is_asked_for_again_and_then_chosen() -> None:
    session = advance(entered(ALL), ALL, Reply("hello", "sms"), NOW)
    assert (session.state, session.attempts) == ("welcome_wait", 1)
    session = advance(session, ALL, Reply("3", "sms"), NOW)
    assert (session.state, session.language) == ("question_wait", "fr-FR")
    assert prompt(session, ALL.in_language("fr-FR"), "sms").message.endswith("Note")


def test_silence_on_the_phone_begins_in_the_current_language() -> None:
    session = advance(entered(ALL, "voice"), ALL, None, NOW)
    assert (session.state, session.language) == ("question_wait", "en-US")


def test_a_survey_in_one_language_waits_only_by_text_message_with_a_welcome() -> None:
    one = replace(ALL, listed=(), prompts=Prompts("en-US", {"welcome": "Hi"}))
    assert (waits_at_welcome(one, "sms"), waits_at_welcome(one, "voice")) == (True, False)
    assert not waits_at_welcome(replace(one, prompts=Prompts("en-US", {})), "sms")
    assert waits_at_welcome(definition(), "voice")


def test_whatsapp_gets_the_template_of_the_welcome_with_its_fields() -> None:
    sid = "HX" + "0" * 32
    survey = _survey("en-US", "es-MX", welcomeTemplate=sid, welcomeTemplateFields="name, city")
    session = replace(entered(survey, "whatsapp"), fields={"name": "Ada"})
    content = prompt(session, survey, "whatsapp").content
    assert content is not None
    assert (content.sid, content.variables) == (sid, {"1": "Ada", "2": ""})
