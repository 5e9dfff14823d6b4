"""Send a text message with a summary once a survey is completed, where the settings want one."""

from survey.requests.survey_event import SurveyEvent
from survey.summary import send_summary
from switchboard.processor import Event, processor


@processor(SurveyEvent)
def handler(event: Event[SurveyEvent]) -> None:
    """Send the summary of the session that the event is about."""
    send_summary(event.detail.respondent, event.detail.survey_id, event.detail.session_id)
