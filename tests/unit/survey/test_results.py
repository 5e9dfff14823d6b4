"""Results as a table and as counts: of any files, in any order, added up by day."""

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.result import is_own_result, result_document, result_key
from survey.domain.results.entry import NotResultError, ResultEntry, file_entry, session_entry
from survey.domain.results.summary import ResultSummary
from survey.domain.results.table import (
    SESSION_COLUMNS,
    columns,
    csv_header,
    csv_row,
    question_names,
    table_row,
)
from survey.domain.results.tally import MOST_VALUES, Durations, QuestionTally
from tests.data.surveys import NOW, definition, entered

QUESTIONS = ("rate", "again", "why")
DAY = 86_400_000
STATUSES = ("STARTED", "COMPLETED", "OPTED_OUT", "ABANDONED", "NO_ANSWER", "EXPIRED")
VALUES = st.one_of(st.none(), st.booleans(), st.integers(0, 9), st.text(max_size=6), st.just(["a", "b", "a"]))
ENTRIES = st.fixed_dictionaries(
    {},
    optional={
        "questionName": st.sampled_from([*QUESTIONS, "removed", "", 5]),
        "answer": st.one_of(VALUES, st.just("4"), st.just("long " * 40)),
        "value": VALUES,
        "skipped": st.booleans(),
        "answeredAt": st.one_of(st.integers(NOW, NOW + 3 * DAY), st.just("soon")),
    },
)
DOCUMENTS = st.fixed_dictionaries(
    {"surveyStatus": st.sampled_from(STATUSES)},
    optional={
        "languageSet": st.sampled_from(["en-US", "es-MX", None]),
        "surveyMedium": st.sampled_from(["sms", "voice", 7]),
        "surveyStarted": st.integers(NOW, NOW + 3 * DAY),
        "surveyCompleted": st.integers(NOW, NOW + 4 * DAY),
        "openQuestion": st.sampled_from([*QUESTIONS, None]),
        "questions": st.one_of(st.lists(st.one_of(ENTRIES, st.just("odd")), max_size=4), st.just("none")),
    },
)


def _file(document: dict[str, Any], number: str = "+15555550123") -> ResultEntry:
    return file_entry(result_key(number, "default"), json.dumps(document).encode(), NOW)


def _count(entries: list[ResultEntry]) -> ResultSummary:
    summary = ResultSummary()
    for entry in entries:
        summary.count(entry.document, entry.started_at, QUESTIONS)
    return summary


@given(st.lists(DOCUMENTS.map(_file), max_size=8), st.integers(0, 8))
def test_counts_of_two_parts_add_up_to_those_of_the_whole(entries: list[ResultEntry], cut: int) -> None:
    parts = _count(entries[:cut])
    stored = _count(entries[cut:]).to_stored()
    parts.add(ResultSummary.from_stored(stored) or ResultSummary())
    assert parts == _count(entries)
    whole = _count(entries).to_document(QUESTIONS)
    assert parts.to_document(QUESTIONS) == whole
    assert _count(entries[::-1]).to_document(QUESTIONS) == whole


def test_durations_tell_how_long_a_share_of_them_took() -> None:
    durations = Durations()
    assert durations.quantile(0.9) is None
    for seconds in range(1, 101):
        durations.add(seconds * 1000)
    for share in (0.1, 0.5, 0.9, 1.0):
        assert durations.quantile(share) == pytest.approx(100 * share, rel=0.2)
    assert durations.median == durations.quantile(0.5)


def test_a_summary_that_an_earlier_version_kept_is_made_anew_and_new_ones_have_what_it_reads() -> None:
    entry = _file({"surveyStatus": "EXPIRED", "languageSet": "en-US", "surveyMedium": "sms"})
    stored = json.loads(_count([entry, entry]).to_stored())
    assert (stored["language"], stored["medium"]) == ({"en-US": 2}, {"sms": 2})
    del stored["languages"], stored["media"]
    assert ResultSummary.from_stored(json.dumps(stored)) is None


@given(st.lists(DOCUMENTS.map(_file), max_size=8))
def test_every_respondent_is_counted_once_by_what_became_of_them(entries: list[ResultEntry]) -> None:
    counted = _count(entries).to_document(QUESTIONS)
    outcomes = ("completed", "optedOut", "notReached", "underWay", "dropped")
    assert sum(counted[name] for name in outcomes) == counted["started"] == len(entries)
    for kind in ("status", "language", "medium"):
        assert sum(counted[kind].values()) == len(entries)
    assert sum(day["started"] for day in counted["days"]) == len(entries)
    left = counted["droppedBeforeFirstQuestion"] + sum(one["dropped"] for one in counted["questions"])
    assert left <= counted["optedOut"] + counted["notReached"] + counted["dropped"]


