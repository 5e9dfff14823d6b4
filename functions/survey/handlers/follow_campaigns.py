"""Note in campaigns that a recipient's survey has ended, so that the next run counts it, or calls again."""

from survey.requests.survey_event import SurveyEvent
from survey.storage.campaign_recipients import note_end
from switchboard.log import logger
from switchboard.processor import Event, processor
from switchboard.timestamps import now_ms


@processor(SurveyEvent)
def handler(event: Event[SurveyEvent]) -> None:
    """Make the respondent due in the campaigns that wait for them."""
    if noted := note_end(event.detail.survey_id, event.detail.respondent, now_ms()):
        logger.info("Campaigns are told of the end of a survey", extra={"campaigns": noted})
