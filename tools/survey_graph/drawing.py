"""``switchboard survey graph``: a survey's ways as a Mermaid flowchart.

https://mermaid.js.org/syntax/flowchart.html
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from survey.domain import prompt_file, question_file
from survey.domain.branching.conditions import END
from survey.domain.definition import (
    DEFAULT_SURVEY,
    DefinitionError,
    Prompts,
    Question,
    config_file_name,
    is_survey_id,
    prompt_file_name,
)
from tools.survey_graph.graph import Edge, edges
from tools.terminal import fail

_LONGEST_TEXT = 60


def graph(
    folder: Annotated[Path, typer.Argument(help="Laid out like the bucket.")] = Path("config-files"),
    *,
    survey_id: Annotated[str, typer.Option("--survey", help="The survey's id.")] = DEFAULT_SURVEY,
    language: Annotated[
        str, typer.Option(help="Show the questions' texts in this language, such as en-US.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the ways as JSON instead.")] = False,
) -> None:
    """Draw the ways through a survey as a Mermaid flowchart."""
    if not is_survey_id(survey_id):
        raise typer.BadParameter("--survey must be letters, digits, _ and -, at most 64")
    try:
        name = config_file_name(survey_id)
        questions = question_file.parse(_content(folder, name), name)
        prompts = _prompts(folder, survey_id, language, questions) if language else None
    except DefinitionError as error:
        fail(f"{folder}/{error}")
    ways = tuple(edges(questions))
    print(_as_json(questions, ways) if as_json else mermaid(questions, ways, prompts))


def mermaid(questions: Sequence[Question], ways: Sequence[Edge], prompts: Prompts | None = None) -> str:
    """Return a flowchart; its nodes are numbered, because names may hold what Mermaid reads as its own."""
    nodes = {"": "start", END: "finish"}
    nodes |= {question.key: f"q{number}" for number, question in enumerate(questions, start=1)}
    lines = ["flowchart TD", '  start(["start"])']
    for question in questions:
        text = f"<br/>{_escaped(_shortened(prompts.text(question.name)))}" if prompts else ""
        lines.append(f'  {nodes[question.key]}["{_escaped(question.key)} ({question.type}){text}"]')
    lines.append('  finish(["end"])')
    for way in ways:
        label = f'|"{_escaped(way.label)}"| ' if way.label else ""
        lines.append(f"  {nodes[way.source]} --> {label}{nodes[way.target]}")
    return "\n".join(lines)


def _as_json(questions: Sequence[Question], ways: Sequence[Edge]) -> str:
    document = {
        "questions": [
            {"questionName": question.key, "questionType": question.type} for question in questions
        ],
        "ways": [{"from": way.source or "start", "to": way.target, "if": way.label or None} for way in ways],
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _prompts(folder: Path, survey_id: str, language: str, questions: tuple[Question, ...]) -> Prompts:
    name = prompt_file_name(survey_id, language)
    return prompt_file.parse(_content(folder, name), name, language, questions)


def _content(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        fail(f"{folder / name}: {error.strerror}")


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT].rstrip()}…"


def _escaped(text: str) -> str:
    """Return a text as a quoted label has it: Mermaid reads entities such as ``#quot;``."""
    for character, entity in (("#", "#35;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;")):
        text = text.replace(character, entity)
    return " ".join(text.split())