def test_a_respondent_left_at_the_open_question_or_the_first_without_an_answer() -> None:
    answered = {"questionName": "rate", "value": 4, "answeredAt": NOW + 2000}
    left = [
        {"surveyStatus": "ABANDONED", "surveyStarted": NOW, "questions": [answered]},
        {"surveyStatus": "ABANDONED", "surveyStarted": NOW, "openQuestion": "why", "questions": [answered]},
        {"surveyStatus": "ABANDONED", "surveyStarted": NOW, "openQuestion": None, "questions": []},
        {"surveyStatus": "BUSY", "surveyStarted": NOW, "questions": []},
    ]
    counted = _count([_file(document) for document in left]).to_document(QUESTIONS)
    assert {one["questionName"]: one["dropped"] for one in counted["questions"]} == {
        "rate": 0,
        "again": 1,
        "why": 1,
    }
    assert (counted["droppedBeforeFirstQuestion"], counted["notReached"], counted["dropped"]) == (1, 1, 3)
    (rate, *_) = counted["questions"]
    assert (rate["answered"], rate["answers"]) == (2, [{"value": 4, "count": 2}])
    assert rate["medianSeconds"] == pytest.approx(2, rel=0.08)


def test_rare_answers_are_counted_together_where_too_many_differ() -> None:
    tally, others = QuestionTally(), QuestionTally()
    for number in range(600):
        tally.add_value(f"answer {number}")
        others.add_value(f"other {number}")
    tally.add_value("answer 0")
    tally.add(others)
    kept = tally.shortened()
    assert kept.most_frequent()[0] == ('"answer 0"', 2)
    assert len(kept.values) == MOST_VALUES
    assert kept.values.total() + kept.further == 1201


@given(st.lists(st.integers(0, 10**9), min_size=1))
def test_the_median_duration_is_within_eight_percent(milliseconds: list[int]) -> None:
    durations = Durations()
    for one in milliseconds:
        durations.add(one)
    middle = sorted(milliseconds)[(len(milliseconds) - 1) // 2] / 1000
    expected = 0.5 if middle < 1 else pytest.approx(middle, rel=0.08, abs=0.1)
    assert durations.median == expected


def test_without_durations_there_is_no_median() -> None:
    assert Durations().median is None


@given(DOCUMENTS)
def test_a_row_of_the_table_has_a_cell_for_each_column_and_no_formula(document: dict[str, Any]) -> None:
    names = columns(QUESTIONS, question_names(document))
    row = table_row(document, QUESTIONS)
    text = csv_header(names) + csv_row(row, names)
    header, cells = csv.reader(io.StringIO(text, newline=""))
    assert header == [*SESSION_COLUMNS, *names]
    assert len(cells) == len(header)
    assert not any(cell[:1] in {"=", "+", "@"} for cell in cells)


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+44 20", "'+44 20"),
        ("+442079460000", "+442079460000"),
        ("-5", "-5"),
        ("\uff1dnow()", "'\uff1dnow()"),
        (True, "true"),
        (False, "false"),
        (4.5, "4.5"),
        (["a", "b"], "a; b"),
        ({"url": "é"}, '{"url": "é"}'),
        ("two\nlines", "two\nlines"),
        ("", ""),
    ],
)
def test_a_cell_shows_its_value(value: object, cell: str) -> None:
    row = table_row({"questions": [{"questionName": "why", "value": value}]}, ("why",))
    (cells,) = csv.reader(io.StringIO(csv_row(row, ("why",)), newline=""))
    assert cells[-1] == cell


def test_a_question_that_is_named_like_a_column_gets_a_column_of_its_own() -> None:
    row = table_row({"surveyId": "s", "questions": [{"questionName": "surveyId", "value": 1}]}, ("surveyId",))
    assert (row["surveyId"], row["surveyId (answer)"]) == ("s", 1)


@pytest.mark.parametrize(
    ("key", "content", "problem"),
    [
        ("results/abc.json", b"{}", "its name is not a number's 7 to 15 digits and .json"),
        (result_key("+15555550123", "default"), b"{", "it is not JSON"),
        (result_key("+15555550123", "default"), b'{"a": NaN}', "it is not JSON"),
        (result_key("+15555550123", "default"), b'{"a": "\\ud800"}', "it is not JSON"),
        (result_key("+15555550123", "default"), b"[" * 100_000, "it is not JSON"),
        (result_key("+15555550123", "default"), b"[]", "it is not a JSON object"),
        (result_key("+15555550123", "default"), b"{}", "it has no surveyStatus"),
    ],
)
def test_a_file_that_is_no_result_says_why(key: str, content: bytes, problem: str) -> None:
    with pytest.raises(NotResultError, match="^" + problem.replace(".", r"\.") + "$"):
        file_entry(key, content, NOW)


def test_a_session_and_its_file_have_the_same_entry_but_for_the_version() -> None:
    session = entered(definition())
    written, read = session_entry(session), _file(result_document(session), session.respondent)
    assert written.key == read.key
    assert (written.document, written.day, written.status) == (read.document, read.day, read.status)
    assert read.is_older_than(written)
    assert not written.is_older_than(read)


def test_only_a_file_with_a_session_id_is_of_this_application() -> None:
    assert is_own_result(json.dumps(result_document(entered(definition()))).encode())
    for content in (b"{", b"[]", b'{"surveyStatus": "COMPLETED"}'):
        assert not is_own_result(content)
