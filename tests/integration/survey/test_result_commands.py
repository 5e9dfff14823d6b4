"""``switchboard survey results``, ``summary``, ``index-results`` and ``delete``, at a running platform."""

import csv
import importlib.util
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from local.platform import Platform
from tests.command import Done, switchboard
from tests.integration.survey.conftest import People
from tests.integration.survey.results import (
    OLDER,
    archived,
    begins,
    completes,
    delete,
    put,
    results,
    summary,
    table,
)
from tests.integration.survey.talk import Respondent
from tests.support import Caller

Run = Callable[..., Done]


@pytest.fixture
def run(platform: Platform) -> Run:
    """Return the command, which sees the platform as a deployed stack."""

    def run(command: str, *words: str) -> Done:
        port = urlsplit(platform.base_url).port
        return switchboard("survey", command, *words, "--local", "--port", port)

    return run


def test_results_are_written_as_the_table_that_the_route_answers(
    person: People, caller: Caller, survey: str, run: Run, tmp_path: Path
) -> None:
    completes(person(survey), "4", 'a "quote", and\na line')
    begins(person(survey))
    done = run("results", "--survey", survey)
    assert (done.code, done.err) == (0, "")
    assert list(csv.DictReader(io.StringIO(done.out, newline=""))) == table(caller, survey)
    file = tmp_path / "results.csv"
    written = run("results", "--survey", survey, "--csv", "--out", str(file))
    assert written.out == f"2 results: {file}\n"
    # CliRunner shows line breaks as one character.
    assert file.read_bytes().replace(b"\r\n", b"\n").decode() == done.out
    assert [path.name for path in tmp_path.iterdir()] == ["results.csv"]


def test_results_are_written_as_lines_each_a_result_file(
    person: People, caller: Caller, survey: str, run: Run
) -> None:
    someone, other = completes(person(survey)), begins(person(survey))
    done = run("results", "--survey", survey, "--jsonl")
    assert [json.loads(line) for line in done.out.splitlines()] == [other.result_now(), someone.result_now()]
    chosen = run("results", "--survey", survey, "--jsonl", "--status", "COMPLETED", "--since", "2020-01-01")
    assert [json.loads(line) for line in chosen.out.splitlines()] == [someone.result_now()]
    assert run("results", "--survey", survey, "--jsonl", "--until", "2020-01-01").out == ""


@pytest.mark.skipif(importlib.util.find_spec("pyarrow") is not None, reason="pyarrow is installed")
def test_parquet_without_its_package_says_what_to_install(survey: str, run: Run, tmp_path: Path) -> None:
    done = run("results", "--survey", survey, "--parquet", "--out", str(tmp_path / "results.parquet"))
    assert (done.code, done.out) == (1, "")
    assert done.err == "--parquet needs the package pyarrow: run `.venv/bin/pip install pyarrow`\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--since", "later"), "--since must be a date"),
        (("--since", "2026-03-02", "--until", "2026-03-01"), "--since must not be after --until"),
        (("--csv", "--jsonl"), "only one of --csv, --jsonl and --parquet"),
        (("--survey", "no survey"), "--survey must be letters, digits, _ and -"),
    ],
)
def test_what_is_wrong_with_a_command_is_said(
    survey: str, run: Run, words: tuple[str, ...], message: str
) -> None:
    done = run("results", "--survey", survey, *words)
    assert done.code == 1
    assert message in " ".join(done.err.replace("│", " ").split())


@pytest.mark.slow
def test_a_summary_is_shown_with_bars_and_as_json(
    person: People, caller: Caller, survey: str, run: Run
) -> None:
    completes(person(survey), "4", "fine")
    completes(person(survey), "5", "fine")
    leaves = begins(person(survey), "go")
    leaves.texts("STOP")
    leaves.result("OPTED_OUT")
    shown = run("summary", "--survey", survey)
    assert shown.code == 0
    lines = [" ".join(line.split()) for line in shown.out.splitlines()]
    assert lines[0] == f"{survey}: 3 started"
    assert f"completed 2 67% {'█' * 16}" in lines
    assert f"opted out 1 33% {'█' * 8}" in lines
    assert any(line.startswith("questionServiceRate: 2 answered, 1 left here, half within") for line in lines)
    assert f"4 1 50% {'█' * 12}" in lines
    assert f"fine 2 100% {'█' * 24}" in lines
    as_json = run("summary", "--survey", survey, "--json")
    assert json.loads(as_json.out) == summary(caller, survey)


