"""GET /surveys/{surveyId}/results and /summary: what respondents did, listed, as a table, and counted."""

import json
from collections.abc import Mapping

import pytest

from local.platform import Platform
from switchboard.timestamps import format_iso
from tests.data.surveys import CONFIG, ENGLISH, SPANISH
from tests.integration.survey.conftest import People
from tests.integration.survey.results import (
    CSV,
    archived,
    begins,
    completes,
    delete,
    get,
    pages,
    results,
    rows,
    summary,
    table,
)
from tests.integration.survey.talk import new_number, upload
from tests.support import Caller, eventually


def test_a_result_is_listed_as_its_file_says(person: People, caller: Caller, survey: str) -> None:
    someone = completes(person(survey))
    page = results(caller, survey)
    assert page == {"items": [someone.result_now()], "cursor": None}


def test_a_result_is_listed_from_the_start_of_the_survey_and_once(
    person: People, caller: Caller, survey: str
) -> None:
    someone = begins(person(survey))
    (item,) = results(caller, survey)["items"]
    assert (item["surveyStatus"], item["openQuestion"]) == ("STARTED", None)
    for body in ("go", "4", "fine"):
        someone.texts(body)
    someone.result("COMPLETED")
    (item,) = results(caller, survey)["items"]
    assert item["surveyStatus"] == "COMPLETED"


def test_the_survey_at_the_buckets_root_is_called_default(person: People, caller: Caller) -> None:
    someone = person()
    someone.texts("hi")
    started = someone.result("STARTED")
    items = results(caller, "default", **{"from": format_iso(started["surveyStarted"])})["items"]
    assert started["surveyTo"] in [item["surveyTo"] for item in items]


def test_the_latest_come_first_and_pages_follow_each_other(
    person: People, caller: Caller, survey: str
) -> None:
    people = [begins(person(survey)) for _ in range(5)]
    found = [[item["surveyTo"] for item in page] for page in pages(caller, survey, limit=2)]
    assert [len(page) for page in found] == [2, 2, 1]
    assert [number for page in found for number in page] == [
        someone.number[1:] for someone in reversed(people)
    ]


def test_results_are_chosen_by_the_start_of_their_sessions_and_by_status(
    person: People, caller: Caller, survey: str
) -> None:
    first, second, third = begins(person(survey)), completes(person(survey)), begins(person(survey))
    at = [format_iso((someone.session() or {})["surveyStarted"]) for someone in (first, second, third)]

    def numbers(**query: str) -> list[str]:
        return [f"+{item['surveyTo']}" for item in results(caller, survey, **query)["items"]]

    assert numbers(status="COMPLETED") == [second.number]
    assert numbers(status="STARTED", limit="1") == [third.number]
    assert numbers(**{"from": at[1]}) == [third.number, second.number]
    assert numbers(to=at[1]) == [second.number, first.number]
    assert numbers(**{"from": at[1], "to": at[1]}) == [second.number]
    assert numbers(**{"from": "2200-01-01"}) == []


def test_a_date_as_the_end_of_a_period_counts_whole(person: People, caller: Caller, survey: str) -> None:
    someone = completes(person(survey))
    day = format_iso((someone.session() or {})["surveyStarted"])[:10]
    before = format_iso((someone.session() or {})["surveyStarted"] - 86_400_000)[:10]
    same_day = {"from": day, "to": day}
    assert [item["surveyTo"] for item in results(caller, survey, **same_day)["items"]] == [someone.number[1:]]
    assert summary(caller, survey, **same_day)["completed"] == 1
    assert results(caller, survey, to=before)["items"] == []
    assert summary(caller, survey, to=before)["started"] == 0


