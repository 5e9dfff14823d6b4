"""Exports of results: their memory does not grow with their number, and each kind has every row."""

import json
import tracemalloc
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from survey.domain.result import result_key
from survey.domain.results.entry import ResultEntry, file_entry
from survey.domain.results.query import ResultQuery
from tools.survey_results import export as exports

NOW = 1_700_000_000_000
QUESTIONS = ("rate", "why")


def _entries(number: int) -> Iterator[ResultEntry]:
    for index in range(number):
        answers = [
            {"questionName": "rate", "value": index % 5},
            {"questionName": "why", "value": ["a", "b"] if index % 2 else True},
        ]
        document = {"surveyStatus": "COMPLETED", "surveyStarted": NOW + index, "questions": answers}
        yield file_entry(result_key(f"+1555{index:07}", "s"), json.dumps(document).encode(), NOW)


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let as many results be stored as the list's only entry says."""
    number = [0]
    monkeypatch.setattr(exports, "read_all", lambda _query: _entries(number[0]))
    monkeypatch.setattr(exports, "check_exists", lambda _query: None)
    monkeypatch.setattr(exports, "question_order", lambda _survey: QUESTIONS)
    monkeypatch.setattr(exports, "question_columns", lambda _query, order: order)
    return number


def _peak(kind: exports.Format, file: Path) -> int:
    tracemalloc.start()
    try:
        exports.export(ResultQuery("s"), kind, file)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_ten_times_as_many_results_need_no_more_memory(
    stored: list[int], kind: exports.Format, tmp_path: Path
) -> None:
    stored[0] = 10
    exports.export(ResultQuery("s"), kind, tmp_path / "first")  # what is imported and cached once
    peaks = []
    for stored[0] in (200, 2000):
        peaks.append(_peak(kind, tmp_path / "results"))
        lines = (tmp_path / "results").read_bytes().splitlines()
        assert len(lines) == stored[0] + (kind == "csv")
    assert peaks[1] < 1.5 * peaks[0]


def test_a_parquet_file_has_every_row_as_texts(stored: list[int], tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    parquet: Any = import_module("pyarrow.parquet")
    stored[0] = 12_001
    file = tmp_path / "results.parquet"
    assert exports.export(ResultQuery("s"), "parquet", file) == stored[0]
    rows = parquet.read_table(file).to_pylist()
    assert len(rows) == stored[0]
    assert (rows[1]["surveyStatus"], rows[1]["rate"], rows[1]["why"]) == ("COMPLETED", "1", "a; b")
    assert (rows[2]["rate"], rows[2]["why"]) == ("2", "true")
    assert parquet.ParquetFile(file).num_row_groups == 3
