"""Prompts as TwiML, and what it costs to load what answers a webhook."""

import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest

from local.lambda_runtime.environment import PROJECT_ROOT
from survey import twiml
from survey.domain.dialogue import Line, Listening, Prompt
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
    url = twiml.turn_url(entered(definition(), "voice"))
    assert url.startswith("/switchboard/voice/survey/answer?surveyId=default&session=")


def test_text_is_escaped_and_control_characters_are_left_out() -> None:
    prompt = Prompt(((Line('<b> & "x" \x07 ñ 😀', "en-US", ""),),))
    for reply in (twiml.written(prompt), twiml.spoken(prompt)):
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


def test_nothing_to_say_is_no_message() -> None:
    assert isinstance(twiml.written(Prompt(())).body, str)
    assert "<Message" not in str(twiml.written(Prompt(())).body)


def test_likely_words_are_hints() -> None:
    prompt = Prompt(
        ((Line("Again?", "en-US", ""),),),
        Listening(1, speech=True, language="en-US", hints=("yes", "of, course")),
    )
    document = ET.fromstring(str(twiml.spoken(prompt, "/next").body))
    gather = document.find("Gather")
    assert gather is not None
    assert gather.get("hints") == "yes, of  course"
    assert gather.get("speechTimeout") == "auto"


@pytest.mark.parametrize("module", ["sms_webhook", "voice_webhook", "call_status"])
def test_a_webhook_loads_nothing_slow_before_it_is_needed(module: str) -> None:
    code = f"import sys, survey.handlers.{module}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": f"{PROJECT_ROOT}/functions:{PROJECT_ROOT}/layers/switchboard/python"},
        capture_output=True,
        text=True,
        check=True,
    )
    slow = {"pydantic", "twilio.rest", "boto3", "botocore.client", "text_to_num", "dotenv", "requests"}
    assert slow & set(done.stdout.split()) == set()
