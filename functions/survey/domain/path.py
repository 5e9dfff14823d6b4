"""The path of a respondent through a survey: which question comes next, and whether it is the last.

After an answer the first of the question's jumps whose condition holds says where the survey continues;
otherwise it continues in the order of the questions. A question whose ``showIf`` does not hold, or that was
dealt with before, is passed over. So every question is asked once at most, and every survey ends.

A survey without branches asks the first question that was not dealt with, wherever it stands: an operator may
reorder the questions while surveys are under way.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from survey.domain.branching.conditions import END, Jump, Value, evaluate
from survey.domain.definition import Definition, Question
from survey.domain.session import Answer, Session

_NOWHERE = Jump("")


@dataclass(frozen=True, slots=True)
class Step:
    """The next step: a question, or None for the end, with the key of the last prompt."""

    question: Question | None
    goodbye: str = ""


def next_step(survey: Definition, answers: Sequence[Answer]) -> Step:
    """Return what comes after the answers so far, the last of which may be a skipped question.

    Parameters
    ----------
    survey : Definition
        In the respondent's order.
    """
    values, done = typed_values(answers), {answer.question for answer in answers}
    keys = [question.key for question in survey.questions]
    position = 0
    if answers and survey.branches and answers[-1].question in keys:
        position = keys.index(answers[-1].question)
        jump = next(
            (jump for jump in survey.questions[position].jumps if _may_jump(jump, values, ())), _NOWHERE
        )
        if jump.to == END:
            return Step(None, jump.goodbye)
        position = keys.index(jump.to) if jump.to in keys else position + 1
    for question in survey.questions[position:]:
        is_shown = question.show_if is None or evaluate(question.show_if, values)
        if question.key not in done and is_shown:
            return Step(question)
    return Step(None)


def is_last(survey: Definition, session: Session, question: Question) -> bool:
    """Tell whether no question can follow, however this one is answered."""
    return next(_followers(survey, session.answers, question, frozenset()), None) is None


def most_questions(survey: Definition, session: Session, question: Question) -> int:
    """Return how many questions there are at most, those that were dealt with and this one included."""
    known: dict[str, int] = {}

    def longest(one: Question, passed: frozenset[str]) -> int:
        # What can follow depends on where the survey is: no question is asked twice.
        if one.key not in known:
            followers = _followers(survey, session.answers, one, passed)
            known[one.key] = 1 + max((longest(other, passed | {one.key}) for other in followers), default=0)
        return known[one.key]

    return len(session.answers) + longest(question, frozenset())


def typed_values(answers: Sequence[Answer]) -> Mapping[str, Value]:
    """Return the typed value of each question that was answered."""
    return {answer.question: answer.value for answer in answers if not answer.skipped}


def _followers(
    survey: Definition, answers: Sequence[Answer], question: Question, passed: frozenset[str]
) -> Iterator[Question]:
    """Yield the questions that may follow a question that is still to be answered.

    `passed` are the questions before it that are still to be answered, too.
    """
    values, answered = typed_values(answers), {answer.question for answer in answers}
    done = answered | passed | {question.key}
    keys = [one.key for one in survey.questions]
    undecided = set(keys[_first_place(survey, keys, question) :]) | passed
    undecided -= answered
    places: list[int] = []
    falls_through = True
    for jump in question.jumps:
        truth = True if jump.condition is None else evaluate(jump.condition, values, undecided)
        if truth is not False and jump.to in keys:
            places.append(keys.index(jump.to))
        if truth is True:
            falls_through = False
            break
    if falls_through:
        places.append(keys.index(question.key) + 1 if survey.branches and question.key in keys else 0)
    found: set[str] = set()
    for place in places:
        for one in survey.questions[place:]:
            shown = True if one.show_if is None else evaluate(one.show_if, values, undecided)
            if one.key in done or shown is False:
                continue
            if one.key not in found:
                found.add(one.key)
                yield one
            if shown is True:
                break


def _first_place(survey: Definition, keys: Sequence[str], question: Question) -> int:
    """Return the first place among the questions that the survey may come to from a question on."""
    place = keys.index(question.key) if question.key in keys and survey.branches else 0
    while True:
        targets = (jump.to for one in survey.questions[place:] for jump in one.jumps)
        earlier = min((keys.index(to) for to in targets if to in keys), default=place)
        if earlier >= place:
            return place
        place = earlier


def _may_jump(jump: Jump, values: Mapping[str, Value], undecided: Collection[str]) -> bool:
    return jump.condition is None or bool(evaluate(jump.condition, values, undecided))