@pytest.mark.parametrize(
    "words", [("summary",), ("summary", "--json"), ("results",), ("results", "--jsonl"), ("results", "--out")]
)
def test_a_survey_that_does_not_exist_is_refused_in_one_line(
    surveys: None, run: Run, words: tuple[str, ...], tmp_path: Path
) -> None:
    file = [tmp_path / "results.csv"] if words[-1] == "--out" else []
    done = run(*words, *map(str, file), "--survey", "no-such-survey")
    assert (done.code, done.out, done.err) == (1, "", "There is no survey of this id.\n")
    assert list(tmp_path.iterdir()) == []


def test_a_survey_without_results_is_an_empty_table(survey: str, run: Run) -> None:
    done = run("results", "--survey", survey)
    assert (done.code, len(done.out.splitlines())) == (0, 1)


def older(person: People, survey: str, **fields: Any) -> Respondent:
    someone = person(survey)
    put(someone, {**OLDER, "surveyTo": someone.number[1:], **fields})
    return someone


@pytest.mark.slow
def test_files_that_were_there_before_the_index_are_brought_in_once_and_stay_as_they_are(
    person: People, caller: Caller, survey: str, run: Run
) -> None:
    first = older(person, survey)
    second = older(person, survey, surveyStarted=OLDER["surveyStarted"] + 1, questions=[{"answer": "2"}])
    current = completes(person(survey))
    before = [someone.result_now() for someone in (current, second, first)]
    dry = run("index-results", "--survey", survey)
    assert "2 files would be indexed with --write." in dry.out
    assert "1 were in the index already." in dry.out
    assert len(results(caller, survey)["items"]) == 1
    done = run("index-results", "--survey", survey, "--write")
    assert (done.code, "2 files are indexed." in done.out) == (0, True)
    assert results(caller, survey)["items"] == before
    assert [someone.result_now() for someone in (current, second, first)] == before
    rows = table(caller, survey)
    assert [row["questionServiceRate"] for row in rows] == ["4", "2", "4"]
    assert [row["questionComment"] for row in rows] == ["fine", "", "fine"]
    (rate, _) = summary(caller, survey)["questions"]
    assert rate["answers"] == [{"value": 4, "count": 2}, {"value": 2, "count": 1}]
    again = run("index-results", "--survey", survey, "--write")
    assert "0 files are indexed." in again.out
    delete(first)
    assert results(caller, survey)["items"] == before[:2]


def test_answers_beyond_the_surveys_questions_have_columns_of_their_own(
    person: People, caller: Caller, survey: str, run: Run
) -> None:
    answers = [
        {"answer": 1},
        {"answer": "b"},
        {"answer": "c"},
        {"questionName": "asked in May", "answer": "d"},
    ]
    older(person, survey, questions=answers)
    assert run("index-results", "--survey", survey, "--write").code == 0
    (row,) = table(caller, survey)
    assert list(row)[-4:] == ["questionServiceRate", "questionComment", "#3", "asked in May"]
    assert list(row.values())[-4:] == ["1", "b", "c", "d"]


def test_files_that_are_no_results_are_named_and_keep_nothing_back(
    person: People, caller: Caller, survey: str, run: Run
) -> None:
    odd = [b"[]", b"{", b'{"surveyStatus": NaN}', b'{"surveyStatus": 1}', b'{"surveyStatus": "\\ud800"}', b""]
    people = [person(survey) for _ in odd]
    for someone, content in zip(people, odd, strict=True):
        put(someone, content)
    good = older(person, survey, questions="none", surveyStarted="then")
    done = run("index-results", "--survey", survey, "--write")
    assert (done.code, "1 files are indexed." in done.out) == (1, True)
    assert sum(someone.result_key in done.err for someone in people) == len(odd)
    assert results(caller, survey)["items"] == [good.result_now()]
    assert len(table(caller, survey)) == 1
    assert summary(caller, survey)["status"] == {"COMPLETED": 1}


def test_a_session_that_goes_on_replaces_what_was_indexed_of_its_older_file(
    person: People, caller: Caller, survey: str, run: Run
) -> None:
    someone = older(person, survey)
    assert run("index-results", "--survey", survey, "--write").code == 0
    completes(someone, "1", "worse")
    assert someone.platform.wait_until_idle(30)  # The older file is completed, too.
    assert results(caller, survey)["items"] == [someone.result_now()]
    assert "0 files are indexed." in run("index-results", "--survey", survey, "--write").out


