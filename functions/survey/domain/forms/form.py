"""The interface of answer forms: how a reply is read, how a question is asked, how a phone listens."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from survey.domain.answers import Reply
from survey.domain.definition import Medium, Prompts, Question

MAX_HINTS: Final = 500
MAX_HINT_CHARACTERS: Final = 100
"""Hints that a Gather takes, and the length of each (https://www.twilio.com/docs/api/errors/13330)."""

TypedValue: TypeAlias = bool | float | tuple[str, ...] | None
"""The typed value of an answer; None where it is the answer's text."""


@dataclass(frozen=True, slots=True)
class GatherOptions:
    """What Gather listens for: up to ``digits`` keys (0: none), and speech in ``language`` (empty: none)."""

    digits: int
    language: str
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordOptions:
    """What Record records: up to so many seconds, and whether Twilio transcribes it."""

    seconds: int
    transcribe: bool


@dataclass(frozen=True, slots=True)
class Option:
    """A choice as it is offered: the number or key that stands for it (or nothing), and its first word."""

    number: str
    words: str


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """The form of a question's answers.

    Attributes
    ----------
    check : callable
        Returns the answer to record, or None if the reply, which is not empty, does not answer the question.
    explain : callable
        Returns what a respondent is told whose reply did not answer the question.
    listen : callable
        Returns what a phone listens for.
    options : callable
        Returns the choices that are listed after the question where it lists them.
    typed : callable
        Returns the typed value of a recorded answer; None where that is its text.
    """

    check: Callable[[Question, Reply, Prompts], str | None]
    explain: Callable[[Question, Prompts, Medium], str]
    listen: Callable[[Question, Prompts], GatherOptions | RecordOptions]
    options: Callable[[Question, Prompts], Sequence[Option]] = lambda _question, _prompts: ()
    typed: Callable[[str], TypedValue] = lambda _answer: None


def hints(words: Iterable[str]) -> tuple[str, ...]:
    """Return the words that Gather takes as hints; a comma would divide one of them into two."""
    spoken = (" ".join(word.replace(",", " ").split()) for word in words)
    return tuple(word for word in dict.fromkeys(spoken) if 0 < len(word) <= MAX_HINT_CHARACTERS)[:MAX_HINTS]


def number_words(prompts: Prompts) -> Mapping[int, tuple[str, ...]]:
    """Return the words that stand for numbers in this language beyond those that text2num knows.

    The prompt key ``numberWords`` states them: ``to=2,too=2``.
    """
    words: dict[int, tuple[str, ...]] = {}
    for entry in prompts.text("numberWords").split(","):
        word, _, number = entry.partition("=")
        if number.strip().isascii() and number.strip().isdigit():
            words[int(number)] = (*words.get(int(number), ()), word.strip())
    return words


def fill(text: str, **values: object) -> str:
    """Return a text with ``{name}`` replaced by each of the values."""
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text
