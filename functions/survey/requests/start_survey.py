"""The request of POST /voice/initiate-call and POST /sms/initiate-sms."""

from collections.abc import Mapping
from typing import Self

from pydantic import ConfigDict, Field, model_validator

from survey.requests.placeholders import SCHEMA, read_placeholders
from survey.requests.survey_choice import SurveyChoice
from switchboard.inputs.types import E164, Flag


class StartSurvey(SurveyChoice):
    """A request to take a respondent through a survey. Further fields fill placeholders in the prompts.

    Attributes
    ----------
    to : str
        The respondent's number.
    again : bool
        Start the survey although the respondent has completed it, or remind one who is taking it.
    """

    model_config = ConfigDict(extra="allow", json_schema_extra=SCHEMA)

    to: E164 = Field(alias="To")
    again: Flag = False

    @model_validator(mode="after")
    def _check_fields(self) -> Self:
        read_placeholders(self.model_extra or {})
        return self

    @property
    def fields(self) -> Mapping[str, str]:
        """What placeholders in the prompts stand for."""
        return read_placeholders(self.model_extra or {})
