"""Surveys by text message, through signed requests to the running platform."""

import time

import pytest

from tests.integration.survey.conftest import People
from tests.integration.survey.talk import message_sid
from tests.support import eventually


def test_the_whole_talk_in_english_and_its_result_file(person: People) -> None:
    someone = person("both")
    before = int(time.time() * 1000) - 1000
    assert someone.texts("hi") == "Welcome.\n\nReply GO, or ES para español."
    assert someone.texts("Go") == "Let us begin.\n\nFirst: How was it?"
    assert someone.texts(" 4 ") == "Next: Again?"
    assert someone.texts("YEAH") == "Last: Why?"
    assert someone.texts("Friendly, quick — and “cheap” 😀") == "Goodbye."
    assert someone.texts("thanks") == "Done already."
    result = someone.result("COMPLETED")
    assert before < result["surveyStarted"] <= result["surveyCompleted"]
    session = someone.session()
    assert session is not None
    at = [answer.pop("answeredAt") for answer in result["questions"]]
    assert at == sorted(at)
    assert result == {
        "surveyTo": someone.number[1:],
        "surveyMedium": "sms",
        "surveyStarted": session["surveyStarted"],
        "surveyCompleted": session["endedAt"],
        "surveyStatus": "COMPLETED",
        "currentState": "post-survey",
        "questionIndex": 3,
        "languageSet": "en-US",
        "questions": [
            _answer("questionRate", 4),
            _answer("questionAgain", "yes"),
            _answer("questionWhy", "Friendly, quick — and “cheap” 😀"),
        ],
        "surveyId": "both",
        "sessionId": session["sessionId"],
        "surveyEnded": session["endedAt"],
    }


def _answer(question: str, value: str | int) -> dict[str, object]:
    return {
        "answer": value,
        "answerConfidence": "sms",
        "questionName": question,
        "value": value,
        "skipped": False,
    }


def test_the_whole_talk_in_spanish(person: People) -> None:
    someone = person("both")
    someone.texts("hola")
    assert someone.texts("Español") == "Empecemos.\n\nPrimera: ¿Qué tal?"
    assert someone.texts("veintitres") == "Por favor, conteste con un número del 1 al 5.\n\n¿Qué tal?"
    assert someone.texts("un cinco") == "Siguiente: ¿Otra vez?"
    assert someone.texts("SI") == "Última: ¿Por qué?"
    assert someone.texts("por el café") == "Hasta luego."
    assert someone.texts("¿hola?") == "Ya contestó."
    result = someone.result("COMPLETED")
    assert result["languageSet"] == "es-MX"
    assert [answer["answer"] for answer in result["questions"]] == [5, "yes", "por el café"]


def test_the_result_file_exists_from_the_start(person: People) -> None:
    someone = person("both")
    someone.texts("hi")
    result = someone.result("STARTED")
    assert result["currentState"] == "welcome_wait"
    assert (result["questionIndex"], result["questions"], result["surveyCompleted"]) == (0, [], None)


def test_the_welcome_comes_again_until_it_is_understood(person: People) -> None:
    someone = person("both")
    welcome = someone.texts("hi")
    assert someone.texts("what?") == welcome
    assert someone.texts("") == welcome
    assert someone.texts("start") == "Let us begin.\n\nFirst: How was it?"


def test_wrong_answers_are_explained_twice_and_the_question_is_then_skipped(person: People) -> None:
    someone = person("both")
    someone.texts("hi")
    someone.texts("go")
    again = "Please answer with a number from 1 to 5.\n\nHow was it?"
    assert someone.texts("6") == again
    assert someone.texts("purple") == again
    assert someone.texts("-1") == "Let us leave that one and go on.\n\nNext: Again?"
    again = "Please answer with one of these: yes, no.\n\nAgain?"
    assert someone.texts("yes and no") == again
    assert someone.texts("perhaps") == again
    assert someone.texts("nope") == "Last: Why?"
    assert someone.texts("", NumMedia="1") == (
        "Sorry, I did not get that. Please answer in a few words.\n\nWhy?"
    )
    assert someone.texts("just because") == "Goodbye."
    first = someone.result("COMPLETED")["questions"][0]
    assert (first["answer"], first["skipped"], first["lastReply"]) == ("", True, "-1")


