"""What webhooks and requests name: the survey and its language, the call, and the person on it."""

from collections.abc import Mapping
from typing import Final

from survey.domain.definition import DEFAULT_SURVEY, SurveyRef, is_language, is_survey_id
from survey.settings import DefinitionSettings
from switchboard.errors import BadRequest, FieldError
from switchboard.settings import from_environment
from switchboard.validation import is_e164, is_sid

# What a withheld number is shown as where carriers spell the reason on the keypad: ANONYMOUS, RESTRICTED,
# BLOCKED, UNKNOWN, UNAVAILABLE.
_WITHHELD: Final = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"})


def parse_survey_ref(params: Mapping[str, str]) -> SurveyRef:
    """Return the survey and language that a request names by surveyId and defaultLanguage, or the defaults.

    Raises
    ------
    BadRequest
        A name that no survey or language can have.
    """
    survey_id = params.get("surveyId", "").strip() or DEFAULT_SURVEY
    language = params.get("defaultLanguage", "").strip()
    errors = []
    if not is_survey_id(survey_id):
        errors.append(FieldError(field="surveyId", message="must be letters, digits, _ and -, at most 64"))
    if language and not is_language(language):
        errors.append(FieldError(field="defaultLanguage", message="must be a language code, such as en-US"))
    if errors:
        raise BadRequest.about(*errors)
    return SurveyRef(survey_id, language or from_environment(DefinitionSettings).default_language)


def parse_call_sid(params: Mapping[str, str]) -> str:
    """Return a call webhook's CallSid; BadRequest where it is none."""
    sid = params.get("CallSid", "")
    if not is_sid(sid, "CA"):
        raise BadRequest.about(FieldError(field="CallSid", message="must be CA and 32 hexadecimal digits"))
    return sid


def parse_respondent(params: Mapping[str, str]) -> str:
    """Return the number of the person on a call, or the CallSid where it is withheld or no number.

    Parameters
    ----------
    params : Mapping[str, str]
        The webhook's CallSid, Direction, From and To. The respondent is who called, or whom we called.
    """
    number = params.get("To" if params.get("Direction", "").startswith("outbound") else "From", "")
    return number if is_e164(number) and number not in _WITHHELD else params["CallSid"]


def is_machine(params: Mapping[str, str]) -> bool:
    """Tell whether an answering machine or a fax took the call.

    https://www.twilio.com/docs/voice/answering-machine-detection
    """
    return params.get("AnsweredBy", "").startswith(("machine", "fax"))


def has_number(respondent: str) -> bool:
    """Tell whether a respondent can be sent text messages."""
    return respondent.startswith("+")
