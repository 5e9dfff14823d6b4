"""The request of POST /voice/initiate-call and POST /sms/initiate-sms."""

from pydantic import Field

from survey.requests.survey_choice import SurveyChoice
from switchboard.inputs.types import E164


class StartSurvey(SurveyChoice):
    """A request to take a respondent through a survey.

    Attributes
    ----------
    to : str
        The respondent's number.
    """

    to: E164 = Field(alias="To")