def test_entries_whose_files_are_gone_are_removed_unless_they_were_written_just_now(
    platform: Platform, person: People, caller: Caller, survey: str, run: Run
) -> None:
    someone = completes(person(survey))
    dynamodb, table_name = platform.aws.client("dynamodb"), platform.resource_name("SurveyResults")
    key = {"id": {"S": someone.number}, "part": {"S": survey}}
    item = dynamodb.get_item(TableName=table_name, Key=key)["Item"]
    written_at = int(item["writtenAt"]["N"])
    for age in (0, 600_000):  # without a file: nobody else has these numbers
        copy = {"id": {"S": person(survey).number}, "writtenAt": {"N": str(written_at - age)}}
        dynamodb.put_item(TableName=table_name, Item={**item, **copy})
    assert len(results(caller, survey)["items"]) == 3
    assert "2 entries whose files are gone would be removed" in run("index-results", "--survey", survey).out
    done = run("index-results", "--survey", survey, "--write")
    assert (done.code, "1 entries whose files are gone are removed." in done.out) == (0, True)
    assert len(results(caller, survey)["items"]) == 2
    assert results(caller, survey)["items"].count(someone.result_now()) == 2


def versions(someone: Respondent) -> list[str]:
    """Return the keys of every version of an object whose name has a person's number."""
    s3 = someone.platform.aws.client("s3")
    listed = s3.get_paginator("list_object_versions").paginate(Bucket=someone.platform.bucket)
    found = [
        one["Key"] for page in listed for one in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
    ]
    return [key for key in found if someone.number[1:] in key]


@pytest.mark.slow
def test_what_is_stored_about_a_person_is_deleted_in_every_version_and_nothing_else(
    person: People, caller: Caller, survey: str, run: Run
) -> None:
    someone, other = person(survey), completes(person(survey))
    put(someone, {**OLDER, "surveyTo": someone.number[1:]})
    begins(someone, "go")
    someone.texts("STOP")
    someone.result("OPTED_OUT")
    someone.texts("START")
    completes(someone)
    elsewhere = begins(person("minimal", someone.number))
    assert len(versions(someone)) > 4
    kept = versions(other)
    assert someone.platform.wait_until_idle(30)
    refused = run("delete", someone.number)
    assert (refused.code, refused.err) == (1, "Nothing is deleted: say --yes\n")
    assert someone.session()
    done = run("delete", someone.number, "--yes")
    assert (done.code, "Deleted." in done.out) == (0, True)
    assert someone.platform.wait_until_idle(30)
    assert (someone.session(), elsewhere.session(), versions(someone)) == (None, None, [])
    assert [item["surveyTo"] for item in results(caller, survey)["items"]] == [other.number[1:]]
    assert archived(someone) == []
    assert (versions(other), other.session() is not None) == (kept, True)
    assert run("delete", someone.number, "--yes").out == "Nothing is stored about this person.\n"
    assert someone.texts("hi") == "Welcome."


@pytest.mark.slow
def test_an_opt_out_outlives_the_deletion_of_everything_else(person: People, survey: str, run: Run) -> None:
    someone = begins(person(survey))
    someone.texts("STOP")
    someone.result("OPTED_OUT")
    done = run("delete", f"+1 ({someone.number[2:5]}) {someone.number[5:8]}-{someone.number[8:]}", "--yes")
    assert "Their opt-out is kept" in done.out
    answer = someone.caller.key_post("/sms/initiate-sms", {"To": someone.number, "surveyId": survey})
    assert answer.status == 409


@pytest.mark.slow
def test_a_person_is_deleted_from_one_survey_where_one_is_named(
    person: People, survey: str, run: Run
) -> None:
    someone = completes(person(survey))
    elsewhere = completes(person("minimal", someone.number))
    assert someone.platform.wait_until_idle(30)
    assert run("delete", someone.number, "--survey", survey, "--yes").code == 0
    assert someone.session() is None
    assert elsewhere.session() is not None
    assert elsewhere.result_now() is not None


@pytest.mark.slow
def test_a_person_is_deleted_at_the_time_of_the_stack(person: People, survey: str, run: Run) -> None:
    someone = completes(person(survey))
    someone.platform.advance(3600)
    later = completes(person(survey))
    assert someone.platform.wait_until_idle(30)
    assert run("delete", later.number, "--survey", survey, "--yes").code == 0
    kept = run("results", "--survey", survey, "--since", "30m", "--jsonl")
    assert (later.session(), kept.out) == (None, "")
    assert someone.number[1:] in run("results", "--survey", survey, "--since", "2h", "--jsonl").out


def test_a_number_without_its_country_is_refused(surveys: None, run: Run) -> None:
    done = run("delete", "303 555 1000", "--yes")
    assert done.code == 1
    assert "NUMBER must be + and 7 to 15 digits, or a CallSid" in done.err
