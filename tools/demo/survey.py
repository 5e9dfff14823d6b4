"""``make demo``: surveys by SMS and by phone, a call through a Studio flow, and calls to a SIP domain."""

from __future__ import annotations

import io
import json
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dotenv import dotenv_values

from local.log_lines import Terminal
from local.platform import Platform
from local.template.parameters import SURVEY_NUMBER
from local.twilio.narration import narrate
from tools.demo.ivr_path import IvrDemo
from tools.demo.sip_router import SipDemo
from tools.phone.client import PhoneClient

if TYPE_CHECKING:
    from collections.abc import Callable

_TEXTER, _CALLER = "+12025550142", "+12025550173"
_LANGUAGE = "en-US"
_RESULT_SECONDS = 20.0


@dataclass(frozen=True)
class Manner:
    """How somebody answers questions.

    Parameters
    ----------
    rating
        To a question that takes a number.
    choice
        To a question that can be answered with yes; where it cannot, the first choice is made.
    opinion
        To any other question.
    """

    rating: str
    choice: str
    opinion: str

    def answer(self, question: dict[str, Any]) -> str:
        """Return what this person says to a question of survey-config.json."""
        if question["questionType"] == "dtmf":
            limits = question.get("range") or {}
            highest = int(limits.get("max", self.rating))
            return str(max(min(int(self.rating), highest), int(limits.get("min", 0))))
        choices = question.get("choices")
        if not choices:
            return self.opinion
        return self.choice if "yes" in choices else str(choices[0])


_ENGLISH = Manner(rating="5", choice="yes", opinion="Shorter waits in the afternoon")
_SPANISH = Manner(rating="4", choice="claro que sí", opinion="Más citas los sábados")


def main() -> int:
    """Run the demo on a platform of its own.

    Returns
    -------
    int
        The exit code: 0 if both surveys were completed and the path of the call recorded, else 1.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    with Platform(0, terminal=Terminal(quiet=True), watch=False) as platform:
        demo = Demo(platform)
        _title("A survey by SMS, in English")
        demo.text(_ENGLISH)
        _title("The same survey by phone, in Spanish")
        demo.call(_SPANISH)
        _title("What is left of them: one JSON file each, in S3")
        complete = [demo.show_result(phone) for phone in (_TEXTER, _CALLER)]
        _title("A call into a Studio flow, and the path it took")
        complete.append(IvrDemo(platform, demo.show).call())
        sip = SipDemo(platform, demo.show)
        _title("Three calls to a SIP domain")
        sip.call()
        _title("A change to its map, published")
        sip.change()
        _title("The same three calls")
        sip.call()
    return 0 if all(complete) else 1


class Demo:
    """Two people and a platform.

    Parameters
    ----------
    platform
        Running, and fresh.
    """

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._client = PhoneClient(platform.base_url)
        self._seen = 0
        self._questions: list[dict[str, Any]] = self._json("survey-config.json")["questions"]
        prompts = self._read(f"voice-prompts/survey-{_LANGUAGE}.env")
        self._prompts = {
            name: value or "" for name, value in dotenv_values(stream=io.StringIO(prompts)).items()
        }

    def text(self, manner: Manner) -> None:
        """Take the survey by SMS: hello, the word that continues, then an answer to each question."""

        def say(words: str) -> None:
            self._client.text(_TEXTER, SURVEY_NUMBER, words)
            self.show(_TEXTER)

        say("Hello")
        # Without such a word in the prompts, any reply goes on.
        say(self._prompts.get("welcomeContinue", "Go").partition(",")[0].strip().capitalize())
        for question in self._questions:
            say(manner.answer(question))

    def call(self, manner: Manner) -> None:
        """Take the survey by phone: nine for the other language, then an answer to each question."""
        call = self._client.call(_CALLER, SURVEY_NUMBER)
        self.show(_CALLER)
        answers = [
            ("press", "9"),
            *((_deed(question), manner.answer(question)) for question in self._questions),
        ]
        for deed, words in answers:
            if call["listening"] is None:
                break
            call = self._client.do(call["sid"], deed, **{"digits" if deed == "press" else "text": words})
            self.show(_CALLER)
        if call["listening"] is not None:
            self._client.do(call["sid"], "hangup")
            self.show(_CALLER)

    def show_result(self, phone: str) -> bool:
        """Print a result file once the survey is recorded as complete; False if it never is."""
        key = f"survey-results/{phone.removeprefix('+')}.json"
        result = _wait_for(lambda: self._completed(key))
        print(f"s3://{self._platform.bucket}/{key}")
        print(json.dumps(result or self._json(key), indent=2, ensure_ascii=False) + "\n")
        return result is not None

    def _completed(self, key: str) -> dict[str, Any] | None:
        try:
            result = self._json(key)
        except KeyError:
            return None
        return result if result.get("surveyStatus") == "COMPLETED" else None

    def _json(self, key: str) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self._read(key))
        return read

    def _read(self, key: str) -> str:
        """Return an object of the bucket as text; KeyError where there is none."""
        client = self._platform.aws.client("s3")
        try:
            body: bytes = client.get_object(Bucket=self._platform.bucket, Key=key)["Body"].read()
        except client.exceptions.NoSuchKey:
            raise KeyError(key) from None
        return body.decode()

    def show(self, phone: str) -> None:
        """Print what has happened on a phone since the last time."""
        found = self._client.events(self._seen, phone)
        self._seen = max(self._seen, int(found["last"]))
        for event in found["events"]:
            if text := narrate(event):
                print(text, flush=True)


def _deed(question: dict[str, Any]) -> str:
    return "press" if question["questionType"] == "dtmf" else "say"


def _wait_for(look: Callable[[], dict[str, Any] | None]) -> dict[str, Any] | None:
    until = time.monotonic() + _RESULT_SECONDS
    while (found := look()) is None and time.monotonic() < until:
        time.sleep(0.05)
    return found


def _title(text: str) -> None:
    print(f"\n── {text} {'─' * max(80 - len(text), 4)}\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
