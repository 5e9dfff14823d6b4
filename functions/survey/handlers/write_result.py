"""Write a survey's result file when the survey starts and when it ends.

``survey.started`` and ``survey.ended`` may come twice, late or in the wrong order: the file states the
session as it is now, and is written again if that has changed meanwhile.
"""

from survey.recording import record_result
from survey.requests.survey_event import SurveyEvent
from switchboard.processor import Event, processor


@processor(SurveyEvent)
def handler(event: Event[SurveyEvent]) -> None:
    """Write the result file of the session that the event is about."""
    record_result(event.detail.respondent, event.detail.survey_id, event.detail_type)
