"""Leaving and coming back: STOP, START, and what Twilio says about them."""

import pytest

from tests.integration.survey.conftest import People


@pytest.mark.parametrize(
    ("body", "opt_out_type"),
    [
        ("STOP", ""),
        ("stop", ""),
        ("Stop.", ""),
        ("UNSUBSCRIBE", ""),
        ("OptOut", ""),
        ("\u200bSTOP", ""),
        ("“Stop”", ""),
        ("S\u00adTOP\ufeff", ""),
        ("ALTO", "STOP"),
        ("x", "stop"),
        ("stop", "WEIRD"),
    ],
)
def test_after_stop_the_survey_is_ended_and_nothing_is_sent_until_start(
    person: People, body: str, opt_out_type: str
) -> None:
    someone = person("both")
    someone.texts("hi")
    someone.texts("go")
    someone.texts("5")
    assert someone.texts(body, OptOutType=opt_out_type) == ""
    result = someone.result("OPTED_OUT")
    assert (result["questionIndex"], result["surveyCompleted"]) == (1, None)
    assert someone.texts("yes please") == ""
    assert someone.texts("hello?") == ""
    assert someone.texts("START") == ""
    assert someone.texts("hello again") == "Welcome.\n\nReply GO, or ES para español."


def test_stop_leaves_a_completed_survey_completed(person: People) -> None:
    someone = person("minimal")
    for body in ("hi", "go", "1", "fine"):
        someone.texts(body)
    someone.result("COMPLETED")
    assert someone.texts("STOP") == ""
    session = someone.session()
    assert session is not None
    assert session["surveyStatus"] == "COMPLETED"
    assert someone.texts("hi") == ""
    assert someone.texts("UNSTOP") == ""
    assert someone.texts("hi") == "You have already completed this survey. Thank you!"


def test_stop_from_a_stranger_is_remembered(person: People) -> None:
    someone = person("both")
    assert someone.texts("STOP") == ""
    assert someone.session() is None
    assert someone.texts("hi") == ""
    assert someone.session() is None


def test_stop_ends_every_survey_under_way(person: People) -> None:
    someone = person("both")
    someone.texts("hi")
    someone.survey = "minimal"
    someone.texts("hi")
    someone.texts("STOP")
    someone.result("OPTED_OUT")
    someone.survey = "both"
    someone.result("OPTED_OUT")


def test_stop_during_a_call_ends_the_call_politely(person: People) -> None:
    someone = person("both")
    heard = someone.presses(someone.calls(), "1")
    someone.texts("STOP")
    heard = someone.presses(heard, "5")
    assert heard.says == ["Thank you. Goodbye!"]
    assert heard.hangs_up
    assert someone.result("OPTED_OUT")["questionIndex"] == 0


def test_start_without_stop_is_left_to_twilio(person: People) -> None:
    someone = person("both")
    assert someone.texts("START", OptOutType="START") == ""
    assert someone.session() is None


def test_a_go_ahead_that_twilio_takes_for_start_begins_the_survey(person: People) -> None:
    someone = person("both")
    someone.texts("hi")
    assert someone.texts("start", OptOutType="START") == "Let us begin.\n\nFirst: How was it?"


def test_a_respondent_who_opted_out_may_still_call(person: People) -> None:
    someone = person("both")
    someone.texts("STOP")
    assert someone.calls().says[0] == "Welcome."


@pytest.mark.parametrize("opt_out_type", ["HELP", "START"])
def test_a_type_of_opt_out_that_twilio_documents_outweighs_the_body(
    person: People, opt_out_type: str
) -> None:
    someone = person("both")
    someone.texts("hi")
    assert someone.texts("stop", OptOutType=opt_out_type) == ""
    assert someone.texts("go").startswith("Let us begin.")
