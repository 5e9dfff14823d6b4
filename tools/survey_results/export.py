"""Write results to a file as CSV, JSON lines or Parquet; memory does not grow with their number."""

import itertools
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any, Final, Literal

from survey.domain.results.entry import ResultEntry
from survey.domain.results.query import ResultQuery
from survey.domain.results.table import SESSION_COLUMNS, csv_header, csv_row, question_column, table_row
from survey.result_list import check_exists, question_columns, question_order, read_all

Format = Literal["csv", "jsonl", "parquet"]

_ROWS: Final = 5000
"""Rows of a Parquet row group, which is in memory as a whole."""


class ExportError(Exception):
    """The results cannot be written; the message says what to do."""


def export(query: ResultQuery, kind: Format, file: Path | None, report: Callable[[int], object] = int) -> int:
    """Write the results that a query finds, and return their number.

    Parameters
    ----------
    query : ResultQuery
    kind : str
    file : Path or None
        Written as a whole or not at all; None: standard output.
    report : callable
        Is told every now and then how many there are so far.

    Raises
    ------
    ExportError
        Parquet needs a package that is not installed, or a file.
    NotFound
        There is neither a result nor a survey of this id.
    """
    check_exists(query)
    if kind == "parquet":
        if find_spec("pyarrow") is None:
            raise ExportError("--parquet needs the package pyarrow: run `.venv/bin/pip install pyarrow`")
        if file is None and sys.stdout.isatty():
            raise ExportError("--parquet is not for a terminal: name a file by --out")
    write = {"csv": _write_csv, "jsonl": _write_lines, "parquet": _write_parquet}[kind]
    with _opened(file) as out:
        return write(_reported(read_all(query), report), query, out)


def _write_csv(entries: Iterable[ResultEntry], query: ResultQuery, out: IO[bytes]) -> int:
    order = question_order(query.survey_id)
    questions = question_columns(query, order)
    out.write(csv_header(questions).encode())
    number = 0
    for entry in entries:
        out.write(csv_row(table_row(entry.document, order), questions).encode("utf-8", "replace"))
        number += 1
    return number


def _write_lines(entries: Iterable[ResultEntry], _query: ResultQuery, out: IO[bytes]) -> int:
    number = 0
    for entry in entries:
        out.write(entry.content.encode() + b"\n")
        number += 1
    return number


def _write_parquet(entries: Iterable[ResultEntry], query: ResultQuery, out: IO[bytes]) -> int:
    """Write texts, and times as texts: what was answered to a question may be of several types."""
    pa: Any = import_module("pyarrow")
    pq: Any = import_module("pyarrow.parquet")
    order = question_order(query.survey_id)
    names = [*SESSION_COLUMNS, *map(question_column, question_columns(query, order))]
    schema = pa.schema([(name, pa.string()) for name in names])
    number = 0
    with pq.ParquetWriter(out, schema) as writer:
        for batch in _batched(entries):
            rows = [table_row(entry.document, order) for entry in batch]
            writer.write_table(
                pa.table({name: [_text(row.get(name)) for row in rows] for name in names}, schema)
            )
            number += len(rows)
    return number


def _batched(entries: Iterable[ResultEntry]) -> Iterator[tuple[ResultEntry, ...]]:
    remaining = iter(entries)
    while batch := tuple(itertools.islice(remaining, _ROWS)):
        yield batch


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)


def _reported(entries: Iterable[ResultEntry], report: Callable[[int], object]) -> Iterator[ResultEntry]:
    for number, entry in enumerate(entries, 1):
        if number % 1000 == 0:
            report(number)
        yield entry


@contextmanager
def _opened(file: Path | None) -> Iterator[IO[bytes]]:
    if file is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}-", delete=False) as out:
        try:
            yield out
        except BaseException:
            Path(out.name).unlink()
            raise
    Path(out.name).replace(file)
