"""Read ``survey-config.json``: the questions of a survey, and the rules for it as a whole.

The older form names questions and their types only::

    {"questions": [{"questionName": "questionServiceRate", "questionType": "dtmf"}]}

docs/survey.md has the fields that a question and a survey may add. Other fields are ignored.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from survey.domain.branching.conditions import comparisons
from survey.domain.definition import DefinitionError, Question
from survey.domain.encoding import encoding_problems, read_text
from survey.domain.entries.conditions import ConditionReader, Path
from survey.domain.entries.survey import MOST_QUESTIONS, QuestionEntry, SurveyConfig
from survey.domain.forms.choices import YES_NO
from survey.domain.question_types import question_type
from survey.domain.rules import Rules
from switchboard.inputs.errors import dotted
from switchboard.inputs.files import FileError, FileProblem, read_json
from switchboard.inputs.json_lines import lines_of
from switchboard.inputs.model import camel_case

__all__ = ["KNOWN_FIELDS", "KNOWN_RULES", "MOST_QUESTIONS", "parse", "parse_survey", "questions_with_lines"]

KNOWN_FIELDS: Final = frozenset(map(camel_case, QuestionEntry.model_fields))
KNOWN_RULES: Final = frozenset(map(camel_case, SurveyConfig.model_fields))

_DEFAULT_SCALE: Final = (1, 5)


def parse(content: bytes, file: str) -> tuple[Question, ...]:
    """Return the questions of a survey. Raises what `parse_survey` raises."""
    return parse_survey(content, file)[0]


def parse_survey(content: bytes, file: str) -> tuple[tuple[Question, ...], Rules]:
    """Return the questions in the order of the file, and the rules for the survey as a whole.

    Parameters
    ----------
    content : bytes
        The file.
    file : str
        Its name, for messages.

    Raises
    ------
    DefinitionError
        With every problem found, its line and its key (``questions[1].questionType``).
    """
    text = read_text(content)
    try:
        config = read_json(SurveyConfig, text.encode(), file)
    except FileError as error:
        raise DefinitionError((*encoding_problems(content, file), *error.problems)) from None
    asked: dict[str, int] = {}
    plain = [_question(entry, asked) for entry in config.questions]
    reader = ConditionReader({question.key: question for question in plain})
    questions = tuple(
        _with_branches(question, entry, reader, ("questions", index))
        for index, (question, entry) in enumerate(zip(plain, config.questions, strict=True))
    )
    rules = Rules(
        _movable(config.random_order, [question.key for question in questions]),
        config.quota,
        config.ends_at,
        dict(config.placeholders),
    )
    problems = [*reader.problems, *_order_problems(config, questions, rules.random_questions)]
    if problems:
        raise DefinitionError(tuple(_file_problems(problems, text, file)))
    return questions, rules


def questions_with_lines(content: bytes) -> list[tuple[dict[str, Any], int]]:
    """Return each question of a file that `parse` accepts, as written, with the line on which it begins."""
    text = read_text(content)
    lines = lines_of(text)
    questions = json.loads(text)["questions"]
    return [(question, lines["questions", index]) for index, question in enumerate(questions)]


def _question(entry: QuestionEntry, asked: dict[str, int]) -> Question:
    name = entry.question_name
    times = asked[name] = asked.get(name, 0) + 1
    bounds = entry.length or entry.select
    choices = entry.choices
    scale = entry.scale or entry.range
    low, high = (scale.min, scale.max) if scale else (None, None)
    if entry.question_type == "rating":
        low, high = (low, high) if low is not None and high is not None else _DEFAULT_SCALE
        choices = tuple(map(str, range(low, high + 1)))
    elif entry.question_type == "yesno":
        choices = YES_NO
    lists = question_type(entry.question_type).lists_choices
    return Question(
        key=name if times == 1 else f"{name}#{times}",
        name=name,
        type=entry.question_type,
        minimum=low,
        maximum=high,
        choices=choices,
        fewest=bounds.min if bounds else None,
        most=bounds.max if bounds else None,
        decimals=entry.decimals,
        unit=entry.unit,
        seconds=entry.max_seconds,
        transcribe=entry.transcribe,
        lists_choices=lists if entry.list_choices is None else entry.list_choices,
        random_choices=_movable(entry.random_order, entry.choices),
    )


def _with_branches(question: Question, entry: QuestionEntry, reader: ConditionReader, path: Path) -> Question:
    if entry.show_if is None and not entry.go_to:
        return question
    show_if = reader.condition(entry.show_if, (*path, "showIf")) if entry.show_if is not None else None
    jumps = tuple(reader.jump(jump, (*path, "goTo", index)) for index, jump in enumerate(entry.go_to))
    return replace(question, show_if=show_if, jumps=jumps)


def _movable(given: bool | tuple[str, ...], items: Iterable[str]) -> tuple[str, ...]:
    if isinstance(given, bool):
        return tuple(items) if given else ()
    return given


def _order_problems(
    config: SurveyConfig, questions: tuple[Question, ...], movable: Collection[str]
) -> Iterator[tuple[Path, str]]:
    """Find what a random order cannot do: names that do not exist, and branches that depend on the order."""
    for index, entry in enumerate(config.questions):
        if not isinstance(entry.random_order, bool) and set(entry.random_order) - set(entry.choices):
            yield ("questions", index, "randomOrder"), "must name choices of the question"
    if set(movable) - {question.key for question in questions}:
        yield ("randomOrder",), "must name questions of the survey"
    for index, question in enumerate(questions):
        moves = question.key in movable
        if question.jumps and (moves or any(jump.to in movable for jump in question.jumps)):
            yield (
                ("questions", index, "goTo"),
                "must not lead from or to a question whose order is random",
            )
        named = {comparison.question for comparison in comparisons(question.show_if)}
        if moves and named & set(movable):
            yield ("questions", index, "showIf"), "must not depend on a question whose order is random, too"


def _file_problems(problems: Iterable[tuple[Path, str]], text: str, file: str) -> Iterator[FileProblem]:
    lines: Mapping[Path, int] = lines_of(text)
    for path, message in problems:
        place = path
        while place not in lines and place:
            place = place[:-1]
        yield FileProblem(file, lines.get(place, 0), dotted(path), message)
