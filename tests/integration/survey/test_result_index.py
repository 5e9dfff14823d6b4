"""The index of results: the same whatever order events come in, readable while others write and delete."""

import json
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local.platform import Platform
from survey.domain.results.entry import ResultEntry
from survey.indexing import index_result, remove_result
from survey.storage import result_days, result_index
from switchboard.timestamps import now_ms
from tests.integration.survey.conftest import People
from tests.integration.survey.results import (
    OLDER,
    archived,
    as_a_function,
    begins,
    completes,
    delete,
    pages,
    results,
    summary,
    table,
)
from tests.integration.survey.talk import Respondent, new_number
from tests.support import Caller, eventually, in_parallel

DAY = 86_400_000
NOON = 1_772_366_400_000  # 2026-03-01T12:00:00Z


def entry(someone: Respondent, started_at: int, version: int, status: str = "STARTED") -> ResultEntry:
    document = {"surveyTo": someone.number[1:], "surveyStatus": status, "version": version}
    content = json.dumps(document | {"surveyStarted": started_at})
    return ResultEntry(someone.number, someone.survey, started_at, version, status, content)


def stored(someone: Respondent) -> ResultEntry | None:
    found = result_index.load(someone.number, someone.survey)
    return found.entry if found else None


# Three sessions of a respondent, the last two on one day, and three turns of each.
STATES = [(NOON + day, version) for day in (0, DAY, DAY + 1) for version in (1, 2, 3)]


@pytest.mark.slow
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(st.sampled_from(STATES), min_size=1, max_size=12))
def test_the_newest_result_stays_whatever_order_events_come_in_and_however_often(
    platform: Platform, person: People, survey: str, events: list[tuple[int, int]]
) -> None:
    someone = person(survey)
    with as_a_function(platform):
        for started_at, version in events:
            index_result(entry(someone, started_at, version))
        newest = entry(someone, *max(events))
        assert stored(someone) == newest
    assert archived(someone) == [newest.content + "\n"]


def test_events_that_are_processed_at_once_leave_the_newest_result(
    platform: Platform, person: People, survey: str
) -> None:
    someone = person(survey)
    events = STATES * 2
    random.Random(20).shuffle(events)  # an order, no secret
    with as_a_function(platform):
        in_parallel(lambda event: index_result(entry(someone, *event)), events)
        newest = entry(someone, *STATES[-1])
        assert stored(someone) == newest
    assert archived(someone) == [newest.content + "\n"]


def test_a_deletion_leaves_alone_what_was_written_after_it(
    platform: Platform, person: People, survey: str
) -> None:
    someone = person(survey)
    with as_a_function(platform):
        before = now_ms() - 1000
        index_result(entry(someone, NOON, 1))
        assert not remove_result(someone.number, survey, before)
        assert remove_result(someone.number, survey, now_ms())
        assert not remove_result(someone.number, survey, now_ms())
        assert stored(someone) is None
    assert archived(someone) == []


@pytest.mark.parametrize("match", ["dynamodb.PutItem", "dynamodb.UpdateItem", "s3.PutObject"])
def test_a_result_is_indexed_once_a_service_that_failed_answers_again(
    person: People, caller: Caller, survey: str, match: str
) -> None:
    someone = person(survey)
    someone.texts("hi")
    someone.texts("go")
    someone.texts("4")
    someone.result("STARTED")
    caller.local("POST", "/aws/faults", {"match": match, "status": 503, "times": 4})
    # The turn itself may be apologized for; then the answer is sent again.
    for _ in range(5):
        if someone.texts("fine") != "":
            caller.local("DELETE", "/aws/faults")
        if someone.result_now() and (someone.session() or {}).get("surveyStatus") == "COMPLETED":
            break
    result = someone.result("COMPLETED")
    assert eventually(lambda: results(caller, survey)["items"] == [result])
    assert [json.loads(line) for line in archived(someone)] == [result]


def put_entries(platform: Platform, survey: str, number: int, step: int = 40_000) -> list[str]:
    """Put entries into the table, so many ms apart, and return their respondents, the latest first."""
    client = platform.aws.client("dynamodb")
    name = platform.resource_name("SurveyResults")
    requests, respondents = [], []
    for index in range(number):
        at = NOON + index * step
        respondent = f"+1404{index:07}"
        status = "COMPLETED" if index % 10 == 0 else "STARTED"
        answers = [
            {"questionName": "questionServiceRate", "value": index % 5 + 1, "answer": str(index % 5 + 1)},
            {"questionName": "questionComment", "value": "fine", "answer": "fine"},
        ]
        document = {**OLDER, "surveyTo": respondent[1:], "surveyStarted": at, "surveyStatus": status}
        made = ResultEntry(respondent, survey, at, 1, status, json.dumps(document | {"questions": answers}))
        item = {
            "id": {"S": respondent},
            "part": {"S": survey},
            "surveyDay": {"S": f"{survey}#{made.day}"},
            "startedAt": {"N": str(at)},
            "surveyStatus": {"S": status},
            "version": {"N": "1"},
            "revision": {"N": "1"},
            "writtenAt": {"N": "1"},
            "result": {"S": made.content},
        }
        requests.append({"PutRequest": {"Item": item}})
        respondents.append(respondent)
    days = sorted({one["PutRequest"]["Item"]["surveyDay"]["S"].rpartition("#")[2] for one in requests})
    requests += [
        {
            "PutRequest": {
                "Item": {
                    "id": {"S": f"#days#{survey}"},
                    "part": {"S": day},
                    "changes": {"N": "1"},
                    "changedAt": {"N": "1"},
                    "questionNames": {"SS": ["questionServiceRate", "questionComment"]},
                }
            }
        }
        for day in days
    ]
    batches: list[Any] = [requests[start : start + 25] for start in range(0, len(requests), 25)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda batch: client.batch_write_item(RequestItems={name: batch}), batches))
    return respondents[::-1]


