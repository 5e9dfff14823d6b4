"""Write a survey's result file when the survey starts and when it ends.

Triggered by ``survey.started`` and ``survey.ended``, which may come twice, late or in the wrong order: the
file says what the session says now, and is written again if that changed meanwhile.
"""

from survey import progress
from survey.domain import result
from survey.domain.session import Session
from survey.settings import ResultSettings
from survey.storage import sessions
from switchboard import aws, bus
from switchboard.log import count, logger
from switchboard.processor import Event, processor
from switchboard.settings import from_environment


@processor
def handler(event: Event) -> None:
    """Write the result file of the session that the event is about."""
    sessions.retried(lambda: _record(event.detail["respondent"], event.detail["surveyId"]))


def _record(respondent: str, survey_id: str) -> None:
    """Write one session's file; StaleSessionError when the session changed while it was being written."""
    session = sessions.get(respondent, survey_id)
    if session is None:
        logger.info("The session is gone; it was taken back or forgotten")
        return
    if session.superseded:
        # Kept as an older version of the same file: the bucket is versioned.
        _write(result.key(session), session.superseded)
    _write(result.key(session), result.content(session))
    if session.is_open or session.due_at:
        if session.status == "COMPLETED":
            bus.publish(progress.SOURCE, "survey.completed", _completed(session))
        sessions.mark_recorded(session)
        count("SurveyRecorded", status=session.status)


def _write(key: str, content: str) -> None:
    settings: ResultSettings = from_environment(ResultSettings)
    aws.client("s3").put_object(
        Bucket=settings.config_bucket,
        Key=key,
        Body=content.encode(),
        ContentType="application/json; charset=utf-8",
    )


def _completed(session: Session) -> dict[str, object]:
    return {**progress.detail(session), "resultKey": result.key(session)}
