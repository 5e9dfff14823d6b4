"""The graph of a survey's branches: where each question stands in a drawing, and the ways in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from survey.domain.branching.conditions import END
from survey.domain.definition import Definition
from survey.domain.question_file import questions_with_lines
from tools.survey_graph.graph import Edge, edges, loops

START: Final = "start"
"""Names of the two nodes that are no questions; no question's key is compared with them."""

_LONGEST_TEXT: Final = 34


@dataclass(frozen=True)
class Node:
    """A question in the drawing, or the start or the end.

    Attributes
    ----------
    id : str
        Unique in the drawing.
    title, words : str
        Its name with its type, and the beginning of its text.
    row, column : int
        Its place: rows go down, columns to the right, 0 is the middle one.
    """

    id: str
    title: str
    words: str
    row: int
    column: float


@dataclass(frozen=True)
class Way:
    """A way of the drawing: ids of two nodes, the condition, and how many rows it goes down."""

    source: str
    target: str
    condition: str
    rows: int


@dataclass(frozen=True)
class Stop:
    """A question in the list beside the drawing.

    Attributes
    ----------
    key, type : str
    line : int
        Of survey-config.json, from 1.
    ways : Sequence[str]
        Where it leads, each in words.
    """

    key: str
    type: str
    line: int
    ways: Sequence[str]


@dataclass(frozen=True)
class Ways:
    """All ways through a survey.

    Attributes
    ----------
    nodes, ways
        The drawing.
    stops : Sequence[Stop]
        The same in words.
    branches : bool
        Whether answers decide what is asked.
    """

    nodes: Sequence[Node]
    ways: Sequence[Way]
    stops: Sequence[Stop]
    branches: bool


def find_ways(definition: Definition, config: bytes, file: str) -> Ways:
    """Return the ways through a survey.

    Parameters
    ----------
    definition
        The survey, in the language whose texts are shown.
    config, file
        Its questions as written, and their file's name.
    """
    questions = definition.questions
    found = tuple(edges(questions))
    ids = {"": START, END: "end"} | {one.key: f"q{number}" for number, one in enumerate(questions, start=1)}
    rows = _rows(definition, found)
    last = max(rows.values(), default=0) + 1
    rows |= {END: last}
    nodes = [
        Node(ids[key], title, words, rows[key], column)
        for key, title, words, column in _placed(definition, rows)
    ]
    ways = [Way(ids[e.source], ids[e.target], e.label, rows[e.target] - rows[e.source]) for e in found]
    lines = [line for _, line in questions_with_lines(config, file)]
    stops = [
        Stop(one.key, one.type, line, [_in_words(edge) for edge in found if edge.source == one.key])
        for one, line in zip(questions, lines, strict=True)
    ]
    return Ways(nodes, ways, stops, definition.branches)


def _rows(definition: Definition, found: Sequence[Edge]) -> dict[str, int]:
    """Return each question's row: below every question that leads to it, or in order if ways lead back."""
    keys = ["", *(question.key for question in definition.questions)]
    if loops(definition.questions):
        return {key: row for row, key in enumerate(keys)}
    onward: dict[str, set[str]] = {}
    for edge in found:
        if edge.target != END:
            onward.setdefault(edge.source, set()).add(edge.target)
    waiting: Mapping[str, int] = {
        key: sum(key in targets for targets in onward.values()) for key in keys if key
    }
    left = dict(waiting)
    rows = {key: 0 if not key else 1 for key in keys}
    todo = ["", *(key for key, count in left.items() if not count)]
    while todo:
        key = todo.pop()
        for target in onward.get(key, ()):
            rows[target] = max(rows[target], rows[key] + 1)
            left[target] -= 1
            if not left[target]:
                todo.append(target)
    return rows


def _placed(definition: Definition, rows: Mapping[str, int]) -> Sequence[tuple[str, str, str, float]]:
    """Return key, title, words and column of each node; those of one row stand side by side."""
    in_row: dict[int, list[str]] = {}
    for key, row in rows.items():
        in_row.setdefault(row, []).append(key)
    titles = {"": (START, ""), END: (END, "")}
    for question in definition.questions:
        text = " ".join(definition.prompts.text(question.name).split())
        titles[question.key] = f"{_shortened(question.key)} ({question.type})", _shortened(text)
    return [
        (key, *titles[key], place - (len(side_by_side) - 1) / 2)
        for side_by_side in in_row.values()
        for place, key in enumerate(side_by_side)
    ]


def _in_words(edge: Edge) -> str:
    target = "the end" if edge.target == END else edge.target
    return f"{edge.label} → {target}" if edge.label else f"→ {target}"


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 1].rstrip()}…"
