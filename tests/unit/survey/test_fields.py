"""What a session is beside its older form: fields of the request, typed answers, recordings."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from survey.domain.answers import Recording
from survey.domain.engine import start_session
from survey.domain.session import Answer, Session
from survey.storage import sessions
from switchboard import aws
from tests.data.surveys import LIFETIME, NOW, definition, entered


def _read_back(session: Session) -> Session:
    return sessions._from_item(aws.from_item(sessions.to_item(session)))


def _start(previous: Session | None = None, **fields: str) -> Session:
    return start_session(
        definition(),
        previous=previous,
        respondent="+15555550123",
        medium="sms",
        session_id="0" * 32,
        now=NOW,
        lifetime=LIFETIME,
        fields=fields,
    )


def test_the_fields_of_a_session_are_read_as_they_were_stored() -> None:
    session = _start(name="Ada 😀", city="")
    assert _read_back(session).fields == {"name": "Ada 😀", "city": ""}


def test_a_session_that_was_stored_without_fields_has_none() -> None:
    item: dict[str, Any] = sessions.to_item(entered(definition()))
    assert "fields" not in item
    assert sessions._from_item(aws.from_item(item)).fields == {}


def test_a_survey_that_is_resumed_keeps_its_fields_and_takes_new_ones() -> None:
    first = _start(name="Ada", city="Zürich")
    assert _start(first, name="Grace").fields == {"name": "Grace", "city": "Zürich"}


def test_typed_values_and_recordings_are_read_as_they_were_stored() -> None:
    answers = (
        Answer("a", "yes", "sms", NOW, typed=True),
        Answer("b", "red, blue", 0.5, NOW, typed=("red", "blue")),
        Answer("c", "12.5", "DTMF", NOW, typed=12.5),
        Answer("d", "https://example.com/RE1", None, NOW, recording="RE1"),
        Answer("e", "4", "sms", NOW, number=4),
    )
    recording = Recording("https://example.com/RE1", 7, "completed", "Words", "completed")
    session = replace(_start(), answers=answers, recordings={"RE1": recording}, callback_count=2)
    assert _read_back(session) == session


def test_an_answer_without_a_type_of_its_own_is_stored_as_it_always_was() -> None:
    item = sessions.to_item(replace(_start(), answers=(Answer("a", "4", "sms", NOW, number=4),)))
    assert set(item["answers"]["L"][0]["M"]) == {
        "question",
        "text",
        "confidence",
        "at",
        "skipped",
        "said",
        "number",
    }
    assert not {"recordings", "callbackCount", "isCounted"} & set(item)


@given(
    st.permutations(
        [Recording(url="u", seconds=7), Recording(status="completed"), Recording(transcription="w")]
    )
)
def test_what_callbacks_tell_of_a_recording_does_not_depend_on_their_order(told: list[Recording]) -> None:
    session = _start()
    for one in (*told, told[0]):
        session = session.with_recording("RE1", one)
    assert session.recordings["RE1"] == Recording("u", 7, "completed", "w")
