"""Messages and calls that happen at the same time."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

import pytest

from tests.integration.survey.conftest import People
from tests.integration.survey.talk import Respondent, event_bus, message_sid
from tests.support import eventually

T = TypeVar("T")


def _at_once(*deeds: Callable[[], T]) -> list[T]:
    with ThreadPoolExecutor(len(deeds)) as pool:
        return [future.result() for future in [pool.submit(deed) for deed in deeds]]


def test_concurrent_messages_are_processed_one_after_the_other(person: People) -> None:
    someone = person("both")
    someone.texts("hi")
    someone.texts("go")
    replies = _at_once(*(lambda: someone.texts("3") for _ in range(3)))
    # The first is the rating; "3" is no answer to the next question, which is explained to both others.
    assert sorted(replies) == sorted(
        ["Next: Again?", *["Please answer with one of these: yes, no.\n\nAgain?"] * 2]
    )
    session = someone.session()
    assert session is not None
    assert [answer["text"] for answer in session["answers"]] == ["3"]
    assert session["attempts"] == 2


def test_one_message_delivered_many_times_at_once_counts_once(person: People) -> None:
    someone = person("both")
    someone.texts("hi")
    someone.texts("go")
    sid = message_sid()
    replies = _at_once(*(lambda: someone.texts("3", MessageSid=sid) for _ in range(4)))
    assert replies == ["Next: Again?"] * 4
    assert someone.session()["version"] == 3  # type: ignore[index]


def test_first_messages_that_race_begin_one_survey(person: People) -> None:
    someone = person("both")
    replies = _at_once(*(lambda: someone.texts("hi") for _ in range(4)))
    assert set(replies) == {"Welcome.\n\nReply GO, or ES para español."}
    assert someone.texts("go") == "Let us begin.\n\nFirst: How was it?"


def test_one_spoken_answer_delivered_many_times_at_once_counts_once(person: People) -> None:
    someone = person("both")
    heard = someone.presses(someone.calls(), "1")
    replies = _at_once(*(lambda: someone.presses(heard, "4") for _ in range(4)))
    assert all(reply == replies[0] for reply in replies)
    assert replies[0].says == ["Next:", "Again?"]


@pytest.mark.parametrize("_again", range(3))
def test_stop_wins_over_an_answer_at_the_same_time(person: People, _again: int) -> None:
    someone = person("both")
    someone.texts("hi")
    someone.texts("go")
    _at_once(lambda: someone.texts("5"), lambda: someone.texts("STOP"))
    session = someone.session()
    assert session is not None
    assert session["surveyStatus"] == "OPTED_OUT"
    assert someone.texts("yes") == ""


def _is_left_alone(someone: Respondent) -> None:
    session = someone.session()
    assert session is None or session["surveyStatus"] == "OPTED_OUT"
    assert someone.texts("hello?") == ""


@pytest.mark.parametrize("_again", range(6))
def test_stop_wins_over_a_first_message_at_the_same_time(person: People, _again: int) -> None:
    someone = person("both")
    _at_once(lambda: someone.texts("hi"), lambda: someone.texts("STOP"))
    _is_left_alone(someone)


@pytest.mark.parametrize("route", ["/sms/initiate-sms", "/voice/initiate-call"])
@pytest.mark.parametrize("_again", range(3))
def test_stop_wins_over_a_survey_that_is_being_started(person: People, route: str, _again: int) -> None:
    someone = person("both")
    fields = {"To": someone.number, "surveyId": "both"}
    _at_once(lambda: str(someone.caller.key_post(route, fields).status), lambda: someone.texts("STOP"))
    _is_left_alone(someone)


def test_people_who_answer_at_once_do_not_disturb_each_other(person: People) -> None:
    def takes(words: str) -> list[str]:
        someone = person("both")
        replies = [someone.texts(body) for body in ("hi", "go", "5", "yes", words)]
        assert [answer["answer"] for answer in someone.result("COMPLETED")["questions"]] == [
            5,
            "yes",
            words,
        ]
        return replies

    first, *others = _at_once(*(partial(takes, words) for words in ("a", "b", "c", "d")))
    assert all(other == first for other in others)


def _writes_slowly(someone: Respondent) -> None:
    slow = {"match": "s3.PutObject", "status": 200, "times": 1, "delaySeconds": 2}
    someone.caller.local("POST", "/aws/faults", slow)


def _is_writing(someone: Respondent) -> bool:
    return bool(eventually(lambda: someone.caller.local("GET", "/aws/faults") == []))


def _publications(someone: Respondent) -> int:
    """Return how many events the functions published that write files, once two at least have ended."""
    assert someone.platform.wait_until_idle(30)
    written = someone.caller.invocations("SurveyWriteResult")
    assert len(written) >= 2
    return sum(one["aws"].count("events.PutEvents") for one in written)


def test_a_result_file_written_late_for_the_start_is_replaced(person: People) -> None:
    someone = person("minimal")
    # The file that survey.started asks for reaches S3 after the one that survey.ended asks for.
    _writes_slowly(someone)
    someone.texts("hi")
    assert _is_writing(someone)
    for body in ("go", "4", "fine"):
        someone.texts(body)
    assert _publications(someone) == 1
    assert (someone.result_now() or {}).get("surveyStatus") == "COMPLETED"


def test_a_start_event_that_comes_late_does_not_complete_a_survey_twice(person: People) -> None:
    someone = person("minimal")
    someone.texts("hi")
    someone.result("STARTED")
    assert someone.platform.wait_until_idle(30)
    someone.caller.local("DELETE", "/invocations")
    someone.texts("go")
    someone.texts("4")
    _writes_slowly(someone)
    someone.texts("fine")
    assert _is_writing(someone)
    someone.platform.aws.client("events").put_events(
        Entries=[
            {
                "Source": "switchboard.survey",
                "DetailType": "survey.started",
                "Detail": json.dumps({"surveyId": "minimal", "respondent": someone.number}),
                "EventBusName": event_bus(someone.platform),
            }
        ]
    )
    assert _publications(someone) == 1
    assert someone.result("COMPLETED")["currentState"] == "post-survey"
