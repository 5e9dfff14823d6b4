"""Which survey a webhook is about: the optional surveyId and defaultLanguage of its URL."""

from dataclasses import dataclass

from survey.domain.session import DEFAULT_SURVEY
from survey.settings import DefinitionSettings
from survey.storage import definitions
from switchboard.errors import BadRequest, FieldError
from switchboard.request import Params
from switchboard.settings import from_environment


@dataclass(frozen=True)
class Choice:
    """A survey, and the language to begin it in."""

    survey_id: str
    language: str


def chosen(params: Params) -> Choice:
    """Return the survey and language that a request names, or the defaults.

    Raises
    ------
    BadRequest
        A name that no survey or language can have.
    """
    settings: DefinitionSettings = from_environment(DefinitionSettings)
    survey_id = params.get("surveyId", "").strip() or DEFAULT_SURVEY
    language = params.get("defaultLanguage", "").strip() or settings.default_language
    errors = []
    if not definitions.is_survey_id(survey_id):
        errors.append(FieldError(field="surveyId", message="must be letters, digits, _ and -, at most 64"))
    if not definitions.is_language(language):
        errors.append(FieldError(field="defaultLanguage", message="must be a language code, such as en-US"))
    if errors:
        raise BadRequest.about(*errors)
    return Choice(survey_id, language)
