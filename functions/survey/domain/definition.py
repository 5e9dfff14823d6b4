"""A survey as its files define it, in one language.

========================================  ===============================================
``survey-config.json``                    the questions of the survey without an id
``voice-prompts/survey-<language>.env``   its texts, a file for each language
``surveys/<id>/…``                        the same files of every other survey
========================================  ===============================================
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from survey.domain.branching.conditions import Condition, Jump
from survey.domain.branching.order import shuffled
from survey.domain.rules import Rules
from survey.domain.speech_languages import speech_language
from switchboard.inputs.files import FileProblem

QuestionType = Literal[
    "dtmf", "speech", "choice", "yesno", "rating", "number", "date", "text", "recording", "multichoice"
]
"""Names of the types of questions in survey-config.json; domain/question_types.py has a row for each."""

Medium = Literal["voice", "sms", "whatsapp"]

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
    """A survey, and the language to begin it in.

    ``offers`` tells whether its other languages may be offered: not amid the questions, where reading them
    would only keep the respondent waiting.
    """

    survey_id: str
    language: str
    offers: bool = True

    def without_offers(self) -> "SurveyRef":
        """Return the same survey and language, where no other language is offered any more."""
        return replace(self, offers=False)


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
    fewest, most : int or None
        Characters of a ``text``, or choices of a ``multichoice``.
    decimals : int
        Digits after the decimal point that a ``number`` may have.
    unit : str
        What a ``number`` counts; the prompt files have its words.
    seconds : int
        The longest ``recording``.
    transcribe : bool or None
        Whether a ``recording`` is transcribed; None if its language can be.
    lists_choices : bool
        Whether the choices are said after the question, with the keys or numbers that stand for them.
    random_choices : tuple of str
        Choices whose order differs by respondent.
    shown : tuple of str
        The choices in the order in which this respondent hears or reads them; empty for that of `choices`.
    show_if : Condition or None
        The question is asked only if it holds.
    jumps : tuple of Jump
        Where the survey continues after the answer: the first whose condition holds.
    """

    key: str
    name: str
    type: QuestionType
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[str, ...] = ()
    fewest: int | None = None
    most: int | None = None
    decimals: int = 0
    unit: str = ""
    seconds: int = 60
    transcribe: bool | None = None
    lists_choices: bool = False
    random_choices: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    show_if: Condition | None = None
    jumps: tuple[Jump, ...] = ()

    @property
    def choices_in_order(self) -> tuple[str, ...]:
        """The choices in the order in which they are said, by which a number stands for one of them."""
        return self.shown or self.choices

    def for_respondent(self, seed: str) -> "Question":
        """Return the question with the order of choices that `seed` (survey and respondent) stands for."""
        if not self.random_choices:
            return self
        return replace(self, shown=shuffled(self.choices, self.random_choices, f"{seed}/{self.key}"))


@dataclass(frozen=True, slots=True)
class Prompts:
    """The texts of a survey in one language, and built-in texts for keys that the file does not have.

    ``placeholders`` is what ``{name}`` stands for where a respondent has no field of that name.
    """

    language: str
    values: Mapping[str, str]
    defaults: Mapping[str, str] = field(default_factory=dict)
    placeholders: Mapping[str, str] = field(default_factory=dict)

    def text(self, key: str, medium: str = "") -> str:
        """Return the text under `key`, else its default, else the empty string.

        For the medium "sms" a key with the ending ``SMS`` comes first (``welcomeSMS`` before ``welcome``),
        for "whatsapp" one with the ending ``WhatsApp``, then one with ``SMS``.
        """
        keys = {"sms": (f"{key}SMS", key), "whatsapp": (f"{key}WhatsApp", f"{key}SMS", key)}.get(
            medium, (key,)
        )
        for texts in (self.values, self.defaults):
            for one in keys:
                if text := texts.get(one):
                    return text
        return ""

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

    @property
    def listed_languages(self) -> tuple[str, ...]:
        """Codes of all languages that the welcome lists by number, where there are more than two."""
        codes = (code.strip() for code in self.values.get("languageOptions", "").split(","))
        return tuple(dict.fromkeys(code for code in codes if code))


@dataclass(frozen=True, slots=True)
class Definition:
    """A survey's questions, and its texts in one language.

    ``offered`` are the texts of the language that the welcome offers; None if it offers none, or that
    language's file cannot be used. ``listed`` are those of all languages that the welcome lists by number,
    this one included; a language whose file cannot be used is left out.
    """

    survey_id: str
    questions: tuple[Question, ...]
    prompts: Prompts
    offered: Prompts | None = None
    listed: tuple[Prompts, ...] = ()
    rules: Rules = field(default_factory=Rules)

    def in_language(self, language: str) -> "Definition":
        """Return the survey in the offered language if that is the one asked for, else as it is."""
        if language == self.prompts.language:
            return self
        for prompts in (self.offered, *self.listed):
            if prompts is not None and prompts.language == language:
                return Definition(self.survey_id, self.questions, prompts, rules=self.rules)
        return self

    def for_respondent(self, respondent: str) -> "Definition":
        """Return the survey with the order of questions and choices that this respondent gets."""
        seed = f"{self.survey_id}/{respondent}"
        questions = self.questions
        if self.rules.random_questions:
            by_key = {question.key: question for question in questions}
            keys = shuffled(tuple(by_key), self.rules.random_questions, seed)
            questions = tuple(by_key[key] for key in keys)
        elif not any(question.random_choices for question in questions):
            return self
        return replace(self, questions=tuple(question.for_respondent(seed) for question in questions))

    @property
    def branches(self) -> bool:
        """Whether answers decide which questions are asked."""
        return any(question.show_if or question.jumps for question in self.questions)

    def truncate(self, answer: str) -> str:
        """Return the part of an answer that is stored."""
        return truncate_answer(answer, len(self.questions))

    def question(self, key: str) -> Question | None:
        """Return the question with this key; None if the survey no longer has it."""
        return next((question for question in self.questions if question.key == key), None)
