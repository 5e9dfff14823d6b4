"""How a session's beginning and end become known beyond the turn that caused them.

A session that the result file does not tell yet carries ``due_at``. The event below is the fast way to get it
written; where the bus cannot be reached, the sweep finds the session by ``due_at`` and publishes the event
again. So a caller never waits for, or suffers from, what comes after.
"""

from dataclasses import replace
from typing import Final

from survey.domain import engine, result
from survey.domain.session import Session
from survey.storage import sessions
from switchboard import bus
from switchboard.log import logger

SOURCE: Final = "switchboard.survey"
RECORDED_WITHIN_MS: Final = 120_000
"""How long the event has before the sweep takes over."""

LONGEST_SUPERSEDED_BYTES: Final = 150_000
"""What a replaced session may take up in the item of its successor (DynamoDB's limit is 400 KB)."""


def commit(session: Session, replaces: Session | None, now: int) -> None:
    """Write a session, and make it known where it began or ended with this turn.

    Raises
    ------
    survey.storage.sessions.StaleSessionError
        If somebody else wrote since `replaces` was read. Nothing is written or published then.
    """
    if is_news(session, replaces):
        session = to_be_recorded(session, replaces, now)
    sessions.put(session, replaces)
    if is_news(session, replaces):
        announce(session)


def is_news(session: Session, before: Session | None) -> bool:
    """Whether a session began, ended or was taken up again, or changed after its end."""
    if before is None or not session.is_open:
        return True
    return (session.session_id, session.status) != (before.session_id, before.status)


def to_be_recorded(session: Session, replaces: Session | None, now: int) -> Session:
    """Return the session marked as not told by its result file yet.

    Where it takes the place of one that no result file tells yet, that one's result goes with it.
    """
    superseded = session.superseded
    if (
        replaces is not None
        and replaces.session_id != session.session_id
        and (replaces.is_open or replaces.due_at)
    ):
        content = result.content(engine.end(replaces, "EXPIRED", now))
        superseded = content if len(content.encode()) <= LONGEST_SUPERSEDED_BYTES else ""
    return replace(session, due_at=now + RECORDED_WITHIN_MS, superseded=superseded)


def announce(session: Session) -> None:
    """Publish ``survey.started`` or ``survey.ended``; a failure is logged, and left to the sweep."""
    try:
        bus.publish(SOURCE, "survey.started" if session.is_open else "survey.ended", detail(session))
    except bus.BusError:
        logger.exception("The sweep will publish this event", extra={"session_id": session.session_id})


def detail(session: Session) -> dict[str, object]:
    """Return what the survey's events say."""
    return {
        "surveyId": session.survey_id,
        "respondent": session.respondent,
        "sessionId": session.session_id,
        "surveyMedium": session.medium,
        "surveyStatus": session.status,
        "languageSet": session.language,
        "questionIndex": session.question_index,
        "callSid": session.call_sid or None,
    }
