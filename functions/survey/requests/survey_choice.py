"""The survey and the language that a request or a webhook's URL names."""

from pydantic import Field

from survey.domain.definition import DEFAULT_SURVEY, SurveyRef
from survey.settings import DefinitionSettings
from switchboard.inputs.model import RequestModel
from switchboard.inputs.types import Identifier, LanguageTag
from switchboard.settings import from_environment


class SurveyChoice(RequestModel):
    """A survey and a language; without them, the default ones.

    Attributes
    ----------
    survey_id : str
        The survey.
    default_language : str or None
        The language to begin it in.
    """

    survey_id: Identifier = Field(DEFAULT_SURVEY, alias="surveyId")
    default_language: LanguageTag | None = Field(None, alias="defaultLanguage")

    @property
    def ref(self) -> SurveyRef:
        """The survey, and the language to begin it in."""
        language = self.default_language or from_environment(DefinitionSettings).default_language
        return SurveyRef(self.survey_id, language)
