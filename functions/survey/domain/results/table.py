"""Results as a table: one row a respondent, one column a question, and the table as CSV.

Older result files name no questions: their answers belong to the survey's questions by their order.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from survey.domain.results.entry import LATEST_MS
from switchboard.text import spreadsheet_text
from switchboard.timestamps import format_iso

SESSION_COLUMNS: Final = (
    "surveyTo",
    "surveyId",
    "sessionId",
    "surveyStatus",
    "surveyMedium",
    "languageSet",
    "surveyStarted",
    "surveyCompleted",
    "surveyEnded",
)
"""The columns before the questions."""

_TIMES: Final = frozenset({"surveyStarted", "surveyCompleted", "surveyEnded"})

_DIGITS: Final = re.compile(r"0|[1-9][0-9]{0,14}")


def question_entries(document: Mapping[str, Any], questions: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """Yield the name of each question of a result, and the entry of its answer.

    Parameters
    ----------
    document : Mapping[str, Any]
        A result file's content.
    questions : Sequence[str]
        The survey's questions in their order, for entries that have no ``questionName``: one beyond them is
        called ``#4``, by its number.
    """
    entries = document.get("questions")
    for index, entry in enumerate(entries if isinstance(entries, list) else ()):
        if isinstance(entry, dict):
            name = entry.get("questionName")
            if not isinstance(name, str) or not name:
                name = questions[index] if index < len(questions) else f"#{index + 1}"
            yield name, entry


def question_names(document: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of a result's questions, numbers where it names none."""
    return frozenset(name for name, _ in question_entries(document, ()))


def columns(questions: Sequence[str], seen: Iterable[str]) -> tuple[str, ...]:
    """Return the columns of questions: the survey's in their order, then others that results have had."""
    by_number = (f"#{number}" for number in range(1, len(questions) + 1))
    return (*questions, *sorted(set(seen).difference(questions, by_number)))


def answer_value(entry: Mapping[str, Any]) -> Any:
    """Return the answer of an entry; None for a question that was skipped.

    Entries of older applications have no ``value``, and a digit is a number by text message, a text by phone:
    here it is a number.
    """
    if entry.get("skipped") is True:
        return None
    value = entry.get("value")
    if value is None:
        value = entry.get("answer")
        if "value" not in entry and isinstance(value, str) and _DIGITS.fullmatch(value):
            value = int(value)
    return None if value == "" else value


def table_row(document: Mapping[str, Any], questions: Sequence[str]) -> dict[str, Any]:
    """Return a result as a row, by column: the session's columns, then the answers of its questions.

    Times are ISO 8601 texts in UTC, an answer with several values is one text, and a question without an
    answer has no cell. A column of a question that is named like one of the session's has `` (answer)``
    behind its name.
    """
    row = {name: document.get(name) for name in SESSION_COLUMNS}
    for name in _TIMES:
        at = row[name]
        is_time = isinstance(at, int | float) and not isinstance(at, bool) and 0 < at < LATEST_MS
        row[name] = format_iso(int(at)) if is_time else None  # type: ignore[arg-type]  # is_time says so
    for name, entry in question_entries(document, questions):
        value = answer_value(entry)
        if isinstance(value, list):
            value = "; ".join(map(str, value))
        elif isinstance(value, dict):
            value = json.dumps(value, ensure_ascii=False)
        row[question_column(name)] = value
    return row


def question_column(question: str) -> str:
    """Return the column of a question."""
    return f"{question} (answer)" if question in SESSION_COLUMNS else question


def csv_header(questions: Sequence[str]) -> str:
    """Return the first line of the table as CSV."""
    return _line([*SESSION_COLUMNS, *map(question_column, questions)])


def csv_row(row: Mapping[str, Any], questions: Sequence[str]) -> str:
    """Return a row's line of the table as CSV (https://www.rfc-editor.org/rfc/rfc4180)."""
    return _line([row.get(name) for name in (*SESSION_COLUMNS, *map(question_column, questions))])


def _line(values: Iterable[Any]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(_cell(value) for value in values)
    return line.getvalue()


def _cell(value: Any) -> str:
    """Return a value as the text of a cell that no spreadsheet calculates."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return spreadsheet_text(str(value))
