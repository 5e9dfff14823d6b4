"""What an older application's result files say of a survey, without its questions."""

from typing import Any, Final

COMPLETED: Final[dict[str, Any]] = {
    "surveyMedium": "sms",
    "surveyStarted": 1_700_000_000_000,
    "surveyStatus": "COMPLETED",
    "currentState": "post-survey",
    "questionIndex": 3,
    "languageSet": "es-MX",
    "surveyCompleted": 1_700_000_400_000,
}
