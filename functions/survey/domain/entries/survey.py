"""The form of ``survey-config.json``, as models."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Final, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, Strict, model_validator

from survey.domain.definition import QuestionType
from survey.domain.entries.conditions import ConditionEntry, JumpEntry
from survey.domain.question_types import question_type
from switchboard.inputs.errors import WrongField
from switchboard.inputs.forms import Form, Pattern, Text, WholeNumber
from switchboard.inputs.model import ConfigModel
from switchboard.inputs.moments import MomentForm
from switchboard.inputs.opening_hours import Zone
from switchboard.timestamps import parse_iso_ms

MOST_QUESTIONS: Final = 200
"""A session with every answer must fit into one DynamoDB item; see definition.MAX_ANSWERS_BYTES."""

MOST_STEPS: Final = 100
"""Numbers of a rating's scale."""

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


class Bounds(ConfigModel):
    """Bounds of a text's length, or of the number of choices; either may be left out."""

    min: Annotated[int, WholeNumber(1, 1000, digits_as_text=False)] | None = None
    max: Annotated[int, WholeNumber(1, 1000, digits_as_text=False)] | None = None

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.min is not None and self.max is not None and self.min > self.max:
            raise WrongField("min", "must not be greater than max")
        return self


def _to_scale(value: Any) -> Any:
    """Return a scale that is given by its highest number, 5 for 1 to 5, as a range."""
    return {"min": 1, "max": value} if isinstance(value, int) and not isinstance(value, bool) else value


class _Movable(Form):
    """``true`` for all, or a list of those whose order is random."""

    def read(self, value: Any) -> Any:
        is_list = isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)
        if not isinstance(value, bool) and not is_list:
            raise ValueError("must be true, or a list of names")
        return value if isinstance(value, bool) else tuple(value)

    def json_schema(self) -> dict[str, Any]:
        return {"type": ["boolean", "array"]}


Movable = Annotated[bool | tuple[str, ...], _Movable()]


class QuestionEntry(ConfigModel):
    """One question of the file."""

    question_name: Name
    question_type: Annotated[QuestionType, BeforeValidator(_fold_case)]
    range: Range | None = None
    choices: Annotated[
        tuple[Choice, ...], Field(min_length=2, max_length=50), AfterValidator(_check_choices)
    ] = ()
    scale: Annotated[Range, BeforeValidator(_to_scale)] | None = None
    length: Bounds | None = None
    select: Bounds | None = None
    decimals: Annotated[int, WholeNumber(0, 6, digits_as_text=False)] = 0
    unit: Annotated[str, Text(100, strip=True)] = ""
    max_seconds: Annotated[int, WholeNumber(3, 119, digits_as_text=False)] = 60
    transcribe: Annotated[bool, Strict()] | None = None
    list_choices: Annotated[bool, Strict()] | None = None
    random_order: Movable = False
    show_if: ConditionEntry | None = None
    go_to: Annotated[tuple[JumpEntry, ...], Field(max_length=50)] = ()

    @model_validator(mode="after")
    def _check_answers(self) -> Self:
        if self.range and self.choices:
            raise ValueError("must have a range or choices, not both")
        row = question_type(self.question_type)
        if row.takes_choices and not row.adapts and not self.choices:
            raise WrongField("choices", "is missing")
        steps = self.scale or self.range
        if self.question_type == "rating" and steps and steps.max - steps.min >= MOST_STEPS:
            raise WrongField("scale", f"must have at most {MOST_STEPS} numbers")
        if self.select and self.choices and (self.select.min or 1) > len(self.choices):
            raise WrongField("select", "must not ask for more choices than there are")
        return self


class _EndForm(Form):
    """A date, whose last moment is the end, or a date and time, with a zone or without."""

    def read(self, value: Any) -> date | datetime:
        text = value.strip() if isinstance(value, str) else ""
        try:
            if len(text) == len("2026-12-31"):
                return date.fromisoformat(text)
            moment = MomentForm().read(text)
            has_zone = bool(datetime.fromisoformat(text).tzinfo)
        except ValueError:
            raise ValueError("must be a date, or a date and time, such as 2026-12-31T18:00:00Z") from None
        return moment if has_zone else moment.replace(tzinfo=None)

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string"}


PlaceholderName = Annotated[
    str,
    Pattern(
        r"[A-Za-z][A-Za-z0-9_-]{0,63}",
        "must be a letter, then letters, digits, _ and -",
        "A placeholder's name.",
    ),
]


class SurveyConfig(ConfigModel):
    """The file."""

    questions: tuple[QuestionEntry, ...] = Field(min_length=1, max_length=MOST_QUESTIONS)
    random_order: Movable = False
    quota: Annotated[int, WholeNumber(1, 100_000_000, digits_as_text=False)] | None = None
    end_date: Annotated[date, _EndForm()] | None = None
    time_zone: Zone = ZoneInfo("UTC")
    placeholders: Mapping[PlaceholderName, Annotated[str, Text(300)]] = Field(default_factory=dict)

    @property
    def ends_at(self) -> int | None:
        """When the survey is closed, in ms since the epoch."""
        if self.end_date is None:
            return None
        if isinstance(self.end_date, datetime):
            end = self.end_date if self.end_date.tzinfo else self.end_date.replace(tzinfo=self.time_zone)
        else:
            end = datetime.combine(self.end_date + timedelta(days=1), time(), self.time_zone)
        return parse_iso_ms(end.astimezone(UTC))
