"""Ending the surveys of a respondent who opted out.

STOP may arrive while a survey is being started. Whoever starts one looks for the opt-out again after writing
the session, and STOP looks for sessions after writing the opt-out: whichever is second sees the other.
"""

from survey import clock, progress
from survey.domain import engine
from survey.storage import sessions
from survey.storage.sessions import Known


def end_all(known: Known) -> None:
    """End the surveys under way; StaleSessionError where one of them went on meanwhile."""
    now = clock.now()
    for session in known.sessions:
        if session.is_open:
            progress.commit(engine.end(session, "OPTED_OUT", now), session, now)


def has_left(respondent: str) -> bool:
    """Whether a respondent, whose survey was stored just now, has opted out meanwhile; ends it then."""
    return sessions.retried(lambda: _ended(sessions.of_respondent(respondent)))


def _ended(known: Known) -> bool:
    if known.opted_out:
        end_all(known)
    return known.opted_out