def test_a_table_has_one_column_a_question_and_one_row_a_respondent(
    person: People, caller: Caller, survey: str
) -> None:
    answers = ("4", 'She said "no", twice')
    someone, other = completes(person(survey), *answers), begins(person(survey))
    answer = get(caller, f"/surveys/{survey}/results", CSV)
    assert answer.header("content-type") == "text/csv; charset=utf-8; header=present"
    assert answer.header("content-disposition") == f'attachment; filename="{survey}-results.csv"'
    assert answer.header("link") == ""
    started, done = rows(answer)
    assert list(done)[-2:] == ["questionServiceRate", "questionComment"]
    result = someone.result_now()
    assert result is not None
    assert done["surveyTo"] == someone.number[1:]
    assert done["surveyStatus"] == "COMPLETED"
    assert done["surveyStarted"] == format_iso(result["surveyStarted"])
    assert (done["questionServiceRate"], done["questionComment"]) == answers
    assert (started["surveyTo"], started["questionServiceRate"]) == (other.number[1:], "")


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+1 is what I say", "'+1 is what I say"),
        ("-5", "-5"),
        ("a, b; “c” — d 😀", "a, b; “c” — d 😀"),
    ],
)
def test_no_answer_becomes_a_formula_in_a_spreadsheet(
    person: People, caller: Caller, survey: str, text: str, cell: str
) -> None:
    completes(person(survey), "4", text)
    (row,) = table(caller, survey)
    assert row["questionComment"] == cell


def test_pages_of_a_table_are_linked_and_have_the_same_columns(
    person: People, caller: Caller, survey: str
) -> None:
    people = [begins(person(survey)) for _ in range(3)]
    first = get(caller, f"/surveys/{survey}/results", CSV, limit=2)
    link = first.header("link")
    assert link.startswith("<https://")
    assert link.endswith('>; rel="next"')
    second = get(caller, link.partition(">")[0].partition("switchboard.test")[2], CSV)
    assert second.header("link") == ""
    assert list(rows(first)[0]) == list(rows(second)[0])
    numbers = [row["surveyTo"] for row in [*rows(first), *rows(second)]]
    assert numbers == [one.number[1:] for one in reversed(people)]


@pytest.mark.parametrize(
    ("accept", "is_csv"),
    [
        ("text/csv", True),
        ("text/csv;q=0.9, application/json", False),
        ("application/json;q=0.5, text/csv", True),
        ("text/html, */*", False),
        ("", False),
    ],
)
def test_the_header_accept_says_whether_it_is_a_table(
    caller: Caller, survey: str, accept: str, is_csv: bool
) -> None:
    answer = get(caller, f"/surveys/{survey}/results", accept)
    assert answer.status == 200
    assert answer.header("content-type").startswith(CSV) == is_csv


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"from": "yesterday"}, "from: must be a date and time in ISO 8601, such as 2026-03-01T09:00:00Z"),
        ({"from": "2026-03-02", "to": "2026-03-01"}, "from: must not be after to"),
        ({"limit": "0"}, "limit: must be a whole number from 1 to 1000"),
        ({"cursor": "x"}, "cursor: must be the cursor of the page before"),
        (
            {"cursor": "WyIxIiwiPSJd"},
            "cursor: must be the cursor of the page before, for the same survey and times",
        ),
    ],
)
def test_a_query_that_is_wrong_is_refused_field_by_field(
    caller: Caller, survey: str, query: Mapping[str, str], message: str
) -> None:
    answer = get(caller, f"/surveys/{survey}/results", **query)
    assert (answer.status, answer.json()["message"]) == (400, message)


def test_a_cursor_of_another_survey_is_refused(person: People, caller: Caller, survey: str) -> None:
    completes(person(survey))
    completes(person(survey))
    cursor = results(caller, survey, limit=1)["cursor"]
    answer = get(caller, "/surveys/default/results", cursor=cursor)
    message = "cursor: must be the cursor of the page before, for the same survey and times"
    assert (answer.status, answer.json()["message"]) == (400, message)
    assert len(results(caller, survey, limit=1, cursor=cursor)["items"]) == 1


def test_a_status_that_does_not_exist_is_refused(caller: Caller, survey: str) -> None:
    answer = get(caller, f"/surveys/{survey}/results", status="DONE")
    assert answer.status == 400
    assert answer.json()["errors"][0]["field"] == "status"


@pytest.mark.parametrize("route", ["results", "summary"])
def test_a_survey_that_does_not_exist_is_not_found(caller: Caller, surveys: None, route: str) -> None:
    assert get(caller, f"/surveys/no-such-survey/{route}").status == 404
    assert get(caller, f"/surveys/no%20survey/{route}").status == 400


