"""Read ``survey-config.json``: the questions of a survey.

The older form names questions and their types only::

    {"questions": [{"questionName": "questionServiceRate", "questionType": "dtmf"}]}

A question may add ``"range": {"min": 1, "max": 5}`` or ``"choices": ["yes", "no"]``. Others are ignored.
"""

import json
import re
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from survey.domain.definition import DefinitionError, Problem, Question

MOST_QUESTIONS: Final = 200
"""A session with every answer must fit into one DynamoDB item; see answers.ANSWERS_BYTES."""

KNOWN_FIELDS: Final = frozenset({"questionName", "questionType", "range", "choices"})

_SPACE: Final = re.compile(r"[ \t\n\r]*")
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_SCALAR: Final = re.compile(r"[^\s,\]}]+")

Path = tuple[str | int, ...]

_Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\s=#'\"]+$")
]
_Type = Annotated[
    Literal["dtmf", "speech"],
    BeforeValidator(lambda value: value.strip().lower() if isinstance(value, str) else value),
]
_Choice = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^,=|]+$")
]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Range(_Model):
    min: int = Field(ge=0, le=999_999_999, strict=True)
    max: int = Field(ge=0, le=999_999_999, strict=True)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min > self.max:
            message = f"min {self.min} is greater than max {self.max}"
            raise ValueError(message)
        return self


class _Question(_Model):
    question_name: _Name = Field(alias="questionName")
    question_type: _Type = Field(alias="questionType")
    range: _Range | None = None
    choices: tuple[_Choice, ...] | None = Field(default=None, min_length=2, max_length=50)

    @model_validator(mode="after")
    def _one_kind_of_answer(self) -> Self:
        if self.range is not None and self.choices is not None:
            message = "a question has a range or choices, not both"
            raise ValueError(message)
        if self.choices is not None and len({choice.casefold() for choice in self.choices}) < len(
            self.choices
        ):
            message = "two choices are the same"
            raise ValueError(message)
        return self


class _Config(_Model):
    questions: tuple[_Question, ...] = Field(min_length=1, max_length=MOST_QUESTIONS)


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
    text = _decoded(content, file)
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise DefinitionError((Problem(file, error.lineno, "", f"not JSON: {error.msg}"),)) from None
    except RecursionError:
        raise DefinitionError((Problem(file, 0, "", "not JSON: nested too deeply"),)) from None
    try:
        config = _Config.model_validate(document)
    except ValidationError as error:
        lines = lines_of(text)
        raise DefinitionError(tuple(_problems(error, file, lines))) from None
    names: dict[str, int] = {}
    questions = []
    for question in config.questions:
        asked = names[question.question_name] = names.get(question.question_name, 0) + 1
        questions.append(_question(question, asked))
    return tuple(questions)


def questions_with_lines(content: bytes) -> list[tuple[dict[str, Any], int]]:
    """Return each question of a file that `parse` accepts, as written, with the line on which it begins."""
    text = content.decode("utf-8-sig")
    lines = lines_of(text)
    questions = json.loads(text)["questions"]
    return [(question, lines["questions", index]) for index, question in enumerate(questions)]


def _decoded(content: bytes, file: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DefinitionError(
            (Problem(file, line, "", "not UTF-8: save the file with that encoding"),)
        ) from None


def _question(question: _Question, asked: int) -> Question:
    name = question.question_name
    return Question(
        key=name if asked == 1 else f"{name}#{asked}",
        name=name,
        type=question.question_type,
        minimum=question.range.min if question.range else None,
        maximum=question.range.max if question.range else None,
        choices=question.choices or (),
    )


_PLAINER: Final[dict[str, str]] = {
    "missing": "is missing",
    "model_type": "must be an object, {…}",
    "tuple_type": "must be a list, […]",
    "too_short": "has fewer than %(min_length)s",
    "too_long": "has more than %(max_length)s",
    "literal_error": "must be %(expected)s",
    "string_type": "must be text, in quotation marks",
    "string_too_short": "is empty",
    "string_too_long": "has more than %(max_length)s characters",
    "int_type": "must be a whole number, without quotation marks",
    "greater_than_equal": "must be at least %(ge)s",
    "less_than_equal": "must be at most %(le)s",
}


def _problems(error: ValidationError, file: str, lines: dict[Path, int]) -> list[Problem]:
    problems = []
    details = error.errors(include_url=False)
    for detail in details:
        path = tuple(detail["loc"])
        # A list whose members are wrong is also called too short.
        if detail["type"] == "too_short" and any(
            other["loc"][: len(path)] == path and len(other["loc"]) > len(path) for other in details
        ):
            continue
        place = path
        while place not in lines and place:
            place = place[:-1]
        text = detail["msg"].removeprefix("Value error, ")
        if detail["type"] in _PLAINER:
            text = _PLAINER[detail["type"]] % detail.get("ctx", {})
        if detail["type"] == "string_pattern_mismatch":
            text = "holds a space, =, # or quotation mark" if path[-1] == "questionName" else "holds , = or |"
        problems.append(Problem(file, lines.get(place, 0), _dotted(path), text))
    return problems


def _dotted(path: Path) -> str:
    dotted = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return dotted.lstrip(".")


def lines_of(text: str) -> dict[Path, int]:
    r"""Return the line (from 1) of every value in a valid JSON document, by its path of keys and indexes.

    >>> lines_of('{\n "questions": [\n  7]}')
    {(): 1, ('questions',): 2, ('questions', 0): 3}
    """
    lines: dict[Path, int] = {}
    _value(text, _skip(text, 0), (), lines)
    return lines


def _value(text: str, at: int, path: Path, lines: dict[Path, int]) -> int:
    lines[path] = text.count("\n", 0, at) + 1
    if text[at] == "{":
        return _members(text, at, path, lines)
    if text[at] == "[":
        return _elements(text, at, path, lines)
    scalar = _STRING.match(text, at) or _SCALAR.match(text, at)
    return scalar.end() if scalar else at + 1


def _members(text: str, at: int, path: Path, lines: dict[Path, int]) -> int:
    at = _skip(text, at + 1)
    while text[at] != "}":
        name = _STRING.match(text, at)
        if name is None:
            raise ValueError("not a valid JSON document")
        at = _skip(text, _skip(text, name.end()) + 1)
        at = _skip(text, _value(text, at, (*path, json.loads(name.group())), lines))
        if text[at] == ",":
            at = _skip(text, at + 1)
    return at + 1


def _elements(text: str, at: int, path: Path, lines: dict[Path, int]) -> int:
    at = _skip(text, at + 1)
    index = 0
    while text[at] != "]":
        at = _skip(text, _value(text, at, (*path, index), lines))
        index += 1
        if text[at] == ",":
            at = _skip(text, at + 1)
    return at + 1


def _skip(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at
