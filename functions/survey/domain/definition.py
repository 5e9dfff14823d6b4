"""A survey as its files define it, ready to be asked in one language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

QuestionType = Literal["dtmf", "speech"]
Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a file that an operator wrote.

    ``line`` counts from 1; 0 means the file as a whole.
    """

    file: str
    line: int
    key: str
    text: str
    severity: Severity = "error"

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.key}: {self.text}" if self.key else f"{place}: {self.text}"


class UnusableError(Exception):
    """A survey cannot be asked now."""


class DefinitionError(UnusableError):
    """A survey's files cannot be used; ``problems`` says where and why."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


class MissingFileError(DefinitionError):
    """A survey's file does not exist."""

    def __init__(self, file: str) -> None:
        super().__init__((Problem(file, 0, "", "the file does not exist"),))
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
        ``"dtmf"``: digits, pressed or spoken; ``"speech"``: words.
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
    """The texts of a survey in one language; where a key is missing, a built-in default serves."""

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
        """The language attribute for Say and Gather."""
        return self.values.get("language") or self.language

    @property
    def offered_language(self) -> str:
        """Code of the other language that the welcome offers, or empty."""
        return self.values.get("languageOptionLanguage", "")


@dataclass(frozen=True, slots=True)
class Definition:
    """A survey's questions, and its texts in one language."""

    survey_id: str
    questions: tuple[Question, ...]
    prompts: Prompts

    def question(self, key: str) -> Question | None:
        """Return the question with this key, or None where the survey no longer has it."""
        return next((question for question in self.questions if question.key == key), None)

    def open_questions(self, answered: frozenset[str]) -> tuple[Question, ...]:
        """Return the questions whose keys are not among `answered`, in the order of the file."""
        return tuple(question for question in self.questions if question.key not in answered)
