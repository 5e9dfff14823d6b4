"""check-config proves what can be reached; ``survey graph`` draws it."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.domain import question_file
from survey.domain.branching.conditions import evaluate
from tests.command import switchboard
from tools.check_config import check
from tools.survey_graph.exploration import explore
from tools.survey_graph.graph import loops

FOLLOW_UP = ("survey", "graph", "--survey", "follow-up")


def _write(folder: Path, *questions: dict[str, Any], **prompts: str) -> Path:
    config = {
        "questions": [
            {"questionName": f"q{n}", "questionType": "dtmf"} | one for n, one in enumerate(questions, 1)
        ]
    }
    (folder / "survey-config.json").write_text(json.dumps(config))
    (folder / "voice-prompts").mkdir(exist_ok=True)
    lines = "".join(f"q{n}=q{n}?\n" for n in range(1, len(questions) + 1))
    for language, text in (prompts or {"en-US": ""}).items():
        (folder / "voice-prompts" / f"survey-{language.replace('_', '-')}.env").write_text(lines + text)
    return folder


def _errors(folder: Path) -> list[str]:
    return [f"{problem.key}: {problem.message}" for problem in check(folder) if problem.severity == "error"]


def _warnings(folder: Path, ending: str = "") -> list[str]:
    found = (problem for problem in check(folder) if problem.severity == "warning" and ending in problem.key)
    return [f"{problem.key}: {problem.message}" for problem in found]


EQUALS = {"question": "q1", "equals": 1}


def test_a_question_that_no_answer_leads_to_is_an_error(tmp_path: Path) -> None:
    both = {"all": [EQUALS, {"question": "q1", "equals": 2}]}
    folder = _write(tmp_path, {}, {"showIf": both}, {"showIf": {"question": "q4", "equals": 1}}, {})
    assert _errors(folder) == [
        "questions[1]: q2 can never be asked, however people answer",
        "questions[2]: q3 can never be asked, however people answer",
    ]


def test_a_question_that_every_way_leads_past_is_an_error(tmp_path: Path) -> None:
    assert _errors(_write(tmp_path, {"goTo": [{"to": "q3"}]}, {}, {})) == [
        "questions[1]: q2 can never be asked, however people answer"
    ]


def test_a_way_that_leads_back_is_an_error(tmp_path: Path) -> None:
    folder = _write(tmp_path, {}, {"goTo": [{"if": {"question": "q2", "equals": 2}, "to": "q1"}]}, {})
    assert _errors(folder) == [
        "questions[1].goTo[0].to: leads back to q1, which has been asked before: the survey would never end"
    ]


def test_a_way_back_to_what_was_passed_over_is_none(tmp_path: Path) -> None:
    folder = _write(
        tmp_path,
        {"goTo": [{"if": EQUALS, "to": "q3"}]},
        {"goTo": [{"to": "end"}]},
        {"goTo": [{"to": "q2"}]},
    )
    assert _errors(folder) == []


def test_a_jump_that_no_answer_takes_is_a_warning(tmp_path: Path) -> None:
    folder = _write(tmp_path, {"goTo": [{"to": "end"}, {"if": EQUALS, "to": "q2"}]}, {})
    assert "questions[0].goTo[1]" not in str(_errors(folder))
    narrow = {
        "range": {"min": 1, "max": 5},
        "goTo": [{"if": {"question": "q1", "greaterThan": 5}, "to": "end"}],
    }
    assert _warnings(_write(tmp_path, narrow, {}), "goTo") == [
        "questions[0].goTo[0]: never leads to end: no answer comes to it"
    ]


def test_every_language_has_every_word(tmp_path: Path) -> None:
    question = {"questionType": "choice", "choices": ["red", "blue"]}
    bye = {"questionType": "yesno", "goTo": [{"to": "end", "goodbye": "sad"}]}
    folder = _write(
        tmp_path,
        question,
        bye,
        en_US="q1Choices=red=red,blue=blue\nsad=x\n",
        pl_PL="q1Choices=red=czerwony\n",
    )
    assert sorted(_errors(folder)) == [
        "q1Choices: has no word for 'blue', as other languages do",
        "q2Choices: has no word for 'no': state noWords, or q2Choices",
        "q2Choices: has no word for 'yes': state yesWords, or q2Choices",
        "sad: the text of this goodbye is missing",
    ]


def test_languages_that_are_listed_need_their_files(tmp_path: Path) -> None:
    folder = _write(tmp_path, {}, en_US="languageOptions=en-US,fr-FR\ndateOrder=XYZ\nmonthNames=a,b\n")
    assert sorted(_errors(folder)) == [
        "dateOrder: must be one of MDY, DMY, YMD",
        "languageOptions: there is no prompt file for fr-FR",
        "monthNames: must list 12 months, separated by commas",
    ]


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_what_exploring_does_not_reach_no_answers_reach(data: st.DataObject) -> None:
    names = ["q1", "q2", "q3", "q4"]
    comparison = st.fixed_dictionaries({"question": st.sampled_from(names), "lessThan": st.integers(0, 4)})
    condition = (
        comparison
        | comparison.map(lambda one: {"not": one})
        | st.lists(comparison, min_size=2, max_size=2).map(lambda both: {"all": both})
    )
    questions = []
    for number, name in enumerate(names):
        later = [*names[number + 1 :], "end"]
        jump = st.fixed_dictionaries({"to": st.sampled_from(later), "if": condition})
        one: dict[str, Any] = {
            "questionName": name,
            "questionType": "dtmf",
            "goTo": data.draw(st.lists(jump, max_size=2)),
        }
        if data.draw(st.booleans()):
            one["showIf"] = data.draw(condition)
        questions.append({**one, "range": {"min": 0, "max": 4}})
    survey = question_file.parse(json.dumps({"questions": questions}).encode(), "f")
    assert not loops(survey)
    found = explore(survey)
    assert found.is_complete
    reached, todo = set(), [(0, {})]
    while todo:
        place, values = todo.pop()
        if place >= len(survey):
            continue
        question = survey[place]
        if question.show_if is not None and not evaluate(question.show_if, values):
            todo.append((place + 1, values))
            continue
        reached.add(question.key)
        for value in (None, *range(5)):
            after = values if value is None else {**values, question.key: value}
            jump_to = next((j.to for j in question.jumps if evaluate(j.condition, after)), None)  # type: ignore[arg-type]
            places = {**{name: at for at, name in enumerate(names)}, "end": len(survey), None: place + 1}
            todo.append((places[jump_to], after))
    assert found.asked == reached


def test_the_graph_is_a_flowchart_with_conditions_on_its_ways() -> None:
    out = switchboard(*FOLLOW_UP, "--language", "en-US").out
    lines = out.splitlines()
    assert lines[0] == "flowchart TD"
    assert '  q1["questionAttended (yesno)<br/>Did you come to your appointment?"]' in lines
    assert '  q1 --> |"questionAttended = no"| q6' in lines
    assert '  q6 --> |"questionReason = elsewhere · goodbyeElsewhere"| finish' in lines


def test_the_graph_as_json_names_the_ways() -> None:
    document = json.loads(switchboard(*FOLLOW_UP, "--json").out)
    assert {"from": "questionAttended", "to": "questionReason", "if": "questionAttended = no"} in document[
        "ways"
    ]
    assert document["questions"][0] == {"questionName": "questionAttended", "questionType": "yesno"}


@pytest.mark.parametrize(
    "arguments", [("--survey", "none"), ("--survey", "follow-up", "--language", "xx-XX")]
)
def test_a_graph_of_files_that_do_not_exist_is_an_error_in_one_line(arguments: tuple[str, ...]) -> None:
    ran = switchboard("survey", "graph", *arguments)
    assert ran.code == 1
    assert len(ran.err.strip().splitlines()) == 1
