"""A survey as its files define it, in one language.

========================================  ===============================================
``survey-config.json``                    the questions of the survey without an id
``voice-prompts/survey-<language>.env``   its texts, a file for each language
``surveys/<id>/…``                        the same files of every other survey
========================================  ===============================================
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from survey.domain.speech_languages import speech_language
from switchboard.inputs.files import FileProblem

QuestionType = Literal["dtmf", "speech"]
"""Names of the types of questions in survey-config.json; domain/question_types.py has a row for each."""

Medium = Literal["voice", "sms"]

DEFAULT_SURVEY: Final = "default"
"""The survey whose files are at the bucket's root."""

MAX_ANSWERS_BYTES: Final = 150_000
"""Bytes (UTF-8) that a survey's answers share evenly, so that a session fits into one DynamoDB item (400 KB).

1,000 characters of any script up to 37 questions, 750 bytes with 200. Names and figures come on top, and the
result of a session that this one replaced (turns.MAX_SUPERSEDED_BYTES)."""

_SURVEY_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


def is_survey_id(text: str) -> bool:
    """Tell whether a text may name a survey: letters, digits, ``_`` and ``-``, at most 64."""
    return _SURVEY_ID.fullmatch(text) is not None


def is_language(text: str) -> bool:
    """Tell whether a text looks like a BCP 47 language code, such as ``es-MX``."""
    return _LANGUAGE.fullmatch(text) is not None


def truncate_answer(text: str, questions: int) -> str:
    """Return the part of an answer that is stored in a survey with so many questions."""
    share = MAX_ANSWERS_BYTES // max(questions, 1)
    return text.encode()[:share].decode(errors="ignore").rstrip()


def survey_folder(survey_id: str) -> str:
    """Return the prefix that a survey's files have in the bucket."""
    return "" if survey_id == DEFAULT_SURVEY else f"surveys/{survey_id}/"


def config_file_name(survey_id: str) -> str:
    """Return the key of a survey's questions in the bucket."""
    return f"{survey_folder(survey_id)}survey-config.json"


def prompt_file_name(survey_id: str, language: str) -> str:
    """Return the key of a survey's texts in one language in the bucket."""
    return f"{survey_folder(survey_id)}voice-prompts/survey-{language}.env"


@dataclass(frozen=True, slots=True)
class SurveyRef:
    """A survey, and the language to begin it in."""

    survey_id: str
    language: str


class UnusableError(Exception):
    """A survey cannot be asked now.

    ``prompts`` are the texts of the prompt file if it can be read: its apology is said then.
    """

    prompts: "Prompts | None" = None


class DefinitionUnavailableError(UnusableError):
    """A survey's files cannot be read now, and no earlier version is in memory."""


class DefinitionError(UnusableError):
    """A survey's files cannot be used; ``problems`` are the reasons."""

    def __init__(self, problems: tuple[FileProblem, ...]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


class MissingFileError(DefinitionError):
    """A survey's file does not exist."""

    def __init__(self, file: str) -> None:
        super().__init__((FileProblem(file, 0, "", "the file does not exist"),))
        self.file = file


@dataclass(frozen=True, slots=True)
class Question:
    """One question and the answers it takes.

    Parameters
    ----------
    key : str
        Unique in the survey: the name, or ``name#2`` where a name is asked a second time.
    name : str
        The questionName; the prompt files have its text under this key.
    type : str
        ``"dtmf"``: digits, pressed or spoken; ``"speech"``: words. See domain/question_types.py.
    minimum, maximum : int or None
        Accepted range, both ends included.
    choices : tuple of str
        Accepted values; empty for any.
    """

    key: str
    name: str
    type: QuestionType
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prompts:
    """The texts of a survey in one language, and built-in texts for keys that the file does not have."""

    language: str
    values: Mapping[str, str]
    defaults: Mapping[str, str] = field(default_factory=dict)

    def text(self, key: str, medium: str = "") -> str:
        """Return the text under `key`, else its default, else the empty string.

        For the medium "sms" a key with the ending ``SMS`` comes first (``welcomeSMS`` before ``welcome``).
        """
        written = self.values.get(f"{key}SMS") if medium == "sms" else None
        return written or self.values.get(key) or self.defaults.get(key, "")

    @property
    def spoken_language(self) -> str:
        """The language attribute of Say."""
        return self.values.get("language") or self.language

    @property
    def speech_language(self) -> str:
        """The language attribute of Gather; empty if Twilio recognises no speech in this language."""
        return self.values.get("speechLanguage") or speech_language(self.spoken_language)

    @property
    def offered_language(self) -> str:
        """Code of the other language that the welcome offers, or empty."""
        return self.values.get("languageOptionLanguage", "")

    @property
    def offers_language(self) -> bool:
        """Whether callers are offered another language before the survey begins."""
        has_text = self.text("languageOption") or self.text("languageOptionLanguageName")
        return bool(self.offered_language and has_text)


@dataclass(frozen=True, slots=True)
class Definition:
    """A survey's questions, and its texts in one language.

    ``offered`` are the texts of the language that the welcome offers; None if it offers none, or that
    language's file cannot be used.
    """

    survey_id: str
    questions: tuple[Question, ...]
    prompts: Prompts
    offered: Prompts | None = None

    def in_language(self, language: str) -> "Definition":
        """Return the survey in the offered language if that is the one asked for, else as it is."""
        if self.offered is None or language != self.offered.language:
            return self
        return Definition(self.survey_id, self.questions, self.offered)

    def truncate(self, answer: str) -> str:
        """Return the part of an answer that is stored."""
        return truncate_answer(answer, len(self.questions))

    def question(self, key: str) -> Question | None:
        """Return the question with this key; None if the survey no longer has it."""
        return next((question for question in self.questions if question.key == key), None)

    def first_open_question(self, answered: frozenset[str]) -> Question | None:
        """Return the next question to ask; None if all are answered."""
        return next(iter(self.open_questions(answered)), None)

    def open_questions(self, answered: frozenset[str]) -> tuple[Question, ...]:
        """Return the questions whose keys are not among `answered`, in the order of the file."""
        return tuple(question for question in self.questions if question.key not in answered)
