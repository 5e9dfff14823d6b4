"""Types of questions, as one table.

A new type is a name in `definition.QuestionType` and a row in `question_type`; mypy reports a missing row.
How its answers are read is its form, in domain/forms/.
"""

from dataclasses import dataclass
from typing import Final, assert_never

from survey.domain.answers import Reply
from survey.domain.definition import Medium, Prompts, Question, QuestionType
from survey.domain.forms import numbers
from survey.domain.forms.choices import CHOICE, CHOICES, YES_OR_NO, accepted_words, choice_words
from survey.domain.forms.dates import DATE
from survey.domain.forms.form import (
    MAX_HINT_CHARACTERS,
    MAX_HINTS,
    AnswerForm,
    GatherOptions,
    Option,
    RecordOptions,
    TypedValue,
    fill,
    hints,
    number_words,
)
from survey.domain.forms.words import RECORDING, TEXT, WORDS

__all__ = [
    "MAX_HINTS",
    "MAX_HINT_CHARACTERS",
    "GatherOptions",
    "Option",
    "RecordOptions",
    "accepted_words",
    "as_number",
    "ask",
    "check",
    "choice_words",
    "explain",
    "fill",
    "hints",
    "listen",
    "number_words",
    "options",
    "question_type",
    "typed_value",
]


@dataclass(frozen=True, slots=True)
class TypeRow:
    """One type of questions.

    Attributes
    ----------
    form : AnswerForm
        The form of answers.
    takes_choices, takes_range : bool
        Whether a question of this type may have choices, or a range (a scale is one).
    adapts : bool
        Whether choices or a range change the form: they are optional additions to the older types.
    lists_choices : bool
        Whether the choices are listed after the question unless the file says otherwise.
    is_numeric : bool
        Whether an answer that is a number is stored as one, also as the ``answer`` in the result file.
    compares : str
        What conditions compare its answers with.
    """

    form: AnswerForm
    takes_choices: bool = False
    takes_range: bool = False
    adapts: bool = False
    lists_choices: bool = False
    is_numeric: bool = False
    compares: str = "text"


def question_type(name: QuestionType) -> TypeRow:  # noqa: C901, PLR0911  # a row each
    """Return the row of a type."""
    match name:
        case "dtmf":
            return _DTMF
        case "speech":
            return _SPEECH
        case "choice":
            return _CHOICE
        case "yesno":
            return _YES_NO
        case "rating":
            return _RATING
        case "number":
            return _NUMBER
        case "date":
            return _DATE
        case "text":
            return _TEXT
        case "recording":
            return _RECORDING
        case "multichoice":
            return _MULTICHOICE
        case _:
            assert_never(name)


def ask(question: Question, prompts: Prompts, medium: Medium) -> str:
    """Return the question as it is asked: its text, and its choices where it lists them."""
    text = prompts.text(question.name, medium)
    shown = options(question, prompts)
    if medium == "voice":
        lines = [_option(option, prompts.text("choiceOption")) for option in shown]
        return " ".join((text, *lines))
    return "\n".join((text, *(_option(option, prompts.text("choiceLine", medium)) for option in shown)))


def options(question: Question, prompts: Prompts) -> tuple[Option, ...]:
    """Return the choices that are listed after a question; none where it lists none."""
    return tuple(_form(question).options(question, prompts)) if question.lists_choices else ()


def check(question: Question, reply: Reply, prompts: Prompts) -> str | None:
    """Return the answer to record, or None if the reply does not answer the question.

    With choices it is the choice's value, found by its value, its words in this language or its position;
    with a range, the number in digits. Other ``dtmf`` questions take digits by phone (spoken numbers count),
    and any text by SMS (a spelled-out number becomes digits); other ``speech`` questions take any words.
    """
    has_content = bool(reply.recording or reply.cleaned().text)
    return _form(question).check(question, reply, prompts) if has_content else None


def explain(question: Question, prompts: Prompts, medium: Medium) -> str:
    """Return what a respondent is told whose reply did not answer the question; empty in some languages."""
    return _form(question).explain(question, prompts, medium)


def listen(question: Question, prompts: Prompts) -> GatherOptions | RecordOptions:
    """Return what a phone listens for after the question."""
    return _form(question).listen(question, prompts)


def as_number(question: Question | None, answer: str) -> float | None:
    """Return an answer as a number if the question asks for one and the answer is one.

    >>> as_number(Question("rate", "rate", "dtmf"), "4"), as_number(Question("why", "why", "speech"), "4")
    (4, None)
    """
    if question is None or not question_type(question.type).is_numeric:
        return None
    return numbers.as_number(answer)


def typed_value(question: Question | None, answer: str) -> tuple[float | None, TypedValue]:
    """Return an answer `as_number`, and its typed value where that is neither this nor the answer's text.

    >>> typed_value(Question("again", "again", "yesno"), "yes")
    (None, True)
    """
    return (None, None) if question is None else (as_number(question, answer), _form(question).typed(answer))


def _option(option: Option, template: str) -> str:
    if not option.number:
        return option.words
    return fill(template, number=option.number, choice=option.words)


def _form(question: Question) -> AnswerForm:
    row = question_type(question.type)
    if row.adapts and question.choices:
        return CHOICE
    if row.adapts and (question.minimum is not None or question.maximum is not None):
        return numbers.RANGE
    return row.form


_DTMF: Final = TypeRow(
    numbers.DIGITS, takes_choices=True, takes_range=True, adapts=True, is_numeric=True, compares="number"
)
_SPEECH: Final = TypeRow(WORDS, takes_choices=True, takes_range=True, adapts=True)
_CHOICE: Final = TypeRow(CHOICE, takes_choices=True, lists_choices=True, compares="choice")
_YES_NO: Final = TypeRow(YES_OR_NO, compares="truth")
_RATING: Final = TypeRow(numbers.RATING, takes_range=True, lists_choices=True, compares="number")
_NUMBER: Final = TypeRow(numbers.AMOUNT, takes_range=True, compares="number")
_DATE: Final = TypeRow(DATE, compares="date")
_TEXT: Final = TypeRow(TEXT)
_RECORDING: Final = TypeRow(RECORDING, compares="nothing")
_MULTICHOICE: Final = TypeRow(CHOICES, takes_choices=True, lists_choices=True, compares="choices")
