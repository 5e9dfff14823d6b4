"""POST /voice/survey/status: how a survey call ended.

A survey that is still under way then was not finished: no person answered, or the person
hung up.
"""

from typing import Final

from survey.domain.definition import DEFAULT_SURVEY, is_survey_id
from survey.domain.session import Status
from survey.requests.webhook_params import is_machine, parse_call_sid, parse_respondent
from survey.turns import end_call
from switchboard.auth import TwilioSignature
from switchboard.endpoint import endpoint
from switchboard.errors import BadRequest, FieldError
from switchboard.reply import Reply, no_content
from switchboard.request import Request

# https://www.twilio.com/docs/voice/api/call-resource#call-status-values
_ENDED_AS: Final[dict[str, Status]] = {
    "completed": "ABANDONED",
    "busy": "BUSY",
    "no-answer": "NO_ANSWER",
    "failed": "FAILED",
    "canceled": "CANCELED",
}


@endpoint(TwilioSignature(), fallback=lambda _request: no_content())
def handler(request: Request) -> Reply:
    """Take a call's final status; any other status, and calls that hold no survey, change nothing.

    https://www.twilio.com/docs/voice/api/call-resource#statuscallback
    """
    params, query = request.params, request.query
    call_sid = parse_call_sid(params)
    status = _ENDED_AS.get(params.get("CallStatus", ""))
    if status is None:
        return no_content()
    survey_id = query.get("surveyId", "").strip() or DEFAULT_SURVEY
    if not is_survey_id(survey_id):
        raise BadRequest.about(FieldError(field="surveyId", message="is not the name of a survey"))
    if status == "ABANDONED" and is_machine(params):
        status = "VOICEMAIL"
    end_call(parse_respondent(params), survey_id, call_sid, query.get("session", ""), status)
    return no_content()
