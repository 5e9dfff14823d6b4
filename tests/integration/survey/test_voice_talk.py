"""Surveys by phone, through signed requests to the running platform."""

import pytest

from tests.integration.survey.conftest import People
from tests.integration.survey.talk import call_sid
from tests.support import eventually


def test_the_whole_talk_in_english_and_its_result_file(person: People) -> None:
    someone = person("both")
    heard = someone.calls()
    assert heard.says == ["Welcome.", "Para español, oprima 9 o diga Español"]
    assert heard.voices == [("en-US", "Polly.Joanna"), ("es-MX", "Polly.Mia")]
    assert heard.gather is not None
    assert heard.gather["input"] == "dtmf speech"
    assert (heard.gather["numDigits"], heard.gather["language"]) == ("1", "es-MX")
    assert "actionOnEmptyResult" not in heard.gather
    heard = someone.is_silent(heard)
    assert heard.says == ["Let us begin.", "First:", "How was it?"]
    assert heard.gather is not None
    assert (heard.gather["numDigits"], heard.gather["language"]) == ("1", "en-US")
    heard = someone.presses(heard, "5")
    assert heard.says == ["Next:", "Again?"]
    heard = someone.speaks(heard, "Yeah, sure.", "0.75")
    assert heard.says == ["Last:", "Why?"]
    assert heard.gather is not None
    assert heard.gather["input"] == "speech"
    assert "numDigits" not in heard.gather
    heard = someone.speaks(heard, "Because it is good", "0.5")
    assert heard.says == ["Goodbye."]
    assert heard.hangs_up
    assert heard.gather is None
    someone.call_ends()
    result = someone.result("COMPLETED")
    assert (result["surveyMedium"], result["languageSet"], result["questionIndex"]) == ("voice", "en-US", 3)
    answers = [(answer["answer"], answer["answerConfidence"]) for answer in result["questions"]]
    assert answers == [("5", "DTMF"), ("yes", 0.75), ("Because it is good", 0.5)]


def test_the_whole_talk_in_spanish_after_pressing_nine(person: People) -> None:
    someone = person("both")
    heard = someone.presses(someone.calls(), "9")
    assert heard.says == ["Empecemos.", "Primera:", "¿Qué tal?"]
    assert heard.voices == [("es-MX", "Polly.Mia")] * 3
    assert heard.gather is not None
    assert heard.gather["language"] == "es-MX"
    heard = someone.speaks(heard, "le doy un cuatro", "0.91")
    heard = someone.speaks(heard, "Claro que sí.")
    heard = someone.speaks(heard, "La atención")
    assert heard.says == ["Hasta luego."]
    result = someone.result("COMPLETED")
    assert result["languageSet"] == "es-MX"
    assert [answer["answer"] for answer in result["questions"]] == ["4", "yes", "La atención"]
    assert result["questions"][0]["answerConfidence"] == 0.91


def test_silence_repeats_a_question_twice_and_then_skips_it(person: People) -> None:
    someone = person("both")
    heard = someone.is_silent(someone.calls())
    for _ in range(2):
        heard = someone.is_silent(heard)
        assert heard.says == ["Sorry, I did not hear anything.", "How was it?"]
    heard = someone.is_silent(heard)
    assert heard.says == ["Let us leave that one and go on.", "Next:", "Again?"]


def test_a_wrong_answer_is_explained(person: People) -> None:
    someone = person("both")
    heard = someone.presses(someone.calls(), "1")
    assert someone.presses(heard, "7").says == ["Please answer with a number from 1 to 5.", "How was it?"]


def test_an_answer_delivered_twice_or_too_late_changes_nothing(person: People) -> None:
    someone = person("both")
    first = someone.presses(someone.calls(), "1")
    second = someone.presses(first, "5")
    assert someone.presses(first, "5") == second
    assert someone.presses(first, "3") == second
    third = someone.presses(second, "1")
    assert someone.presses(first, "3") == third
    assert someone.presses(second, "2") == third
    goodbye = someone.speaks(third, "that")
    assert someone.speaks(third, "that") == goodbye
    answers = [answer["answer"] for answer in someone.result("COMPLETED")["questions"]]
    assert answers == ["5", "yes", "that"]


def test_a_call_that_begins_twice_begins_once(person: People) -> None:
    someone = person("both")
    heard = someone.calls()
    assert someone.calls(CallSid=someone.call_sid) == heard


def test_a_caller_who_hung_up_resumes_at_the_open_question(person: People) -> None:
    someone = person("both")
    heard = someone.presses(someone.presses(someone.calls(), "1"), "5")
    assert heard.says == ["Next:", "Again?"]
    someone.call_ends()
    assert someone.result("ABANDONED")["questionIndex"] == 1
    heard = someone.calls()
    assert heard.says[0] == "Welcome."
    heard = someone.is_silent(heard)
    assert heard.says == ["Let us begin.", "Next:", "Again?"]
    someone.speaks(someone.speaks(heard, "no"), "because")
    answers = [answer["answer"] for answer in someone.result("COMPLETED")["questions"]]
    assert answers == ["5", "no", "because"]


def test_an_abandoned_call_is_resumed_by_text_message(person: People) -> None:
    someone = person("both")
    someone.presses(someone.presses(someone.calls(), "9"), "5")
    someone.call_ends()
    assert someone.texts("hola") == "Bienvenido.\n\nResponda VA, o EN for English."
    assert someone.texts("va") == "Empecemos.\n\nSiguiente: ¿Otra vez?"


