"""The further fields of the request that started a survey are stored with its session."""

from typing import Any

from survey.domain.engine import start_session
from survey.domain.session import Session
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
