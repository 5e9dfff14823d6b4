"""POST /voice/survey/status: how a survey call ended.

A survey that is still under way then was not finished: nobody answered, a machine did, or the person hung up.
"""

from typing import Final

from survey import clock, progress, respondent
from survey.domain import engine
from survey.domain.session import DEFAULT_SURVEY, Status
from survey.storage import definitions, sessions
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


@endpoint(TwilioSignature())
def handler(request: Request) -> Reply:
    """Note a call's final status; any other status, and calls that hold no survey, change nothing.

    https://www.twilio.com/docs/voice/api/call-resource#statuscallback
    """
    params = request.params
    call_sid = respondent.call_sid(params)
    status = _ENDED_AS.get(params.get("CallStatus", ""))
    if status == "ABANDONED" and params.get("AnsweredBy", "").startswith(("machine", "fax")):
        status = "VOICEMAIL"
    if status is not None:
        survey_id = request.query.get("surveyId", "").strip() or DEFAULT_SURVEY
        if not definitions.is_survey_id(survey_id):
            raise BadRequest.about(FieldError(field="surveyId", message="is not the name of a survey"))
        who, session_id = respondent.of_call(params), request.query.get("session", "")
        ended_as = status
        sessions.retried(lambda: _end(who, survey_id, session_id, call_sid, ended_as))
    return no_content()


def _end(who: str, survey_id: str, session_id: str, call_sid: str, status: Status) -> None:
    session = sessions.get(who, survey_id)
    if session is not None and session.is_open and session.is_held_by(call_sid, session_id):
        now = clock.now()
        progress.commit(engine.end(session, status, now), session, now)
