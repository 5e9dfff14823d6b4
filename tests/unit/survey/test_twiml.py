"""Prompts as TwiML, and what it costs to load what answers a webhook."""

import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest

from local.lambda_runtime.environment import PROJECT_ROOT
from survey.domain.definition import Definition, Prompts, Question
from survey.domain.dialogue import MAX_MESSAGE_UNITS, Line, Prompt, message_units, prompt
from survey.handlers.sms_webhook import sms_reply
from survey.handlers.voice_webhook import answer_url, voice_reply
from switchboard.settings import clear_settings
from tests.data.surveys import definition, entered


@pytest.fixture
def mapped(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A deployment behind a custom domain with a path mapping."""
    monkeypatch.setenv("PUBLIC_BASE_URL", "https://voice.example.com/switchboard")
    clear_settings()
    yield
    clear_settings()


@pytest.mark.usefixtures("mapped")
def test_a_path_mapping_is_part_of_the_urls_in_twiml() -> None:
    url = answer_url(entered(definition(), "voice"))
    assert url.startswith("/switchboard/voice/survey/answer?surveyId=default&session=")


def test_text_is_escaped_and_control_characters_are_left_out() -> None:
    prompt = Prompt(((Line('<b> & "x" \x07 ñ 😀', "en-US", ""),),))
    for reply in (sms_reply(prompt), voice_reply(prompt)):
        assert reply.headers["content-type"] == "text/xml; charset=utf-8"
        assert isinstance(reply.body, str)
        document = ET.fromstring(reply.body)
        assert document[0].text == '<b> & "x"  ñ 😀'


def test_a_message_keeps_its_end_within_1600_characters() -> None:
    def line(text: str) -> tuple[Line, ...]:
        return (Line(text, "en-US", ""),)

    assert Prompt((line("a" * 1000), line("b" * 700))).message == "b" * 700
    assert Prompt((line("a" * 800), line("b" * 700))).message == "a" * 800 + "\n\n" + "b" * 700
    assert Prompt((line("a" * 2000),)).message == "a" * 1599 + "…"


def test_an_empty_prompt_sends_no_message() -> None:
    assert isinstance(sms_reply(Prompt(())).body, str)
    assert "<Message" not in str(sms_reply(Prompt(())).body)


def _gather(prompts: dict[str, str], question: Question, language: str = "en-US") -> ET.Element:
    survey = Definition("default", (question,), Prompts(language, {question.name: "?", **prompts}))
    session = entered(survey, "voice")
    document = ET.fromstring(str(voice_reply(prompt(session, survey, "voice"), session).body))
    gather = document.find("Gather")
    assert gather is not None
    return gather


def test_likely_words_are_hints() -> None:
    question = Question("again", "again", "speech", choices=("yes", "no"))
    gather = _gather({"againChoices": f"yes=of   course|{'y' * 101}|{'x' * 100}"}, question)
    assert gather.get("hints") == f"of course, {'x' * 100}, no"
    assert gather.get("speechTimeout") == "auto"


def test_gather_takes_500_hints_and_no_more() -> None:
    question = Question("again", "again", "speech", choices=("yes", "no"))
    gather = _gather({"againChoices": "yes=" + "|".join(f"w{number}" for number in range(600))}, question)
    assert str(gather.get("hints")).count(",") == 499


@pytest.mark.parametrize(
    ("language", "prompts", "listens"),
    [
        ("en-US", {}, "en-US"),
        ("es", {"language": "es-MX"}, "es-MX"),
        ("zh-CN", {}, "cmn-Hans-CN"),
        ("zh-HK", {}, "yue-Hant-HK"),
        ("de-AT", {}, "de-DE"),
        ("cy-GB", {"speechLanguage": "en-GB"}, "en-GB"),
        ("cy-GB", {}, None),
    ],
)
def test_gather_listens_in_a_language_that_it_knows(
    language: str, prompts: dict[str, str], listens: str | None
) -> None:
    gather = _gather(prompts, Question("rate", "rate", "dtmf"), language)
    assert gather.get("language") == listens
    assert gather.get("input") == ("dtmf speech" if listens else "dtmf")


def test_a_message_is_cut_by_utf_16_code_units() -> None:
    message = Prompt(((Line("😀" * 1000, "en-US", ""),),)).message
    assert message == "😀" * 799 + "…"
    assert message_units(message) <= MAX_MESSAGE_UNITS


@pytest.mark.parametrize("module", ["sms_webhook", "voice_webhook", "call_status"])
def test_a_webhook_imports_neither_twilio_rest_nor_requests(module: str) -> None:
    code = f"import sys, survey.handlers.{module}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": f"{PROJECT_ROOT}/functions:{PROJECT_ROOT}/layers/switchboard/python"},
        capture_output=True,
        text=True,
        check=True,
    )
    slow = {"twilio.rest", "requests"}
    assert slow & set(done.stdout.split()) == set()
