"""The graph of a survey's branches: a drawing in rows and lanes, and the ways in words.

Questions stand one below the other, in the order of the file. A way to the next one goes straight down; every
other way leaves its question to the right, in a lane that it shares with no way beside it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from survey.domain.branching.conditions import END
from survey.domain.definition import Definition
from survey.domain.question_file import questions_with_lines
from tools.survey_graph.graph import Edge, edges

_LONGEST_TEXT: Final = 36


@dataclass(frozen=True)
class Node:
    """A row of the drawing: a question, or the start or the end.

    Attributes
    ----------
    title, words : str
        A question's name with its type, and the beginning of its text.
    is_question : bool
    """

    title: str
    words: str = ""
    is_question: bool = False


@dataclass(frozen=True)
class Way:
    """A way of the drawing.

    Attributes
    ----------
    source, target : int
        Rows, from 0.
    condition : str
    lane : int
        From 1, the nearest first; 0 for straight down.
    slot : int
        Its place among the ways in lanes that leave the same question, from 0.
    """

    source: int
    target: int
    condition: str
    lane: int = 0
    slot: int = 0


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


def find_ways(definition: Definition, config: bytes) -> Ways:
    """Return the ways through a survey.

    Parameters
    ----------
    definition
        The survey, in the language whose texts are shown.
    config
        Its questions as written.
    """
    questions = definition.questions
    found = tuple(edges(questions))
    nodes = [Node("start"), *_question_nodes(definition), Node("end")]
    lines = [line for _, line in questions_with_lines(config)]
    stops = [
        Stop(one.key, one.type, line, [_in_words(edge) for edge in found if edge.source == one.key])
        for one, line in zip(questions, lines, strict=True)
    ]
    rows = {"": 0, END: len(nodes) - 1} | {one.key: row for row, one in enumerate(questions, start=1)}
    return Ways(nodes, list(_in_lanes(found, rows)), stops, definition.branches)


def _question_nodes(definition: Definition) -> Iterator[Node]:
    for question in definition.questions:
        text = " ".join(definition.prompts.text(question.name).split())
        yield Node(f"{_shortened(question.key)} ({question.type})", _shortened(text), is_question=True)


def _in_lanes(found: Sequence[Edge], rows: Mapping[str, int]) -> Iterator[Way]:
    """Yield the ways: the first of each question to the next row straight, the others in lanes."""
    straight: set[int] = set()
    aside: list[tuple[int, int, str]] = []
    for edge in found:
        source, target = rows[edge.source], rows[edge.target]
        if target == source + 1 and source not in straight:
            straight.add(source)
            yield Way(source, target, edge.label)
        else:
            aside.append((source, target, edge.label))
    lanes: list[list[tuple[int, int]]] = []
    slots: dict[int, int] = {}
    for source, target, label in sorted(aside, key=lambda one: (abs(one[1] - one[0]), one)):
        low, high = sorted((source, target))
        lane = next(
            (n for n, taken in enumerate(lanes) if all(high < a or b < low for a, b in taken)), len(lanes)
        )
        lanes[lane:] = lanes[lane:] or [[]]
        lanes[lane].append((low, high))
        slots[source] = slots.get(source, -1) + 1
        yield Way(source, target, label, lane + 1, slots[source])


def _in_words(edge: Edge) -> str:
    target = "the end" if edge.target == END else edge.target
    return f"{edge.label} → {target}" if edge.label else f"→ {target}"


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 1].rstrip()}…"
