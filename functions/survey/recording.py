"""Recording of results: write files and index, publish completed surveys, forget deleted results."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from survey.domain.result import result_document, result_key
from survey.domain.results.entry import session_entry
from survey.domain.session import Session
from survey.indexing import index_result, remove_result
from survey.settings import ResultSettings
from survey.storage import sessions
from survey.storage.results import replace_older_result, save_result
from survey.turns import SOURCE, event_detail
from switchboard import bus
from switchboard.aws.conditional import retry_on_conflict
from switchboard.log import count, logger
from switchboard.settings import from_environment
from switchboard.timestamps import parse_iso_ms

OLDER_SOURCE: Final = "custom.twilioSurveyApp"
OLDER_DETAIL_TYPE: Final = "surveystate"
"""Source and detail type of the events of the application before this one."""

COMPLETED: Final = "survey.completed"


def record_result(respondent: str, survey_id: str, event_type: str) -> None:
    """Write a session's result file, and publish ``survey.completed`` once that is true.

    ``survey.started`` records no session that has ended since: its ``survey.ended`` does, so that a survey
    which ends at once is not completed twice.
    """
    wrote = False

    def record() -> None:
        nonlocal wrote
        session = sessions.load(respondent, survey_id)
        if session is None:
            logger.info("The session is gone: its start was rolled back, or its result file was deleted")
            return
        is_done = session.is_recorded or (event_type == "survey.started" and not session.is_open)
        if is_done:
            # An event that came twice, or late, must not write a file again that was deleted since.
            if wrote:
                replace_older_result(session)  # This event had written a file before the session changed.
            return
        # The entry first: when a file is deleted, what it said is in the index, and goes with it.
        index_result(session_entry(session))
        save_result(session)
        wrote = True
        _finish_recording(session)

    retry_on_conflict(record)


def forget(respondent: str, survey_id: str, deleted_at: datetime) -> bool:
    """Delete the session whose result file was deleted, so that the respondent can take the survey again.

    The result leaves the index and the archive, too, unless it was written after that time.

    A session that began or changed after that time stays, and so does one whose result file is still to be
    written. EventBridge gives the time in whole seconds.
    """
    latest = parse_iso_ms(deleted_at) + 999
    remove_result(respondent, survey_id, latest)
    session = sessions.load(respondent, survey_id)
    if session is None or session.updated_at > latest:
        return False
    if session.due_at and not session.is_open:
        return False
    sessions.delete(session)
    return True


def _finish_recording(session: Session) -> None:
    if session.status == "COMPLETED":
        _publish_completed(session)
    sessions.mark_recorded(session)
    count("SurveyRecorded", status=session.status)


def _publish_completed(session: Session) -> None:
    """Publish the completed survey with its result, or with the file's key alone if that is too large."""
    result = result_document(session)
    key = {"resultKey": result_key(session.respondent, session.survey_id)}
    _publish_with(SOURCE, COMPLETED, {**event_detail(session), **key}, {"result": result})
    if from_environment(ResultSettings).publish_older_event:
        older = {"currentState": "post-survey-results", "postBody": {"From": session.respondent}, **key}
        _publish_with(
            OLDER_SOURCE,
            OLDER_DETAIL_TYPE,
            older,
            {"resultsObject": {**result, "currentState": "post-survey-results"}},
        )


def _publish_with(
    source: str, detail_type: str, detail: Mapping[str, object], result: Mapping[str, object]
) -> None:
    whole = {**detail, **result}
    fits = bus.size(detail_type, whole) <= bus.BYTES_PER_REQUEST
    bus.publish(source, detail_type, whole if fits else detail)
