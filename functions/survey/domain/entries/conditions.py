"""Read the conditions of ``survey-config.json``, and check them against the questions that they name.

An operand is put into the type that the question's answers have: ``"yes"`` is true for a ``yesno``, ``"3"``
is 3 for a number.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Final, Self

from pydantic import Field, Strict, model_validator

from survey.domain.branching.conditions import (
    END,
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Jump,
    Not,
    Operator,
    Value,
)
from survey.domain.definition import Question
from survey.domain.forms.choices import YES_NO
from survey.domain.forms.numbers import as_number
from survey.domain.question_types import question_type
from switchboard.inputs.forms import Form
from switchboard.inputs.model import ConfigModel

Path = tuple[str | int, ...]

DEEPEST: Final = 10
"""Conditions within each other."""

_TRUTHS: Final[Mapping[str, bool]] = {"yes": True, "true": True, "no": False, "false": False}
_ORDERED: Final = ("lessThan", "greaterThan")


class _Operand(Form):
    """A number, a text of at most 1,000 characters, true or false."""

    def read(self, value: Any) -> Any:
        is_text = isinstance(value, str) and len(value) <= 1000
        is_number = isinstance(value, int | float) and abs(value) < 1e15
        if not is_text and not is_number:
            raise ValueError("must be a number, a text, true or false")
        return value

    def json_schema(self) -> dict[str, Any]:
        return {"type": ["string", "number", "boolean"]}


Scalar = Annotated[bool | float | str, _Operand()]
Scalars = Annotated[tuple[Scalar, ...], Field(min_length=1, max_length=100)]


class ConditionEntry(ConfigModel):
    """One condition of the file: a comparison with a question's answer, or a combination of conditions."""

    question: str | None = None
    equals: Scalar | Scalars | None = None
    not_equals: Scalar | Scalars | None = None
    less_than: Scalar | None = None
    greater_than: Scalar | None = None
    in_: Scalars | None = None
    answered: Annotated[bool, Strict()] | None = None
    all_: Annotated[tuple["ConditionEntry", ...], Field(min_length=1, max_length=50)] | None = None
    any_: Annotated[tuple["ConditionEntry", ...], Field(min_length=1, max_length=50)] | None = None
    not_: "ConditionEntry | None" = None

    @property
    def operands(self) -> Mapping[Operator, Any]:
        """The operators of a comparison with their operands."""
        given: dict[Operator, Any] = {
            "equals": self.equals,
            "notEquals": self.not_equals,
            "lessThan": self.less_than,
            "greaterThan": self.greater_than,
            "in": self.in_,
            "answered": self.answered,
        }
        return {operator: operand for operator, operand in given.items() if operand is not None}

    @model_validator(mode="after")
    def _check_kind(self) -> Self:
        combined = [part for part in (self.all_, self.any_, self.not_) if part is not None]
        if self.question is not None:
            if combined or len(self.operands) != 1:
                raise ValueError("must compare its question by exactly one operator")
        elif len(combined) != 1 or self.operands:
            raise ValueError("must have a question and an operator, or one of all, any and not")
        return self


class JumpEntry(ConfigModel):
    """One entry of ``goTo``."""

    if_: ConditionEntry | None = None
    to: Annotated[str, Field(min_length=1, max_length=120)]
    goodbye: Annotated[str, Field(max_length=100)] = ""