@pytest.mark.parametrize("repeated", ["MessageSid", "token"])
def test_a_webhook_delivered_twice_counts_once(person: People, repeated: str) -> None:
    someone = person("both")
    someone.texts("hi")
    someone.texts("go")
    headers = {"I-Twilio-Idempotency-Token": message_sid()} if repeated == "token" else None
    sid = message_sid()

    def deliver() -> str:
        return someone.texts("5", headers, MessageSid=message_sid() if repeated == "token" else sid)

    assert deliver() == "Next: Again?"
    assert deliver() == "Next: Again?"
    assert someone.texts("yes") == "Last: Why?"
    assert deliver() == "Last: Why?"
    assert someone.texts("so") == "Goodbye."
    assert deliver() == "Goodbye."
    answers = [answer["answer"] for answer in someone.result("COMPLETED")["questions"]]
    assert answers == [5, "yes", "so"]


def test_the_older_minimal_form_works_unchanged(person: People) -> None:
    someone = person("minimal")
    assert someone.texts("hi") == "Welcome."
    assert someone.texts("anything") == "Rate us"
    assert someone.texts("four") == "Any comment"
    assert someone.texts("no, thanks") == "Thank you for your time. Goodbye!"
    assert someone.texts("hm") == "You have already completed this survey. Thank you!"
    result = someone.result("COMPLETED")
    assert [answer["answer"] for answer in result["questions"]] == [4, "no, thanks"]


@pytest.mark.parametrize(
    "words",
    [
        "ñ" * 3000,
        "a\x00b\x07c",
        "line\none\r\ntwo",
        "👩‍👩‍👧‍👦" * 50,
        "<Response>&amp;",
        "\u202eevil",
        "{min} $HOME %s",
    ],
)
def test_any_text_is_stored_without_control_characters_up_to_1000_characters(
    person: People, words: str
) -> None:
    someone = person("minimal")
    for body in ("hi", "go", "1"):
        someone.texts(body)
    assert someone.texts(words) == "Thank you for your time. Goodbye!"
    kept = someone.result("COMPLETED")["questions"][1]["answer"]
    assert kept
    assert len(kept) <= 1000
    assert "\x00" not in kept


def test_a_sender_without_a_number_gets_no_answer(person: People) -> None:
    for sender in ("72345", "ACME", "messenger:5555550123"):
        someone = person("both", number=sender)
        assert someone.texts("hi") == ""
        assert someone.session() is None


def test_a_message_without_a_survey_named_goes_to_the_survey_under_way(person: People) -> None:
    someone = person("both")
    someone.texts("hi")
    someone.survey = ""
    assert someone.texts("go") == "Let us begin.\n\nFirst: How was it?"
    assert someone.session() is None


def test_a_repeated_message_stays_with_the_survey_it_answered(person: People) -> None:
    someone = person("both")
    someone.texts("hi")
    sid = message_sid()
    assert someone.texts("go", MessageSid=sid) == "Let us begin.\n\nFirst: How was it?"
    someone.survey = "minimal"
    someone.texts("hi")
    someone.survey = ""
    assert someone.texts("go", MessageSid=sid) == "Let us begin.\n\nFirst: How was it?"
    assert someone.texts("anything") == "Rate us"


def test_a_message_after_the_survey_expired_starts_a_new_session(person: People) -> None:
    someone = person("both")
    someone.texts("hi")
    someone.texts("go")
    someone.texts("5")
    someone.waited_too_long()
    assert someone.texts("yes") == "Welcome.\n\nReply GO, or ES para español."
    assert eventually(lambda: (someone.result_now() or {}).get("questions") == [])


def test_help_repeats_the_open_question_and_changes_nothing(person: People) -> None:
    someone = person("both")
    someone.texts("hi")
    someone.texts("go")
    before = someone.version()
    assert someone.texts("HELP") == "Let us begin.\n\nFirst: How was it?"
    assert someone.texts("HELP", OptOutType="HELP") == ""
    assert someone.version() == before


def test_a_turn_costs_one_read_and_one_write(person: People) -> None:
    someone = person("both")
    someone.texts("hi")
    someone.texts("go")
    someone.texts("4")
    someone.texts("yes")
    calls = [call["awsCalls"] for call in someone.caller.invocations("SurveySmsWebhook")][-2:]
    assert min(calls) == 2
    assert all(not call["twilioCalls"] for call in someone.caller.invocations("SurveySmsWebhook"))


def test_a_machine_that_replies_to_every_welcome_gets_no_more_replies(person: People) -> None:
    someone = person("both")
    welcome = someone.texts("I am driving.")
    assert [someone.texts("I am driving.") for _ in range(10)] == [welcome] * 10
    last = message_sid()
    assert someone.texts("I am driving.", MessageSid=last) == ""
    assert someone.texts("I am driving.", MessageSid=last) == ""
    assert someone.texts("I am driving.") == ""
    assert someone.texts("go") == "Let us begin.\n\nFirst: How was it?"
