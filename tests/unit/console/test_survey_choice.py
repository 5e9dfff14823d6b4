"""What the page Surveys shows by its address, the answers it lists, and the talk it tells."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.data.surveys.choice import SPANS, Choice, day_problem
from console.data.surveys.overview import counts_of, is_text
from console.data.surveys.starting import StartDraft
from console.data.surveys.talk import turns_of
from console.data.surveys.texts import TextAnswer, search
from survey.domain.definition import Definition, Prompts, Question
from survey.domain.result import result_key
from survey.domain.results.entry import LATEST_MS, ResultEntry, day_of, file_entry
from survey.domain.results.tally import QuestionTally
from survey.domain.session import DAY_MS

NOON = 1_780_000_000_000 - 1_780_000_000_000 % DAY_MS + DAY_MS // 2

DEFINITION = Definition(
    "default",
    (Question("rate", "rate", "dtmf", 1, 5), Question("why", "why", "speech")),
    Prompts("en-US", {"welcome": "Hello {name}", "rate": "How was it?", "finalGoodbye": "Bye"}),
)


def entry(**document: Any) -> ResultEntry:
    whole = {"surveyStatus": "COMPLETED", "surveyStarted": NOON, "languageSet": "en-US", **document}
    return file_entry(result_key("+12025550142", "default"), json.dumps(whole).encode(), NOON)


@given(st.dictionaries(st.sampled_from(["survey", "span", "first", "last", "x"]), st.text(max_size=20)))
def test_an_address_of_any_kind_is_a_survey_and_a_span_and_its_own_address_is_read_back(
    query: Mapping[str, str],
) -> None:
    choice = Choice.of(query)
    earliest, latest = choice.period(NOON)
    assert 0 <= earliest <= latest
    assert choice.span in SPANS
    again = dict(pair.split("=", 1) for pair in choice.query.split("&"))
    assert Choice.of(again) == choice


def test_spans_are_whole_days_that_end_with_today() -> None:
    assert Choice(span="7").days(NOON) == (day_of(NOON - 6 * DAY_MS), day_of(NOON))
    assert Choice(span="today").period(NOON) == (NOON - DAY_MS // 2, NOON + DAY_MS // 2 - 1)
    assert Choice(span="all").period(NOON) == (0, LATEST_MS)
    between = Choice.of({"span": "between", "first": "2026-03-01", "last": "2026-03-02"})
    assert between.days(NOON) == ("2026-03-01", "2026-03-02")
    earliest, latest = between.period(NOON)
    assert latest - earliest == 2 * DAY_MS - 1


@pytest.mark.parametrize("words", ["", "2026-02-30", "20260301", "tomorrow", "1969-12-31", "2026-W01-1"])
def test_a_day_that_is_none_is_refused(words: str) -> None:
    assert day_problem(words).startswith("must be a day")
    assert Choice.of({"span": "between", "first": words, "last": "2026-03-02"}) == Choice()


@given(
    st.dictionaries(st.sampled_from(["COMPLETED", "EXPIRED", "ABANDONED", "BUSY", "odd"]), st.integers(0, 9))
)
def test_outcomes_are_disjoint_and_add_up_to_those_who_started(numbers: dict[str, int]) -> None:
    counted = counts_of(numbers)
    assert counted.pop("started") == sum(counted.values()) == sum(numbers.values())


def test_words_of_ones_own_are_a_list_and_values_are_bars() -> None:
    few = QuestionTally(answered=2)
    few.add_value("yes")
    long = QuestionTally(answered=1)
    long.add_value("x" * 200)
    assert not is_text(None, few)
    assert is_text(None, long)
    assert is_text(Question("why", "why", "speech"), few)
    assert not is_text(Question("why", "why", "speech", choices=("yes", "no")), few)
    assert not is_text(Question("rate", "rate", "dtmf"), long)


def test_a_search_finds_all_words_in_any_order_and_case() -> None:
    answers = [TextAnswer("+1", text, 1) for text in ("Parking near the ENTRANCE", "parking", "Straße")]
    assert search(answers, "entrance parking") == answers[:1]
    assert search(answers, " STRASSE ") == answers[2:]
    assert search(answers, "  ") == answers
    assert search(answers, "(?.*") == []


def test_a_talk_has_questions_answers_and_its_end_in_order() -> None:
    answers = [
        {
            "questionName": "rate",
            "value": 5,
            "answer": 5,
            "answerConfidence": "DTMF",
            "answeredAt": NOON + 1000,
        },
        {"questionName": "why", "value": None, "answer": "", "skipped": True, "lastReply": "hm"},
        {"questionName": "gone", "value": ["a", "b"], "answerConfidence": 0.87},
    ]
    turns = list(turns_of(entry(questions=answers, fields={"name": "Ann"}, surveyMedium="voice"), DEFINITION))
    assert [(turn.who, turn.words) for turn in turns[1:-1]] == [
        ("app", "Hello Ann"),
        ("app", "How was it?"),
        ("person", "5"),
        ("app", "why"),
        ("person", "hm"),
        ("app", "gone"),
        ("person", "a, b"),
        ("app", "Bye"),
    ]
    assert turns[0].who == turns[-1].who == "note"
    assert "by keypad" in turns[3].about
    assert "skipped" in turns[5].about
    assert "87% confidence" in turns[7].about
    assert turns[-1].words == "Completed."


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
NAMES = ("questions", "languageSet", "surveyMedium", "openQuestion", "fields", "surveyStarted", "surveyEnded")
PARTS = ("questionName", "value", "answer", "answerConfidence", "answeredAt", "skipped", "recordingSid")
ENTRY = st.fixed_dictionaries({}, optional=dict.fromkeys(PARTS, ODD))


@given(
    st.dictionaries(st.sampled_from(NAMES), ODD),
    st.lists(ENTRY | ODD, max_size=3) | st.none(),
    st.booleans(),
)
def test_a_result_of_another_application_is_told_as_far_as_it_says_something(
    document: dict[str, Any], answers: Any, is_known: bool
) -> None:
    if answers is not None:
        document["questions"] = answers
    turns = list(turns_of(entry(**document), DEFINITION if is_known else None))
    assert turns[0].words.startswith("Started")
    assert all(isinstance(turn.words, str) and isinstance(turn.about, str) for turn in turns)


def test_a_start_has_one_key_until_it_succeeds_or_something_else_is_asked_for() -> None:
    draft = StartDraft(number=" +12025550142 ", fields="name = Ann\n\nroom=4=5")
    request = draft.request("visit")
    assert request == {
        "To": "+12025550142",
        "surveyId": "visit",
        "again": False,
        "name": "Ann",
        "room": "4=5",
    }
    key = draft.key_of(request)
    assert draft.key_of(draft.request("visit")) == key
    draft.medium = "voice"
    other = draft.key_of(draft.request("visit"))
    assert other != key
    draft.succeeded()
    draft.number = "+12025550142"
    assert draft.key_of(draft.request("visit")) not in (key, other)
    draft.fields = "name"
    with pytest.raises(ValueError, match="name=value"):
        draft.request("visit")


def test_fields_cannot_replace_what_the_form_asks_for() -> None:
    draft = StartDraft(number="+12025550142", fields="To=+12025550199\nsurveyId=other\nagain=true")
    request = draft.request("visit")
    assert (request["To"], request["surveyId"], request["again"]) == ("+12025550142", "visit", False)
