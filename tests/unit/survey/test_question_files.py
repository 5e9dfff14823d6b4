"""survey-config.json: what each field may be, and what is said where it is not."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from survey.domain.branching.conditions import Comparison, describe
from survey.domain.definition import DefinitionError, Question
from survey.domain.question_file import parse, parse_survey

RATE = {"questionName": "rate", "questionType": "rating"}
AGAIN = {"questionName": "again", "questionType": "yesno"}
WHEN = {"questionName": "when", "questionType": "date"}
COLOUR = {"questionName": "colour", "questionType": "choice", "choices": ["red", "Blue"]}
LEVEL = {"questionName": "level", "questionType": "dtmf", "choices": ["1", "2"]}
VOICE = {"questionName": "voice", "questionType": "recording"}
WHY = {"questionName": "why", "questionType": "text"}
ASKED = [RATE, AGAIN, WHEN, COLOUR, LEVEL, VOICE]


def _file(*questions: dict[str, Any], **rules: Any) -> bytes:
    return json.dumps({"questions": questions, **rules}, indent=0).encode()


def _problems(content: bytes) -> list[str]:
    with pytest.raises(DefinitionError) as error:
        parse_survey(content, "survey-config.json")
    return [f"{problem.key}: {problem.message}" for problem in error.value.problems]


@pytest.mark.parametrize(
    ("field", "problem"),
    [
        ({"range": {"min": 5, "max": 1}}, "questions[0].range.min: must not be greater than max"),
        ({"length": {"min": 5, "max": 1}}, "questions[0].length.min: must not be greater than max"),
        (
            {"choices": ["a", "b"], "range": {"min": 1, "max": 2}},
            "questions[0]: must have a range or choices, not both",
        ),
        ({"choices": ["a", "A"]}, "questions[0].choices: must name each choice once"),
        ({"questionType": "choice"}, "questions[0].choices: is missing"),
        (
            {"questionType": "rating", "scale": 101},
            "questions[0].scale: must have at most 100 numbers",
        ),
        (
            {"questionType": "multichoice", "choices": ["a", "b"], "select": {"min": 3}},
            "questions[0].select: must not ask for more choices than there are",
        ),
        ({"randomOrder": 1}, "questions[0].randomOrder: must be true, or a list of names"),
        (
            {"choices": ["a", "b"], "randomOrder": ["c"]},
            "questions[0].randomOrder: must name choices of the question",
        ),
    ],
)
def test_a_field_that_contradicts_another_is_named(field: dict[str, Any], problem: str) -> None:
    assert _problems(_file({"questionName": "a", "questionType": "dtmf", **field})) == [problem]


@pytest.mark.parametrize(
    ("rules", "problem"),
    [
        (
            {"endDate": "tomorrow"},
            "endDate: must be a date, or a date and time, such as 2026-12-31T18:00:00Z",
        ),
        ({"endDate": 5}, "endDate: must be a date, or a date and time, such as 2026-12-31T18:00:00Z"),
        ({"randomOrder": ["missing"]}, "randomOrder: must name questions of the survey"),
    ],
)
def test_a_rule_that_cannot_hold_is_named(rules: dict[str, Any], problem: str) -> None:
    assert _problems(_file(RATE, **rules)) == [problem]


def test_random_order_and_branches_do_not_depend_on_each_other() -> None:
    jumps = {**RATE, "goTo": [{"to": "why"}]}
    depends = {**WHY, "showIf": {"question": "again", "equals": True}}
    assert _problems(_file(jumps, AGAIN, depends, randomOrder=["again", "why"])) == [
        "questions[0].goTo: must not lead from or to a question whose order is random",
        "questions[2].showIf: must not depend on a question whose order is random, too",
    ]


@pytest.mark.parametrize(
    ("rules", "end"),
    [
        ({"endDate": "2026-12-31"}, datetime(2027, 1, 1, tzinfo=UTC)),
        ({"endDate": "2026-12-31", "timeZone": "America/New_York"}, datetime(2027, 1, 1, 5, tzinfo=UTC)),
        ({"endDate": "2026-12-31T18:00:00+02:00"}, datetime(2026, 12, 31, 16, tzinfo=UTC)),
        ({"endDate": "2026-12-31T18:00:00"}, datetime(2026, 12, 31, 18, tzinfo=UTC)),
        (
            {"endDate": "2026-12-31 18:00", "timeZone": "America/New_York"},
            datetime(2026, 12, 31, 23, tzinfo=UTC),
        ),
        (
            {"endDate": "2026-12-31T18:00:00Z", "timeZone": "America/New_York"},
            datetime(2026, 12, 31, 18, tzinfo=UTC),
        ),
    ],
)
def test_a_survey_ends_with_the_last_moment_of_its_end_date(rules: dict[str, str], end: datetime) -> None:
    _, read = parse_survey(_file(RATE, **rules), "survey-config.json")
    assert read.ends_at == int(end.timestamp() * 1000)


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        ({"question": "rate", "lessThan": "3"}, "rate < 3"),
        ({"question": "rate", "equals": 4.0}, "rate = 4"),
        ({"question": "again", "notEquals": "Yes"}, "again ≠ yes"),
        ({"question": "when", "greaterThan": "2026-01-31"}, "when > 2026-01-31"),
        ({"question": "colour", "in": ["RED", "blue"]}, "colour in red, Blue"),
        ({"question": "level", "equals": 2}, "level = 2"),
        ({"question": "voice", "answered": True}, "voice answered"),
        ({"question": "voice", "answered": False}, "voice not answered"),
        ({"not": {"question": "rate", "equals": 1}}, "not (rate = 1)"),
        (
            {
                "any": [
                    {"question": "rate", "lessThan": 2},
                    {"all": [{"question": "again", "equals": False}, {"question": "level", "equals": 1}]},
                ]
            },
            "rate < 2 or (again = no and level = 1)",
        ),
    ],
)
def test_a_condition_is_read_in_the_type_of_its_question(condition: dict[str, Any], text: str) -> None:
    question = parse(_file(*ASKED, {**WHY, "showIf": condition}), "survey-config.json")[-1]
    assert describe(question.show_if) == text


def _within_each_other(times: int) -> dict[str, Any]:
    condition: dict[str, Any] = {"question": "rate", "equals": 1}
    for _ in range(times):
        condition = {"not": condition}
    return condition


@pytest.mark.parametrize(
    ("condition", "problem"),
    [
        ({"question": "missing", "equals": 1}, "question: must name a question of the survey"),
        ({"question": "rate", "equals": "many"}, "equals: must be a number"),
        ({"question": "rate", "equals": [1, 2]}, "equals: must be one value"),
        ({"question": "rate", "equals": "x" * 1001}, "equals: must be a number, a text, true or false"),
        ({"question": "again", "equals": "perhaps"}, "equals: must be true or false"),
        ({"question": "again", "lessThan": 1}, "lessThan: compares numbers and dates only"),
        ({"question": "when", "equals": "soon"}, "equals: must be a date, such as 2026-12-31"),
        ({"question": "colour", "equals": "green"}, "equals: must be one of the question's choices"),
        (
            {"question": "voice", "equals": "x"},
            "equals: cannot be compared: only whether a recording was made can be asked, by answered",
        ),
    ],
)
def test_a_comparison_that_cannot_hold_is_named(condition: dict[str, Any], problem: str) -> None:
    (found,) = _problems(_file(*ASKED, {**WHY, "showIf": condition}))
    assert found.removeprefix("questions[6].showIf.") == problem


def test_conditions_are_at_most_ten_deep() -> None:
    parse(_file(RATE, {**WHY, "showIf": _within_each_other(9)}), "survey-config.json")
    (found,) = _problems(_file(RATE, {**WHY, "showIf": _within_each_other(10)}))
    assert found.endswith("has more than 10 conditions within each other")


@pytest.mark.parametrize(
    ("jump", "problem"),
    [
        ({"to": "missing"}, 'to: must name a question of the survey, or be "end"'),
        (
            {"to": "again", "goodbye": "thanks"},
            'goodbye: must not be given where the survey continues: "to" is not "end"',
        ),
    ],
)
def test_a_jump_leads_to_a_question_or_the_end(jump: dict[str, Any], problem: str) -> None:
    assert _problems(_file({**RATE, "goTo": [jump]}, AGAIN)) == [f"questions[0].goTo[0].{problem}"]


def test_a_name_that_is_asked_twice_has_two_keys_and_conditions_may_name_either() -> None:
    shown = {**WHY, "showIf": {"question": "rate#2", "equals": 1}}
    first, second, third = parse(_file(RATE, RATE, shown), "survey-config.json")
    assert (first.key, second.key, second.name) == ("rate", "rate#2", "rate")
    assert third.show_if == Comparison("rate#2", "equals", 1)


def test_a_scale_is_given_by_its_ends_or_its_highest_number() -> None:
    assert [
        (question.minimum, question.maximum, len(question.choices))
        for question in parse(
            _file(RATE, {**RATE, "scale": 10}, {**RATE, "scale": {"min": 0, "max": 10}}), "survey-config.json"
        )
    ] == [(1, 5, 5), (1, 10, 10), (0, 10, 11)]


def test_a_respondent_gets_the_choices_in_the_same_order_each_time_and_others_in_another() -> None:
    choices = [f"choice {number}" for number in range(12)]
    (question,) = parse(
        _file({"questionName": "a", "questionType": "choice", "choices": choices, "randomOrder": True}),
        "survey-config.json",
    )
    orders = {question.for_respondent(f"default/+1555555{number:04}").shown for number in range(20)}
    assert question.for_respondent("default/+15555550000").shown in orders
    assert len(orders) == 20
    assert all(sorted(order) == sorted(choices) for order in orders)


def test_a_question_without_random_order_is_the_same_for_all() -> None:
    question = Question("a", "a", "choice", choices=("x", "y"))
    assert question.for_respondent("default/+15555550000") is question
