"""What is wrong with the branches of a survey: questions that cannot be reached, ways that lead back."""

from collections.abc import Iterator, Sequence
from typing import Literal

from survey.domain.branching.conditions import comparisons
from survey.domain.definition import Question
from survey.domain.question_file import questions_with_lines
from tools.problem import Problem
from tools.survey_graph.exploration import explore
from tools.survey_graph.graph import loops


def check_branches(content: bytes, file: str, questions: tuple[Question, ...]) -> Iterator[Problem]:
    """Yield what keeps a survey's questions from being asked, or from ending.

    Parameters
    ----------
    content
        The file, which `question_file.parse` accepts.
    """
    if not any(question.show_if or question.jumps for question in questions):
        return
    lines = [line for _, line in questions_with_lines(content)]
    places = {question.key: index for index, question in enumerate(questions)}
    for key, field, text, severity in _faults(questions):
        index = places[key]
        yield Problem(file, lines[index], f"questions[{index}]{field}", text, severity)


Fault = tuple[str, str, str, Literal["error", "warning"]]
"""A question's key, the field within it, what is wrong, and how bad that is."""


def _faults(questions: Sequence[Question]) -> Iterator[Fault]:
    back = loops(questions)
    for key, index, target in back:
        text = f"leads back to {target}, which has been asked before: the survey would never end"
        yield key, f".goTo[{index}].to", text, "error"
    for question in questions:
        if any(comparison.question == question.key for comparison in comparisons(question.show_if)):
            yield question.key, ".showIf", "depends on the answer to the question itself", "error"
    if not back:
        yield from _unreachable(questions)


def _unreachable(questions: Sequence[Question]) -> Iterator[Fault]:
    found = explore(questions)
    if not found.is_complete:
        text = "and others: too many combinations of answers to prove that all questions can be reached"
        yield questions[0].key, "", text, "warning"
        return
    for question in questions:
        if question.key not in found.asked:
            yield question.key, "", f"{question.key} can never be asked, however people answer", "error"
            continue
        for index, jump in enumerate(question.jumps):
            if (question.key, index) not in found.taken:
                text = f"never leads to {jump.to}: no answer comes to it"
                yield question.key, f".goTo[{index}]", text, "warning"