class ConditionReader:
    """Reads conditions, and notes what is wrong with them.

    Parameters
    ----------
    questions
        By key; conditions may name each of them.
    """

    def __init__(self, questions: Mapping[str, Question]) -> None:
        self._questions = questions
        self.problems: list[tuple[Path, str]] = []

    def condition(self, entry: ConditionEntry, path: Path, depth: int = 0) -> Condition:
        """Return a condition; `path` is where it stands in the file."""
        if depth >= DEEPEST:
            self._note(path, f"has more than {DEEPEST} conditions within each other")
            return AllOf(())
        if entry.question is not None:
            return self._comparison(entry, path)
        if entry.not_ is not None:
            return Not(self.condition(entry.not_, (*path, "not"), depth + 1))
        name, parts = ("all", entry.all_) if entry.all_ is not None else ("any", entry.any_)
        read = tuple(
            self.condition(part, (*path, name, index), depth + 1) for index, part in enumerate(parts or ())
        )
        return AllOf(read) if name == "all" else AnyOf(read)

    def jump(self, entry: JumpEntry, path: Path) -> Jump:
        """Return an entry of ``goTo``."""
        if entry.to != END and entry.to not in self._questions:
            self._note((*path, "to"), 'must name a question of the survey, or be "end"')
        if entry.goodbye and entry.to != END:
            self._note((*path, "goodbye"), 'must not be given where the survey continues: "to" is not "end"')
        condition = self.condition(entry.if_, (*path, "if")) if entry.if_ is not None else None
        return Jump(entry.to, condition, entry.goodbye)

    def _comparison(self, entry: ConditionEntry, path: Path) -> Condition:
        name = entry.question or ""
        operator, operand = next(iter(entry.operands.items()))
        question = self._questions.get(name)
        if question is None:
            self._note((*path, "question"), "must name a question of the survey")
        elif operator != "answered":
            operand = self._operand(question, operator, operand, (*path, operator))
        return Comparison(name, operator, operand)

    def _operand(
        self, question: Question, operator: Operator, operand: Any, path: Path
    ) -> Value | tuple[Value, ...]:
        kind = compared_with(question)
        if kind == "nothing":
            self._note(
                path, "cannot be compared: only whether a recording was made can be asked, by answered"
            )
        elif operator in _ORDERED and kind not in {"number", "date"}:
            self._note(path, "compares numbers and dates only")
        elif isinstance(operand, tuple) and operator != "in" and kind != "choices":
            self._note(path, "must be one value")
        elif isinstance(operand, tuple):
            return tuple(self._scalar(question, kind, one, path) for one in operand)
        else:
            return self._scalar(question, kind, operand, path)
        return ""

    def _scalar(self, question: Question, kind: str, operand: Any, path: Path) -> Value:
        match kind:
            case "truth":
                truth = operand if isinstance(operand, bool) else _TRUTHS.get(str(operand).lower())
                return truth if truth is not None else self._wrong(path, "must be true or false")
            case "number":
                number = as_number(operand) if isinstance(operand, str) else operand
                if isinstance(number, bool) or number is None:
                    # By text message a dtmf question without choices or a range takes any text.
                    return operand if question.type == "dtmf" else self._wrong(path, "must be a number")
                return int(number) if float(number).is_integer() else float(number)
            case "choice" | "choices":
                return self._choice(question, operand, path)
            case "date":
                return self._date(operand, path)
            case _:
                return operand if isinstance(operand, str) else str(operand)

    def _choice(self, question: Question, operand: Any, path: Path) -> Value:
        folded = {choice.casefold(): choice for choice in question.choices}
        choice = folded.get(str(operand).strip().casefold())
        if choice is None:
            return self._wrong(path, "must be one of the question's choices")
        number = as_number(choice) if question_type(question.type).is_numeric else None
        return choice if number is None else number

    def _date(self, operand: Any, path: Path) -> Value:
        try:
            return date.fromisoformat(str(operand)).isoformat()
        except ValueError:
            return self._wrong(path, "must be a date, such as 2026-12-31")

    def _wrong(self, path: Path, message: str) -> str:
        self._note(path, message)
        return ""

    def _note(self, path: Path, message: str) -> None:
        self.problems.append((path, message))


def compared_with(question: Question) -> str:
    """Return what a question's typed values are: text, number, truth, date, choice, choices or nothing."""
    row = question_type(question.type)
    return "choice" if row.adapts and question.choices else row.compares


def possible_values(question: Question) -> Iterator[Value]:
    """Yield the typed values that an answer may have where they are few enough to be counted."""
    if compared_with(question) == "truth":
        yield from (choice == YES_NO[0] for choice in YES_NO)
    elif question.type == "rating" or (compared_with(question) == "choice"):
        for choice in question.choices:
            number = as_number(choice) if question.type in {"rating", "dtmf"} else None
            yield choice if number is None else number
