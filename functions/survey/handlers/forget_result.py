"""Let a respondent take a survey again whose result file was deleted.

S3 also reports deletions of older versions of a file: only whether the file exists now counts.
"""

from survey.domain.result import parse_result_key
from survey.recording import forget
from survey.requests.deleted_object import DeletedObject
from survey.storage.results import result_exists
from switchboard.aws.conditional import retry_on_conflict
from switchboard.log import count, logger
from switchboard.processor import Event, processor


@processor(DeletedObject)
def handler(event: Event[DeletedObject]) -> None:
    """Delete the session that belongs to a deleted result file."""
    key = event.detail.object.key
    found = parse_result_key(key)
    if found is None or result_exists(key):
        return
    respondent, survey_id = found
    if retry_on_conflict(lambda: forget(respondent, survey_id, event.time)):
        count("SurveyForgotten")
        logger.info("A result file was deleted: its respondent can take the survey again")