@pytest.mark.parametrize("route", ["results", "summary"])
def test_results_are_for_callers_with_a_key_only(caller: Caller, survey: str, route: str) -> None:
    assert caller.get(f"/surveys/{survey}/{route}").status == 403
    assert caller.signed_get(f"/surveys/{survey}/{route}").status == 403
    wrong = {"Authorization": "Bearer wrong"}
    assert caller.send("GET", f"/surveys/{survey}/{route}", headers=wrong).status == 403


def test_a_deleted_result_file_leaves_the_index_and_the_archive(
    person: People, caller: Caller, survey: str
) -> None:
    someone, other = completes(person(survey)), completes(person(survey))
    (line,) = [json.loads(text) for text in archived(someone)]
    assert line == someone.result_now()
    delete(someone)
    assert eventually(lambda: someone.session() is None)
    assert [item["surveyTo"] for item in results(caller, survey)["items"]] == [other.number[1:]]
    assert (archived(someone), len(archived(other))) == ([], 1)
    assert summary(caller, survey)["started"] == 1


def test_a_respondent_who_starts_again_is_one_row_with_the_later_answers(
    person: People, caller: Caller, survey: str
) -> None:
    someone = begins(person(survey), "go", "2")
    someone.texts("STOP")
    someone.result("OPTED_OUT")
    someone.texts("START")
    completes(someone, "5", "better")
    (item,) = results(caller, survey)["items"]
    assert [answer["value"] for answer in item["questions"]] == [5, "better"]
    assert len(archived(someone)) == 1


@pytest.mark.slow
def test_the_summary_counts_statuses_languages_mediums_answers_and_where_people_left(
    person: People, platform: Platform, caller: Caller
) -> None:
    name = f"summary-{new_number()[1:]}"
    upload(platform, name, CONFIG, en_US=ENGLISH, es_MX=SPANISH)
    completes(person(name), "4", "yes", "because")
    completes(person(name), "4", "no", "why not")
    by_phone = person(name)
    heard = by_phone.presses(by_phone.calls(), "1")
    by_phone.speaks(by_phone.speaks(by_phone.presses(heard, "5"), "yes"), "because")
    by_phone.result("COMPLETED")
    leaves = begins(person(name), "go", "3")
    leaves.texts("STOP")
    leaves.result("OPTED_OUT")
    says_nothing = begins(person(name))
    says_nothing.texts("STOP")
    says_nothing.result("OPTED_OUT")
    begins(person(name))
    found = summary(caller, name)
    assert (found["surveyId"], found["from"], found["to"]) == (name, None, None)
    assert found["status"] == {"COMPLETED": 3, "OPTED_OUT": 2, "STARTED": 1}
    assert found["language"] == {"en-US": 6}
    assert found["medium"] == {"sms": 5, "voice": 1}
    counts = ("started", "completed", "optedOut", "dropped", "notReached", "underWay")
    assert [found[count] for count in counts] == [6, 3, 2, 0, 0, 1]
    assert found["droppedBeforeFirstQuestion"] == 1
    rate, again, why = found["questions"]
    assert [one["questionName"] for one in (rate, again, why)] == [
        "questionRate",
        "questionAgain",
        "questionWhy",
    ]
    assert rate["answers"] == [
        {"value": 4, "count": 2},
        {"value": 3, "count": 1},
        {"value": 5, "count": 1},
    ]
    assert (rate["answered"], rate["skipped"], rate["dropped"], again["dropped"]) == (4, 0, 0, 1)
    assert again["answers"] == [{"value": "yes", "count": 2}, {"value": "no", "count": 1}]
    assert why["answers"][0] == {"value": "because", "count": 2}
    assert sum(day["started"] for day in found["days"]) == 6


def test_a_summary_counts_a_period(person: People, caller: Caller, survey: str) -> None:
    begins(person(survey))
    later = completes(person(survey))
    at = format_iso((later.session() or {})["surveyStarted"])
    assert summary(caller, survey, **{"from": at})["status"] == {"COMPLETED": 1}
    assert summary(caller, survey, to=at)["status"] == {"COMPLETED": 1, "STARTED": 1}
    assert summary(caller, survey, **{"from": "2200-01-01"})["status"] == {}
