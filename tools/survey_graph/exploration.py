"""Find what can be reached in a survey, by trying the answers that its conditions distinguish.

For each question that a condition compares these are the values that the condition names, a value on each
side of them, and no answer at all.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from survey.domain.branching.conditions import END, Comparison, Condition, Value, comparisons, evaluate
from survey.domain.definition import Question
from survey.domain.entries.conditions import compared_with, possible_values
from tools.survey_graph.graph import place_of

MOST_STATES: Final = 200_000
"""Combinations of answers that are tried."""

MOST_SUBSETS: Final = 8
"""Named choices of a multiple choice of which all combinations are tried."""


@dataclass(frozen=True, slots=True)
class Findings:
    """Results of trying all answers.

    Attributes
    ----------
    asked : frozenset of str
        Keys of the questions that can be asked.
    taken : frozenset of (str, int)
        The jumps, by question and index, that an answer can take.
    is_complete : bool
        Whether all answers were tried; there may be too many.
    """

    asked: frozenset[str]
    taken: frozenset[tuple[str, int]]
    is_complete: bool


def explore(questions: Sequence[Question]) -> Findings:
    """Return which questions and jumps can be reached, by trying all answers that conditions tell apart.

    The survey must have no `loops`.
    """
    conditions = [
        condition
        for question in questions
        for condition in (question.show_if, *(jump.condition for jump in question.jumps))
    ]
    explorer = _Explorer(questions, _samples(questions, conditions))
    is_complete = explorer.run()
    return Findings(frozenset(explorer.asked), frozenset(explorer.taken), is_complete)


class _Explorer:
    """Follows all paths, with the answers that later conditions name."""

    def __init__(self, questions: Sequence[Question], samples: Mapping[str, list[Value]]) -> None:
        self._questions = questions
        self._samples = samples
        self.asked: set[str] = set()
        self.taken: set[tuple[str, int]] = set()

    def run(self) -> bool:
        """Follow all paths; False if there are too many."""
        needed = _needed_from(self._questions)
        todo: list[tuple[int, tuple[tuple[str, Value], ...]]] = [(0, ())]
        seen = set(todo)
        while todo:
            if len(seen) > MOST_STATES:
                return False
            place, known = todo.pop()
            if place >= len(self._questions):
                continue
            for after, values in self._after(place, dict(known)):
                kept = tuple(sorted((key, value) for key, value in values.items() if key in needed[after]))
                if (after, kept) not in seen:
                    seen.add((after, kept))
                    todo.append((after, kept))
        return True

    def _after(self, place: int, values: dict[str, Value]) -> Iterator[tuple[int, dict[str, Value]]]:
        question = self._questions[place]
        if question.show_if is not None and not evaluate(question.show_if, values):
            yield place + 1, values
            return
        self.asked.add(question.key)
        for value in (*self._samples.get(question.key, ()), None):
            answered = values if value is None else {**values, question.key: value}
            yield self._continue(place, answered), answered

    def _continue(self, place: int, values: Mapping[str, Value]) -> int:
        for index, jump in enumerate(self._questions[place].jumps):
            if jump.condition is None or evaluate(jump.condition, values):
                self.taken.add((self._questions[place].key, index))
                return len(self._questions) if jump.to == END else place_of(self._questions, jump.to)
        return place + 1


def _needed_from(questions: Sequence[Question]) -> list[frozenset[str]]:
    """Return for each place whose answers conditions name from there on; jumps may lead to earlier places."""
    first = [
        min(
            (
                place,
                *(
                    place_of(questions, jump.to)
                    for q in questions[place:]
                    for jump in q.jumps
                    if jump.to != END
                ),
            )
        )
        for place in range(len(questions))
    ]
    return [
        *(
            frozenset(
                comparison.question
                for question in questions[earliest:]
                for condition in (question.show_if, *(jump.condition for jump in question.jumps))
                for comparison in comparisons(condition)
            )
            for earliest in first
        ),
        frozenset(),
    ]


def _samples(questions: Sequence[Question], conditions: Sequence[Condition | None]) -> dict[str, list[Value]]:
    named: dict[str, list[Comparison]] = {}
    for condition in conditions:
        for comparison in comparisons(condition):
            named.setdefault(comparison.question, []).append(comparison)
    by_key = {question.key: question for question in questions}
    return {key: _values_of(by_key[key], found) for key, found in named.items() if key in by_key}


def _values_of(question: Question, found: Sequence[Comparison]) -> list[Value]:
    few = list(possible_values(question))
    if few:
        return few
    operands: list[Value] = []
    for comparison in found:
        given = comparison.operand
        if comparison.operator == "answered":
            continue
        operands.extend(given if isinstance(given, tuple) else (given,))
    match compared_with(question):
        case "choices":
            return _subsets(question, operands)
        case "number":
            near = [
                one + step
                for one in operands
                if isinstance(one, int | float)
                for step in (-0.5, 0, 0.5, -1, 1)
            ]
            texts: list[Value] = [one for one in operands if isinstance(one, str)]
            return [value for value in (*near, *_bounds(question)) if _fits(value, question)] + texts
        case "date":
            return ["0001-01-01", *(one for one in operands if isinstance(one, str)), "9999-12-31"]
        case _:
            return ["\ufffd", *operands]


def _subsets(question: Question, operands: Sequence[Value]) -> list[Value]:
    """Return what can be chosen of the choices that conditions name, with and without another one."""
    named = [choice for choice in question.choices if choice in operands]
    others = [choice for choice in question.choices if choice not in named][:1]
    sizes = range(len(named) + 1) if len(named) <= MOST_SUBSETS else (1, len(named))
    chosen = [one for size in sizes for one in combinations(named, size)]
    return [both for one in chosen for both in (one, (*one, *others)) if both]


def _bounds(question: Question) -> tuple[float, ...]:
    low = 0 if question.minimum is None else question.minimum
    return low, low + 1e9 if question.maximum is None else question.maximum


def _fits(value: float, question: Question) -> bool:
    is_exact = question.decimals > 0 or float(value).is_integer()
    low, high = _bounds(question)
    return is_exact and low <= value <= high