@pytest.mark.slow
def test_thousands_are_paged_while_others_are_written_and_deleted(
    platform: Platform, person: People, caller: Caller, survey: str
) -> None:
    there = put_entries(platform, survey, 3000)
    doomed = set(random.Random(5).sample(there, 60))  # a choice, no secret
    over = threading.Event()

    def disturb() -> None:
        with as_a_function(platform):
            for respondent in doomed:
                remove_result(respondent, survey, now_ms())
                index_result(entry(replace_number(person(survey)), now_ms(), 1))
                if over.is_set():
                    return

    def replace_number(someone: Respondent) -> Respondent:
        someone.number = new_number()
        return someone

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(disturb)
        found = [f"+{item['surveyTo']}" for page in pages(caller, survey, limit=250) for item in page]
        over.set()
        writing.result()
    listed = [number for number in found if number.startswith("+1404")]
    assert listed == [number for number in there if number in set(listed)]  # in order, and none twice
    assert set(there) - doomed <= set(listed)
    assert len(found) == len(set(found))


def test_a_status_is_found_among_thousands(platform: Platform, caller: Caller, survey: str) -> None:
    there = put_entries(platform, survey, 1500)
    completed = [number for number in there if int(number[5:]) % 10 == 0]
    listed = pages(caller, survey, limit=40, status="COMPLETED")
    assert [f"+{item['surveyTo']}" for page in listed for item in page] == completed


@pytest.mark.slow
def test_a_table_without_a_limit_has_every_row_that_fits_into_an_answer(
    platform: Platform, caller: Caller, survey: str
) -> None:
    there = put_entries(platform, survey, 2500)
    assert [f"+{row['surveyTo']}" for row in table(caller, survey)] == there


def test_a_page_reads_its_own_days_and_not_the_others(
    platform: Platform, caller: Caller, survey: str
) -> None:
    put_entries(platform, survey, 400, step=DAY // 4)  # a hundred days
    results(caller, survey, limit=20)
    (invocation,) = caller.invocations("SurveyListResults")
    assert invocation["awsCalls"] <= 8


@pytest.mark.slow
def test_the_summary_of_a_day_is_counted_once_until_a_result_of_it_changes(
    platform: Platform, person: People, caller: Caller, survey: str
) -> None:
    there = put_entries(platform, survey, 3000, step=DAY // 100)  # thirty days

    def calls() -> int:
        number: int = caller.invocations("SurveySummarizeResults")[-1]["awsCalls"]
        return number

    first = summary(caller, survey)
    counted = calls()
    assert summary(caller, survey) == first
    kept = calls()
    assert kept < counted
    assert (first["started"], first["completed"]) == (3000, 300)
    assert first["questions"][0]["answers"][0] == {"value": 1, "count": 600}
    with as_a_function(platform):
        assert remove_result(there[7], survey, now_ms())
    assert summary(caller, survey)["started"] == 2999
    assert kept < calls() < counted


def test_a_summary_that_was_made_while_a_result_was_written_is_not_kept(
    platform: Platform, person: People, survey: str
) -> None:
    someone = person(survey)
    with as_a_function(platform):
        index_result(entry(someone, NOON, 1))
        (day,) = result_days.read_days(survey, "0", "9")
        assert not day.is_settled(now_ms())
        settled = replace(day, changed_at=1)
        assert settled.is_settled(now_ms())
        from survey.domain.results.summary import ResultSummary

        result_days.save_summary(settled, ResultSummary(), now_ms())
        assert result_days.load_summary(settled) == ResultSummary()
        index_result(entry(someone, NOON, 2))
        (later,) = result_days.read_days(survey, "0", "9")
        assert result_days.load_summary(later) is None


def test_a_result_that_is_too_large_for_the_index_is_read_from_its_file(
    platform: Platform, person: People, caller: Caller, survey: str
) -> None:
    someone = person(survey)
    long = "x" * 100_000
    answers = [{"questionName": "questionComment", "answer": long, "lastReplies": [long] * 3}]
    document = {**OLDER, "questions": answers}
    content = json.dumps(document)
    platform.aws.client("s3").put_object(Bucket=platform.bucket, Key=someone.result_key, Body=content)
    made = ResultEntry(someone.number, survey, OLDER["surveyStarted"], 0, "COMPLETED", content)
    with as_a_function(platform):
        index_result(made)
    assert results(caller, survey)["items"] == [document]
    assert table(caller, survey)[0]["questionComment"] == long
    assert summary(caller, survey)["questions"][1]["furtherAnswers"] == 1


@pytest.mark.slow
def test_a_file_deleted_while_its_survey_goes_on_comes_back_with_its_end(
    person: People, caller: Caller, survey: str
) -> None:
    someone, other = begins(person(survey), "go"), completes(person(survey))
    delete(someone)
    delete(other)
    assert results(caller, survey)["items"] == []
    completes(someone)
    assert results(caller, survey)["items"] == [someone.result_now()]
