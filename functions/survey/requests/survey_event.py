"""The detail of survey.started, survey.ended and survey.completed."""

from switchboard.inputs.model import EventModel


class SurveyEvent(EventModel):
    """The session that an event is about."""

    survey_id: str
    respondent: str
    session_id: str = ""
