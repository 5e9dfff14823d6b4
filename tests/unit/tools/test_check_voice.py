"""Voices that Twilio does not have, and a welcome that waits for a word it does not name."""

from pathlib import Path

import pytest

from local.lambda_runtime.environment import PROJECT_ROOT
from survey.domain.definition import Prompts
from tools.check_callback import check_callback
from tools.check_prompts import check_prompts
from tools.check_voice import voice_problem


def _found(language: str = "en-US", **values: str) -> list[str]:
    problems = check_prompts(Prompts(language, values), (), [language])
    return [f"{one.severity}: {one.key}: {one.message}" for one in problems if one.key in values]


@pytest.mark.parametrize(
    ("voice", "language"),
    [
        ("", "en-US"),
        ("man", "en-US"),
        ("alice", "pt-BR"),
        ("Polly.Joanna", "en-US"),
        ("Polly.Mia-Neural", "es-MX"),
        ("Polly.Mía-Generative", "es-MX"),
        ("Polly.Matthew-Generative", "en-GB"),
        ("Polly.Kajal-Neural", "hi-IN"),
        ("Polly.Zhiyu", "zh-CN"),
        ("Google.en-US-Chirp3-HD-Aoede", "en-US"),
        ("Google.es-US-Neural2-B", "es-MX"),
        ("Google.fil-ph-Neural2-A", "fil-PH"),
        ("Google.cmn-CN-Wavenet-A", "zh-CN"),
        ("Google.nb-NO-Standard-E", "nb-NO"),
        ("Google.yue-HK-Standard-A", "yue-HK"),
        ("Google.yue-HK-Standard-A", "zh-HK"),
    ],
)
def test_voices_that_twilio_has_are_in_order(voice: str, language: str) -> None:
    assert voice_problem(voice, language) == ""


@pytest.mark.parametrize(
    ("voice", "text"),
    [
        ("Polly.Jonna-Neural", "was Polly.Joanna-Neural meant?"),
        ("Google.en-US-Wavnet-A", "was Google.en-US-Wavenet-A meant?"),
        ("Joanna", "was Polly.Joanna meant?"),
        ("polly.mia-neural", "was Polly.Mia-Neural meant?"),
        ("POLLY.JOANNA", "was Polly.Joanna meant?"),
        ("Siri", "there are man, woman, Polly.<name> and Google.<language>-<model>-<name>"),
        ("Google.en-US", "there are man, woman, Polly.<name> and Google.<language>-<model>-<name>"),
        ("Polly.Joanna-Neurall", "was Polly.Joanna-Neural meant?"),
    ],
)
def test_a_voice_that_twilio_does_not_have_is_warned_of_with_what_may_be_meant(voice: str, text: str) -> None:
    assert voice_problem(voice, "en-US") == f"{voice!r} is no voice that Twilio is known to have; {text}"


@pytest.mark.parametrize("voice", ["Polly.Joanna", "Google.en-US-Standard-C"])
def test_a_voice_of_another_language_is_warned_of(voice: str) -> None:
    assert _found("es-MX", voice=voice) == [f"warning: voice: {voice!r} speaks en, and the text is in es-MX"]


def test_the_voice_of_an_offer_speaks_the_language_that_is_offered() -> None:
    offer = {"languageOptionLanguage": "en-US", "languageOptionVoice": "Polly.Lupe"}
    assert _found(**offer)[-1] == (
        "warning: languageOptionVoice: 'Polly.Lupe' speaks es, and the text is in en-US"
    )


def test_the_voice_of_a_queue_is_checked_as_well(tmp_path: Path) -> None:
    (tmp_path / "callback").mkdir()
    example = (PROJECT_ROOT / "config-files/callback/messages-en-US.json").read_text(encoding="utf-8")
    file = tmp_path / "callback" / "messages-en-US.json"
    file.write_text(example.replace("Polly.Joanna-Neural", "Polly.Nobody"), encoding="utf-8")
    (problem,) = check_callback(tmp_path)
    assert problem.severity == "warning"
    assert str(problem).startswith("callback/messages-en-US.json: voice: 'Polly.Nobody' is no voice")


@pytest.mark.parametrize(
    "welcome",
    [
        {"welcome": "Hello. Say GO to begin."},
        {"welcome": "Hello.", "welcomeSMS": "Hello, reply “Go!”"},
        {"welcome": "Hello.", "languageOptionSMS": "GO to begin, ES para español."},
        {"languageOption": "Para español"},
    ],
)
def test_a_welcome_that_names_a_word_to_begin_with_is_in_order(welcome: dict[str, str]) -> None:
    assert not [text for text in _found(**welcome, welcomeContinue="begin now, go") if "Continue" in text]


def test_a_word_to_begin_with_is_found_in_a_language_without_spaces() -> None:
    assert _found("ja-JP", welcome="始めるには「はい」と返信してください。", welcomeContinue="はい") == []


@pytest.mark.parametrize(
    ("texts", "form"),
    [
        ({"welcome": "Hello, press any key.", "welcomeSMS": "Hello. Good-bye."}, "text message"),
        ({"welcomeSMS": "Reply GO", "welcomeWhatsApp": "Tap the button."}, "WhatsApp message"),
    ],
)
def test_a_welcome_that_names_no_word_to_begin_with_is_warned_of(texts: dict[str, str], form: str) -> None:
    assert _found(**texts, welcomeContinue="go, start")[-1] == (
        f"warning: welcomeContinue: 'go' or 'start' begins the survey, and the welcome of a {form} "
        "does not say so"
    )
