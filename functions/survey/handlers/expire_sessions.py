"""Expire surveys that wait for a reply that does not come, and see to it that every end gets recorded.

Runs on a schedule over the sessions that are due: their time is over, or the event that should have had their
result written did not do it.
"""

from survey import clock, progress
from survey.domain import engine
from survey.storage import sessions
from switchboard.log import logger
from switchboard.processor import Event, processor


@processor
def handler(event: Event) -> None:  # noqa: ARG001  # a schedule's event says nothing
    """Go through the sessions that are due."""
    now = clock.now()
    expired = announced = 0
    for respondent, survey_id in sessions.due(now):
        session = sessions.get(respondent, survey_id)
        if session is None or not 0 < session.due_at <= now:
            continue  # The index is behind the table.
        if session.is_open and session.is_expired(now):
            try:
                progress.commit(engine.end(session, "EXPIRED", now), session, now)
            except sessions.StaleSessionError:
                continue  # The respondent was faster.
            expired += 1
        else:
            progress.announce(session)
            announced += 1
    logger.info("Swept", extra={"expired": expired, "announced_again": announced})
