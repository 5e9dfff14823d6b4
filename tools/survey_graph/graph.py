"""The graph of all ways through a survey: what leads where, and what leads back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from survey.domain.branching.conditions import END, describe
from survey.domain.definition import Question


@dataclass(frozen=True, slots=True)
class Edge:
    """A way from a question (or the start, "") to another one (or END), and the condition that is on it."""

    source: str
    target: str
    label: str = ""


def edges(questions: Sequence[Question]) -> Iterator[Edge]:
    """Yield every way from one question to the next, as it is drawn.

    A question with ``showIf`` may be passed over: then the way leads on to the one after it.
    """
    yield from _ways("", questions, 0, "")
    for place, question in enumerate(questions):
        otherwise = ""
        for jump in question.jumps:
            label = describe(jump.condition)
            if jump.to == END:
                yield Edge(
                    question.key, END, f"{label} · {jump.goodbye}".strip(" ·") if jump.goodbye else label
                )
            else:
                yield from _ways(question.key, questions, place_of(questions, jump.to), label)
            if jump.condition is None:
                break
            otherwise = "otherwise"
        else:
            yield from _ways(question.key, questions, place + 1, otherwise)


def loops(questions: Sequence[Question]) -> list[tuple[str, int, str]]:
    """Return the jumps that lead back to a question that was asked before: question, index, target."""
    ways: dict[str, set[str]] = {}
    for edge in edges(questions):
        ways.setdefault(edge.source, set()).add(edge.target)
    found = []
    for question in questions:
        for index, jump in enumerate(question.jumps):
            if jump.to == question.key or (jump.to != END and question.key in _reachable(ways, jump.to)):
                found.append((question.key, index, jump.to))
            if jump.condition is None:
                break
    return found


def place_of(questions: Sequence[Question], key: str) -> int:
    """Return the place of a question among the others."""
    return next((place for place, question in enumerate(questions) if question.key == key), len(questions))


def _reachable(ways: Mapping[str, set[str]], start: str) -> set[str]:
    found: set[str] = {start}
    todo = [start]
    while todo:
        for target in ways.get(todo.pop(), ()):
            if target not in found:
                found.add(target)
                todo.append(target)
    return found


def _ways(source: str, questions: Sequence[Question], place: int, label: str) -> Iterator[Edge]:
    for question in questions[place:]:
        shown = describe(question.show_if)
        yield Edge(source, question.key, " and ".join(part for part in (label, shown) if part))
        if question.show_if is None:
            return
        label = label or "otherwise"
    yield Edge(source, END, label)
