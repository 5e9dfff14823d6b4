"""Branching: any survey ends, voice and SMS give the same values, the lead-ins and the progress are right."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.domain import question_file
from survey.domain.answers import Reply
from survey.domain.branching.conditions import AllOf, AnyOf, Comparison, Condition, Jump, Not, evaluate, holds
from survey.domain.branching.order import shuffled
from survey.domain.definition import Definition, DefinitionError, Prompts, Question
from survey.domain.dialogue import prompt
from survey.domain.engine import advance
from survey.domain.session import Session
from tests.data.surveys import NOW, definition, entered

NAMES = ("a", "b", "c", "d", "e")
ANSWERS = {
    "rating": [("4", "4", "four"), ("1", "1", "one")],
    "yesno": [("yes", "1", "yes"), ("nope", "2", "no")],
    "choice": [("red", "1", "red"), ("2", "2", "blue"), ("third", "3", "green")],
    "multichoice": [("1,3", "13", "red and green"), ("blue", "2", "blue")],
    "number": [("12 min", "12", "twelve minutes")],
    "date": [("2030-03-05", "03052030", "March fifth twenty thirty")],
}
"""For each type, the same answer typed, pressed and said."""


def _survey(config: dict[str, Any], prompts: str = "") -> Definition:
    names = {question["questionName"] for question in config["questions"]}
    words = "".join(f"{name}={name}?\n" for name in names)
    words += "".join(f"{name}Choices=green=green|third\n" for name in names if "Choices" not in prompts)
    return definition(config=json.dumps(config).encode(), prompts=f"{words}{prompts}")


def _questions(*questions: dict[str, Any], **rules: Any) -> dict[str, Any]:
    named = [
        {"questionName": name, "questionType": "dtmf"} | one
        for name, one in zip(NAMES, questions, strict=False)
    ]
    return {"questions": named, **rules}


def _texts(session: Session, survey: Definition, *replies: str) -> list[str]:
    """Return what is asked after each reply by SMS."""
    asked = []
    for reply in replies:
        session = advance(session, survey, Reply(reply, "sms"), NOW)
        asked.append(prompt(session, survey, "sms").message)
    return asked


# ── The interpreter ───────────────────────────────────────────────────────────────────────────────

COMPARED = st.one_of(st.booleans(), st.integers(0, 5), st.sampled_from(["x", "y"]))
COMPARISONS = st.builds(
    Comparison,
    st.sampled_from(NAMES),
    st.sampled_from(["equals", "notEquals", "lessThan", "greaterThan", "in"]),
    COMPARED,
) | st.builds(Comparison, st.sampled_from(NAMES), st.just("answered"), st.booleans())
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    COMPARISONS,
    lambda parts: (
        st.builds(AllOf, st.lists(parts, min_size=1, max_size=3).map(tuple))
        | st.builds(AnyOf, st.lists(parts, min_size=1, max_size=3).map(tuple))
        | st.builds(Not, parts)
    ),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("operator", "operand", "value", "expected"),
    [
        ("equals", 4, 4, True),
        ("equals", True, 1, False),
        ("equals", "Red", "red", True),
        ("equals", ("a", "b"), ("b", "a"), True),
        ("notEquals", 4, 5, True),
        ("lessThan", 3, 2.5, True),
        ("lessThan", 3, True, False),
        ("lessThan", "2030-01-01", "2029-12-31", True),
        ("greaterThan", 3, "9", False),
        ("in", (1, 2), 2, True),
        ("in", ("red",), ("blue", "red"), True),
        ("answered", True, "", True),
    ],
)
def test_a_comparison_is_of_typed_values(operator: Any, operand: Any, value: Any, expected: bool) -> None:
    assert holds(Comparison("q", operator, operand), {"q": value}) is expected


@pytest.mark.parametrize("operator", ["equals", "notEquals", "lessThan", "greaterThan", "in"])
def test_a_question_without_an_answer_makes_every_comparison_false(operator: Any) -> None:
    assert not holds(Comparison("q", operator, 1), {})
    assert holds(Comparison("q", "answered", False), {})
    assert not holds(Comparison("q", "answered", True), {})


@given(CONDITIONS, st.dictionaries(st.sampled_from(NAMES), COMPARED), st.sets(st.sampled_from(NAMES)))
def test_what_is_decided_before_all_answers_are_known_stays_so(
    condition: Condition, values: dict[str, Any], undecided: set[str]
) -> None:
    early = evaluate(condition, {k: v for k, v in values.items() if k not in undecided}, undecided)
    assert early is None or early == evaluate(condition, values)


# ── Any survey ends ───────────────────────────────────────────────────────────────────────────────


def _graph(data: st.DataObject) -> Definition:
    jumps = st.builds(
        Jump, st.sampled_from([*NAMES, "end"]), st.none() | CONDITIONS, st.sampled_from(["", "bye"])
    )
    questions = tuple(
        Question(
            name,
            name,
            "speech",
            show_if=data.draw(st.none() | CONDITIONS),
            jumps=tuple(data.draw(st.lists(jumps, max_size=3))),
        )
        for name in NAMES
    )
    return Definition(
        "graph", questions, Prompts("en-US", {**{name: f"{name}?" for name in NAMES}, "bye": "B"})
    )


@given(st.data())
@settings(max_examples=200)
def test_any_graph_ends_asks_no_question_twice_and_resumes_where_it_was(data: st.DataObject) -> None:
    survey = _graph(data)
    session = entered(survey)
    asked: list[str] = []
    while session.is_open:
        assert session.question not in asked
        asked.append(session.question)
        assert len(asked) <= len(NAMES)
        message = prompt(session, survey, "sms").message
        assert message.endswith(f"{session.question}?")
        if data.draw(st.booleans()):
            resumed = entered(
                survey, medium=data.draw(st.sampled_from(["sms", "voice", "whatsapp"])), previous=session
            )
            if session.answers or resumed.question:
                assert resumed.question == session.question
                session = resumed
        reply = data.draw(st.sampled_from(["x", "y", None]))
        for _ in range(3 if reply is None else 1):
            session = advance(session, survey, Reply(reply, "sms") if reply else None, NOW)
    assert session.status == "COMPLETED"
    assert {answer.question for answer in session.answers} == set(asked)


@given(st.data())
@settings(max_examples=200)
def test_the_last_question_is_announced_only_where_none_can_follow(data: st.DataObject) -> None:
    survey = _graph(data)
    texts = {"firstQuestion": "F", "nextQuestion": "N", "lastQuestion": "L"}
    survey = replace(survey, prompts=replace(survey.prompts, values={**survey.prompts.values, **texts}))
    session = entered(survey)
    while session.is_open:
        is_announced = prompt(session, survey, "sms").message.startswith("L ")
        session = advance(session, survey, Reply(data.draw(st.sampled_from(["x", "y"])), "sms"), NOW)
        assert not (is_announced and session.is_open)


# ── The same values by every medium ───────────────────────────────────────────────────────────────


@given(st.data())
@settings(max_examples=150)
def test_every_way_of_answering_gives_the_same_values_by_phone_and_by_text(data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.sampled_from(sorted(ANSWERS)), min_size=2, max_size=4))
    fields: dict[str, Any] = {
        "choice": {"choices": ["red", "blue", "green"]},
        "multichoice": {"choices": ["red", "blue", "green"]},
        "number": {"unit": "min|minutes", "range": {"min": 0, "max": 99}},
    }
    config = _questions(*({"questionType": kind, **fields.get(kind, {})} for kind in chosen))
    skips = {"question": "a", "in": [True, 4, "red", "2030-03-05", 12]}
    if chosen[0] == "yesno":
        skips = {"question": "a", "equals": True}
    elif chosen[0] in {"choice", "multichoice"}:
        skips = {"question": "a", "in": ["red"]}
    elif chosen[0] in {"rating", "number"}:
        skips = {"question": "a", "equals": 4}
    elif chosen[0] == "date":
        skips = {"question": "a", "lessThan": "2030-01-01"}
    config["questions"][0]["goTo"] = [{"if": skips, "to": "end"}]
    survey = _survey(config)
    answers = [data.draw(st.sampled_from(ANSWERS[kind])) for kind in chosen]

    def taken(media: list[str]) -> list[Any]:
        session = entered(survey, medium="sms")
        for place, medium in enumerate(media):
            if not session.is_open:
                break
            texted, pressed, spoken = answers[place]
            source: Any = {"sms": "sms", "whatsapp": "sms", "press": "dtmf", "say": "speech"}[medium]
            words = {"sms": texted, "whatsapp": texted, "press": pressed, "say": spoken}[medium]
            if data.draw(st.booleans()):
                session = entered(survey, medium="sms" if source == "sms" else "voice", previous=session)
            before = session
            session = advance(session, survey, Reply(words, source), NOW)
            assert len(session.answers) == len(before.answers) + 1, (chosen[place], words)
        return [(answer.question, answer.text, answer.value) for answer in session.answers]

    media = st.sampled_from(["sms", "press", "say", "whatsapp"])
    ways = [data.draw(st.lists(media, min_size=len(chosen), max_size=len(chosen))) for _ in range(2)]
    assert taken(ways[0]) == taken(ways[1])


# ── What is said ──────────────────────────────────────────────────────────────────────────────────


def test_lead_ins_and_progress_follow_the_branch() -> None:
    config = _questions(
        {"goTo": [{"if": {"question": "a", "equals": 1}, "to": "c"}]},
        {},
        {"showIf": {"not": {"question": "b", "answered": True}}},
    )
    progress = "({questionNumber}/{questionCount}):"
    leads = f"firstQuestion=First {progress}\nnextQuestion=Next {progress}\nlastQuestion=Last {progress}\n"
    survey = _survey(config, f"{leads}finalGoodbye=Bye.\n")
    start = entered(survey)
    assert prompt(start, survey, "sms").message == "First (1/3): a?"
    assert _texts(start, survey, "1", "5") == ["Last (2/2): c?", "Bye."]
    assert _texts(start, survey, "2", "5") == ["Next (2/3): b?", "Bye."]


def test_an_early_end_has_its_own_goodbye_also_after_a_repeated_message() -> None:
    config = _questions(
        {
            "questionType": "yesno",
            "goTo": [{"if": {"question": "a", "equals": "no"}, "to": "end", "goodbye": "sad"}],
        },
        {},
    )
    survey = _survey(config, "sad=Pity.\nfinalGoodbye=Bye.\n")
    assert _texts(entered(survey), survey, "no") == ["Pity."]
    assert _texts(entered(survey), survey, "yes", "3") == ["b?", "Bye."]


def test_placeholders_are_filled_once_and_other_braces_stay() -> None:
    config = _questions({}, placeholders={"name": "friend"})
    survey = definition(
        config=json.dumps(config).encode(), prompts="a=Hi {name} {city} {} {a b}?\nfinalGoodbye=Bye {name}.\n"
    )
    prompts = replace(survey.prompts, placeholders={"name": "friend"})
    survey = replace(survey, prompts=prompts)
    session = entered(survey)
    assert prompt(session, survey, "sms").message == "Hi friend {city} {} {a b}?"
    session = replace(session, fields={"name": "A&B <{city}>\n\x07", "city": "Bern"})
    assert prompt(session, survey, "sms").message == "Hi A&B <{city}> Bern {} {a b}?"


def test_choices_and_questions_have_an_order_for_each_respondent_that_stays() -> None:
    choices = ["red", "blue", "green", "other"]
    config = _questions(
        {"questionType": "choice", "choices": choices, "randomOrder": ["red", "blue", "green"]},
        {},
        {},
        {},
        randomOrder=["b", "c", "d"],
    )
    questions, rules = question_file.parse_survey(json.dumps(config).encode(), "survey-config.json")
    survey = Definition("s", questions, Prompts("en", {}), rules=rules)
    seen = set()
    for number in range(40):
        mine = survey.for_respondent(f"+1555{number:07d}")
        assert mine == survey.for_respondent(f"+1555{number:07d}")
        assert mine.questions[0].key == "a"
        assert mine.questions[0].choices == tuple(choices)
        assert mine.questions[0].choices_in_order[3] == "other"
        seen.add((mine.questions[0].choices_in_order, tuple(question.key for question in mine.questions)))
    assert len(seen) > 10
    assert shuffled(("a", "b", "c"), ("a", "b", "c"), "seed") == ("b", "a", "c")


def test_a_number_stands_for_the_choice_at_that_place_in_the_respondent_s_order() -> None:
    config = _questions({"questionType": "choice", "choices": ["red", "blue", "green"], "randomOrder": True})
    survey = _survey(config, "aChoices=red=red,blue=blue,green=green\n")
    session = entered(survey)
    first = prompt(session, survey, "sms").message.splitlines()[1].removeprefix("1. ")
    assert advance(session, survey, Reply("1", "sms"), NOW).answers[0].text == first


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"showIf": {"question": "z", "equals": 1}}, "showIf.question"),
        ({"showIf": {"equals": 1}}, "showIf"),
        ({"showIf": {"question": "a", "equals": 1, "lessThan": 2}}, "showIf"),
        ({"showIf": {"all": []}}, "showIf.all"),
        ({"showIf": {"all": [{"any": [{"question": "a"}]}]}}, "showIf.all[0].any[0]"),
        ({"goTo": [{"to": "z"}]}, "goTo[0].to"),
        ({"goTo": [{"to": "a", "goodbye": "bye"}]}, "goTo[0].goodbye"),
        ({"questionType": "choice"}, "choices"),
        ({"questionType": "yesno", "showIf": {"question": "b", "equals": "perhaps"}}, "showIf.equals"),
        ({"questionType": "recording", "showIf": {"question": "b", "equals": "x"}}, "showIf.equals"),
        ({"questionType": "text", "showIf": {"question": "b", "lessThan": 3}}, "showIf.lessThan"),
        ({"questionType": "text", "length": {"min": 5, "max": 2}}, "length.min"),
        ({"questionType": "rating", "scale": {"min": 0, "max": 500}}, "scale"),
        ({"choices": ["1", "2"], "randomOrder": ["3"]}, "randomOrder"),
    ],
)
def test_a_branch_or_a_kind_that_cannot_be_is_named_with_its_place(fields: dict[str, Any], key: str) -> None:
    config = json.dumps(_questions({}, fields)).encode()
    with pytest.raises(DefinitionError) as failed:
        question_file.parse(config, "survey-config.json")
    assert [problem.key for problem in failed.value.problems] == [f"questions[1].{key}"]


def test_conditions_that_are_nested_too_deeply_are_refused() -> None:
    condition: dict[str, Any] = {"question": "a", "equals": 1}
    for _ in range(20):
        condition = {"not": condition}
    config = json.dumps(_questions({}, {"showIf": condition})).encode()
    with pytest.raises(DefinitionError):
        question_file.parse(config, "survey-config.json")
