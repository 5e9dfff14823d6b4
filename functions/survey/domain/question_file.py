"""Read ``survey-config.json``: the questions of a survey.

The older form names questions and their types only::

    {"questions": [{"questionName": "questionServiceRate", "questionType": "dtmf"}]}

A question may add ``"range": {"min": 1, "max": 5}`` or ``"choices": ["yes", "no"]``. Other fields are
ignored.
"""

import json
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from survey.domain.definition import DefinitionError, Question, QuestionType
from switchboard.inputs.errors import WrongField
from switchboard.inputs.files import FileError, decode, read_json
from switchboard.inputs.forms import Pattern, WholeNumber
from switchboard.inputs.json_lines import lines_of
from switchboard.inputs.model import ConfigModel, camel_case

MOST_QUESTIONS: Final = 200
"""A session with every answer must fit into one DynamoDB item; see definition.MAX_ANSWERS_BYTES."""

Limit = Annotated[int, WholeNumber(0, 999_999_999, digits_as_text=False)]
Name = Annotated[
    str,
    Pattern(
        r"[^\s=#'\"\ud800-\udfff]{1,100}",
        "must be 1 to 100 characters without spaces, =, # and quotation marks",
        "Names the question, in results and in the prompt files.",
    ),
]
Choice = Annotated[
    str,
    Pattern(
        r"[^,=|\ud800-\udfff]{1,100}",
        "must be 1 to 100 characters without commas, = and |",
        "One of the answers that count.",
    ),
]


def _fold_case(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


def _check_choices(choices: tuple[str, ...]) -> tuple[str, ...]:
    if len({choice.casefold() for choice in choices}) < len(choices):
        raise ValueError("must name each choice once")
    return choices


class Range(ConfigModel):
    """The whole numbers that are accepted, both ends included."""

    min: Limit
    max: Limit

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.min > self.max:
            raise WrongField("min", "must not be greater than max")
        return self


class QuestionEntry(ConfigModel):
    """One question of the file."""

    question_name: Name
    question_type: Annotated[QuestionType, BeforeValidator(_fold_case)]
    range: Range | None = None
    choices: Annotated[
        tuple[Choice, ...], Field(min_length=2, max_length=50), AfterValidator(_check_choices)
    ] = ()

    @model_validator(mode="after")
    def _check_answers(self) -> Self:
        if self.range and self.choices:
            raise ValueError("must have a range or choices, not both")
        return self


class SurveyConfig(ConfigModel):
    """The file."""

    questions: tuple[QuestionEntry, ...] = Field(min_length=1, max_length=MOST_QUESTIONS)


KNOWN_FIELDS: Final = frozenset(map(camel_case, QuestionEntry.model_fields))


def parse(content: bytes, file: str) -> tuple[Question, ...]:
    """Return the questions in the order they are asked.

    Parameters
    ----------
    content : bytes
        The file, UTF-8 with or without a byte order mark.
    file : str
        Its name, for messages.

    Raises
    ------
    DefinitionError
        With every problem found, its line and its key (``questions[1].questionType``).
    """
    try:
        config = read_json(SurveyConfig, content, file)
    except FileError as error:
        raise DefinitionError(error.problems) from None
    asked: dict[str, int] = {}
    return tuple(_question(entry, asked) for entry in config.questions)


def questions_with_lines(content: bytes, file: str) -> list[tuple[dict[str, Any], int]]:
    """Return each question of a file that `parse` accepts, as written, with the line on which it begins."""
    text = decode(content, file)
    lines = lines_of(text)
    questions = json.loads(text)["questions"]
    return [(question, lines["questions", index]) for index, question in enumerate(questions)]


def _question(entry: QuestionEntry, asked: dict[str, int]) -> Question:
    name = entry.question_name
    times = asked[name] = asked.get(name, 0) + 1
    return Question(
        key=name if times == 1 else f"{name}#{times}",
        name=name,
        type=entry.question_type,
        minimum=entry.range.min if entry.range else None,
        maximum=entry.range.max if entry.range else None,
        choices=entry.choices,
    )