def test_the_end_of_another_call_ends_nothing(person: People) -> None:
    someone = person("both")
    heard = someone.calls()
    someone.call_ends("completed", CallSid=call_sid())
    assert someone.presses(heard, "1").says == ["Let us begin.", "First:", "How was it?"]


def test_an_answer_given_while_hanging_up_counts(person: People) -> None:
    someone = person("both")
    heard = someone.presses(someone.calls(), "1")
    someone.call_ends()
    assert someone.presses(heard, "5").hangs_up
    assert eventually(lambda: len((someone.result_now() or {}).get("questions", ())) == 1)
    result = someone.result("ABANDONED")
    assert [answer["answer"] for answer in result["questions"]] == ["5"]


def test_the_last_answer_given_while_hanging_up_completes_the_survey(person: People) -> None:
    someone = person("both")
    heard = someone.presses(someone.presses(someone.presses(someone.calls(), "1"), "5"), "1")
    someone.call_ends()
    someone.speaks(heard, "so be it")
    assert someone.result("COMPLETED")["questionIndex"] == 3


def test_a_caller_who_completed_the_survey_is_told_so(person: People) -> None:
    someone = person("both")
    someone.speaks(someone.presses(someone.presses(someone.presses(someone.calls(), "1"), "5"), "2"), "so")
    heard = someone.calls()
    assert heard.says == ["Done already."]
    assert heard.hangs_up


def test_the_older_minimal_form_begins_at_once(person: People) -> None:
    someone = person("minimal")
    heard = someone.calls()
    assert heard.says == ["Welcome.", "Rate us"]
    assert heard.voices == [("en-US", None)] * 2
    assert heard.gather is not None
    assert (heard.gather["input"], heard.gather["numDigits"]) == ("dtmf speech", "1")
    heard = someone.speaks(heard, "three")
    assert heard.says == ["Any comment"]
    assert someone.speaks(heard, "all fine").says == ["Thank you for your time. Goodbye!"]
    answers = [answer["answer"] for answer in someone.result("COMPLETED")["questions"]]
    assert answers == ["3", "all fine"]


@pytest.mark.parametrize("sender", ["anonymous", "+266696687", "client:alice", "sip:bob@example.com", ""])
def test_a_caller_without_a_number_takes_the_survey_under_the_call(person: People, sender: str) -> None:
    someone = person("both", number=sender)
    heard = someone.presses(someone.presses(someone.presses(someone.calls(), "1"), "5"), "2")
    assert someone.speaks(heard, "so").hangs_up
    someone.number = someone.call_sid
    assert someone.result("COMPLETED")["surveyTo"] == someone.call_sid


@pytest.mark.parametrize(
    ("confidence", "recorded"),
    [
        ("", None),
        ("nan", None),
        ("-inf", None),
        ("high", None),
        ("1e999", None),
        ("2", 1.0),
        ("-1", 0.0),
        ("1e-200", 0.0),
    ],
)
def test_a_strange_confidence_is_null_or_between_0_and_1(
    person: People, confidence: str, recorded: float | None
) -> None:
    someone = person("minimal")
    someone.speaks(someone.speaks(someone.calls(), "three", confidence), "fine", confidence)
    answers = someone.result("COMPLETED")["questions"]
    assert [answer["answerConfidence"] for answer in answers] == [recorded] * 2


def test_a_recogniser_that_states_no_confidence_leaves_it_null(person: People) -> None:
    someone = person("minimal")
    heard = someone.goes_to(someone.calls().action, SpeechResult="three")
    someone.goes_to(heard.action, SpeechResult="fine")
    answers = someone.result("COMPLETED")["questions"]
    assert [answer["answerConfidence"] for answer in answers] == [None, None]
    assert [answer["value"] for answer in answers] == [3, "fine"]


def test_a_path_that_no_twiml_names_is_not_found(person: People) -> None:
    someone = person("both")
    answer = someone.caller.signed_post("/voice/survey/elsewhere", someone.call_form())
    assert answer.status == 404


def test_a_skipped_question_has_a_confidence_only_where_something_was_said(person: People) -> None:
    someone = person("both")
    heard = someone.is_silent(someone.calls())
    for _ in range(3):
        heard = someone.is_silent(heard)
    for _ in range(3):
        heard = someone.speaks(heard, "perhaps tomorrow", "0.4")
    someone.speaks(heard, "because")
    answers = someone.result("COMPLETED")["questions"]
    assert [(a["skipped"], a["answerConfidence"], a.get("lastReply")) for a in answers] == [
        (True, None, ""),
        (True, 0.4, "perhaps tomorrow"),
        (False, 0.87, None),
    ]


def test_the_url_of_a_turn_outweighs_its_form(person: People) -> None:
    someone = person("both")
    heard = someone.calls()
    form = {"surveyId": "minimal", "session": "0" * 32, "step": "99", "Digits": "1"}
    assert someone.goes_to(heard.action, **form).says == ["Let us begin.", "First:", "How was it?"]


def test_an_end_that_is_reported_without_the_survey_ends_the_one_that_the_call_held(person: People) -> None:
    someone = person("both")
    someone.presses(someone.presses(someone.calls(), "1"), "4")
    for other in ({"CallSid": call_sid()}, {"CallStatus": "in-progress"}):
        form = someone.call_form(**{"CallStatus": "completed", **other})
        assert someone.caller.signed_post("/voice/survey/status", form).status == 204
    session = someone.session()
    assert session is not None
    assert session["surveyStatus"] == "STARTED"
    form = someone.call_form(CallStatus="completed")
    assert someone.caller.signed_post("/voice/survey/status", form).status == 204
    assert someone.result("ABANDONED")["questionIndex"] == 1
