"""Types of questions: how a reply is checked, how a wrong one is explained, what a phone listens for.

A new type is a name in `definition.QuestionType` and a row in `question_type`; mypy reports a missing row.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, assert_never

from survey.domain.answers import Reply
from survey.domain.definition import Medium, Prompts, Question, QuestionType
from survey.domain.language.matching import matches, mentions
from survey.domain.language.numbers import in_digits, number_in
from survey.domain.language.spelling import plain_digits, without_punctuation

MAX_HINTS: Final = 500
MAX_HINT_CHARACTERS: Final = 100
"""Hints that a Gather takes, and the length of each (https://www.twilio.com/docs/api/errors/13330)."""

_NUMBER: Final = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,9})?")


@dataclass(frozen=True, slots=True)
class Listening:
    """What Gather listens for: up to ``digits`` keys (0: none), and speech in ``language`` (empty: none)."""

    digits: int
    language: str
    hints: tuple[str, ...] = ()


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
    """

    check: Callable[[Question, Reply, Prompts], str | None]
    explain: Callable[[Question, Prompts, Medium], str]
    listen: Callable[[Question, Prompts], Listening]


@dataclass(frozen=True, slots=True)
class TypeRow:
    """One type of questions.

    Attributes
    ----------
    form : AnswerForm
        The form of answers to a question without choices and without a range.
    is_numeric : bool
        Whether an answer that is a number is stored as one.
    """

    form: AnswerForm
    is_numeric: bool


def question_type(name: QuestionType) -> TypeRow:
    """Return the row of a type."""
    match name:
        case "dtmf":
            return _DTMF
        case "speech":
            return _SPEECH
        case _:
            assert_never(name)


def check(question: Question, reply: Reply, prompts: Prompts) -> str | None:
    """Return the answer to record, or None if the reply does not answer the question.

    With choices it is the choice's value, found by its value, its words in this language or its position;
    with a range, the number in digits. Other ``dtmf`` questions take digits by phone (spoken numbers count),
    and any text by SMS (a spelled-out number becomes digits); other ``speech`` questions take any words.
    """
    return _form(question).check(question, reply, prompts) if reply.cleaned().text else None


def explain(question: Question, prompts: Prompts, medium: Medium) -> str:
    """Return what a respondent is told whose reply did not answer the question; empty in some languages."""
    return _form(question).explain(question, prompts, medium)


def listen(question: Question, prompts: Prompts) -> Listening:
    """Return what a phone listens for after the question."""
    return _form(question).listen(question, prompts)


def as_number(question: Question | None, answer: str) -> float | None:
    """Return an answer as a number if the question asks for one and the answer is one.

    >>> as_number(Question("rate", "rate", "dtmf"), "4"), as_number(Question("why", "why", "speech"), "4")
    (4, None)
    """
    if question is None or not question_type(question.type).is_numeric or not _NUMBER.fullmatch(answer):
        return None
    return float(answer) if "." in answer else int(answer)


def choice_words(question: Question, prompts: Prompts) -> Mapping[str, tuple[str, ...]]:
    """Return the words for each choice in this language; explanations name the first.

    The prompt key ``<questionName>Choices`` states them: ``yes=sí|claro,no=no|nunca``. A choice that it
    leaves out has its own value as its only word.
    """
    words: dict[str, tuple[str, ...]] = {choice: (choice,) for choice in question.choices}
    for entry in prompts.text(f"{question.name}Choices").split(","):
        choice, separator, spoken = entry.partition("=")
        given = tuple(word.strip() for word in spoken.split("|") if word.strip())
        if separator and given and choice.strip() in words:
            words[choice.strip()] = given
    return words


def accepted_words(question: Question, prompts: Prompts) -> Mapping[str, tuple[str, ...]]:
    """Return the words by which each choice is recognised in this language: the choice's value is one more.

    It is none if it is a word for another choice: in Czech, "no" may stand for yes.
    """
    spoken = choice_words(question, prompts)
    taken = {word for words in spoken.values() for word in words}
    return {choice: words if choice in taken else (*words, choice) for choice, words in spoken.items()}


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


def hints(words: Iterable[str]) -> tuple[str, ...]:
    """Return the words that Gather takes as hints; a comma would divide one of them into two."""
    spoken = (" ".join(word.replace(",", " ").split()) for word in words)
    return tuple(word for word in dict.fromkeys(spoken) if 0 < len(word) <= MAX_HINT_CHARACTERS)[:MAX_HINTS]


def _form(question: Question) -> AnswerForm:
    if question.choices:
        return _CHOICE
    if question.minimum is not None or question.maximum is not None:
        return _RANGE
    return question_type(question.type).form


def _check_choice(question: Question, reply: Reply, prompts: Prompts) -> str | None:
    words = accepted_words(question, prompts)
    found = matches(reply.text, words, prompts.language)
    are_digits = (plain_digits(word).isdigit() for spoken in words.values() for word in spoken)
    if not found and not any(are_digits):
        position = number_in(reply.text, prompts.language, number_words(prompts))
        if position is not None:
            return question.choices[position - 1] if 1 <= position <= len(question.choices) else None
    found = found or mentions(reply.text, words, prompts.language)
    return found[0] if len(found) == 1 else None


def _explain_choice(question: Question, prompts: Prompts, medium: Medium) -> str:
    spoken = choice_words(question, prompts)
    choices = ", ".join(spoken[choice][0] for choice in question.choices)
    return prompts.text("wrongAnswerChoices", medium).replace("{choices}", choices)


def _listen_for_choice(question: Question, prompts: Prompts) -> Listening:
    language = prompts.speech_language
    words = (word for spoken in choice_words(question, prompts).values() for word in spoken)
    # A choice is keyed in by its value if that is a number, else by its position.
    keys = [choice for choice in question.choices if choice.isdecimal()] or [str(len(question.choices))]
    return Listening(max(map(len, keys)), language, hints(words) if language else ())


def _check_range(question: Question, reply: Reply, prompts: Prompts) -> str | None:
    text = reply.cleaned().text
    number = number_in(text, prompts.language, number_words(prompts), question.maximum)
    return str(number) if number is not None and _is_within(number, question) else None


def _is_within(number: int, question: Question) -> bool:
    return (question.minimum is None or number >= question.minimum) and (
        question.maximum is None or number <= question.maximum
    )


def _explain_range(question: Question, prompts: Prompts, medium: Medium) -> str:
    text = prompts.text("wrongAnswerRange", medium).replace("{min}", str(question.minimum))
    return text.replace("{max}", str(question.maximum))


def _listen_for_range(question: Question, prompts: Prompts) -> Listening:
    return Listening(len(str(question.maximum)), prompts.speech_language)


def _check_digits(_question: Question, reply: Reply, prompts: Prompts) -> str | None:
    text = reply.cleaned().text
    if reply.source == "dtmf":
        return text if text.isascii() and text.isdigit() else None
    if reply.source == "speech":
        number = number_in(text, prompts.language, number_words(prompts))
        return None if number is None else str(number)
    plain = plain_digits(text).strip(" .!")
    if _NUMBER.fullmatch(plain):
        return plain
    if any(character.isdigit() for character in text):
        return text
    digits = without_punctuation(in_digits(text, prompts.language))
    return digits if digits.isdigit() else text


_CHOICE: Final = AnswerForm(_check_choice, _explain_choice, _listen_for_choice)
_RANGE: Final = AnswerForm(_check_range, _explain_range, _listen_for_range)
_DIGITS: Final = AnswerForm(
    _check_digits,
    lambda _question, prompts, medium: prompts.text("wrongAnswerNumber", medium),
    lambda _question, prompts: Listening(1, prompts.speech_language),
)
_WORDS: Final = AnswerForm(
    lambda _question, reply, _prompts: reply.cleaned().text,
    lambda _question, prompts, medium: prompts.text("wrongAnswerText", medium),
    # If Twilio recognises no speech in the language, a caller can only answer with a key.
    lambda _question, prompts: Listening(0 if prompts.speech_language else 1, prompts.speech_language),
)

_DTMF: Final = TypeRow(form=_DIGITS, is_numeric=True)
_SPEECH: Final = TypeRow(form=_WORDS, is_numeric=False)
