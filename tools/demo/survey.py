"""The survey part of ``switchboard demo``: the survey of config-files/ by SMS and by phone, and results."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.template.parameters import SURVEY_NUMBER
from local.twilio.narration import narrate
from survey.domain import prompt_file
from tools.caller import Caller
from tools.phone.client import PhoneClient

if TYPE_CHECKING:
    from local.platform import Platform

TEXTER, CALLER, PATIENT = "+12025550142", "+12025550173", "+12025550187"
_FOLLOW_UP = "follow-up"
_PATIENT_DOES = (
    ("press", "1"),  # continues in English
    ("say", "yes"),
    ("press", "2"),  # a bad rating, which the recording follows
    ("say", "Nobody told me why I had to wait."),
    ("press", "#"),
    ("say", "forty five minutes"),
    ("say", "March fifth twenty thirty"),
)
_LANGUAGE = "en-US"
_RESULT_SECONDS = 20.0


@dataclass(frozen=True)
class Manner:
    """How a respondent answers questions.

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


ENGLISH = Manner(rating="5", choice="yes", opinion="Shorter waits in the afternoon")
SPANISH = Manner(rating="4", choice="claro que sí", opinion="Más citas los sábados")


class SurveyDemo:
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
        file = f"voice-prompts/survey-{_LANGUAGE}.env"
        entries, _ = prompt_file.entries(self._read(file).encode(), file)
        self._prompts = {entry.key: entry.value for entry in entries}

    def text(self, manner: Manner) -> None:
        """Take the survey by SMS: hello, the word that continues, then an answer to each question."""

        def say(words: str) -> None:
            self._client.text(TEXTER, SURVEY_NUMBER, words)
            self.show(TEXTER)

        for words in ("Hello", *self.replies(manner)):
            say(words)

    def replies(self, manner: Manner) -> list[str]:
        """Return what a person texts after the welcome: the word that continues, and all answers."""
        # Without such a word in the prompts, any reply goes on.
        continues = self._prompts.get("welcomeContinue", "Go").partition(",")[0].strip().capitalize()
        return [continues, *(manner.answer(question) for question in self._questions)]

    def call(self, manner: Manner) -> None:
        """Take the survey by phone: nine for the other language, then an answer to each question."""
        call = self._client.call(CALLER, SURVEY_NUMBER)
        self.show(CALLER)
        answers = [
            ("press", "9"),
            *((_deed(question), manner.answer(question)) for question in self._questions),
        ]
        for action, words in answers:
            if call["listening"] is None:
                break
            call = self._client.do(call["sid"], action, **{"digits" if action == "press" else "text": words})
            self.show(CALLER)
        if call["listening"] is not None:
            self._client.do(call["sid"], "hangup")
            self.show(CALLER)

    def follow_up(self) -> bool:
        """Be called by the follow-up survey, whose way depends on the answers, and have one recorded.

        Returns
        -------
        bool
            Whether the result has the transcription.
        """
        fields = {"To": PATIENT, "surveyId": _FOLLOW_UP, "name": "Ada", "clinic": "Riverside Clinic"}
        started = Caller(self._platform).key_post("/voice/initiate-call", fields, as_json=True).json()
        call = self._client.look(started["callSid"])
        self.show(PATIENT)
        for action, words in _PATIENT_DOES:
            if call["listening"] is None:
                break
            name = "digits" if action == "press" else "text"
            call = self._client.do(call["sid"], action, **({name: words} if words else {}))
            self.show(PATIENT)
        key = f"surveys/{_FOLLOW_UP}/survey-results/{PATIENT.removeprefix('+')}.json"
        self._platform.wait_until_idle(_RESULT_SECONDS)
        result = self._completed(key)
        questions = result["questions"] if result else []
        for answer in questions:
            print(f"  {answer['questionName']:<18} {answer['value']}")
        print()
        return any(answer.get("recordingSid") and answer["value"] for answer in questions)

    def show_result(self, phone: str) -> bool:
        """Print a result file once the survey is recorded as complete; False if it never is."""
        key = f"survey-results/{phone.removeprefix('+')}.json"
        self._platform.wait_until_idle(_RESULT_SECONDS)
        result = self._completed(key)
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
