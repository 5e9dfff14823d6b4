"""POST /voice/survey/status: how a survey call ended.

A survey that is still under way then was not finished: no person answered, or the person hung up.
"""

from survey.requests.call import CallWebhook, StatusUrl
from survey.turns import end_call
from switchboard.http.auth import TwilioSignature
from switchboard.http.endpoint import endpoint
from switchboard.http.reply import Reply, no_content
from switchboard.http.request import Request
from switchboard.inputs.model import read


@endpoint(TwilioSignature(), fallback=lambda _request: no_content(), services=("dynamodb", "events"))
def handler(request: Request) -> Reply:
    """End the survey that a call held; any other status than a final one changes nothing."""
    call = read(CallWebhook, request.params)
    if call.ended_as is not None:
        url = read(StatusUrl, request.query)
        end_call(call.respondent, url.survey_id, call.call_sid, url.session, call.ended_as)
    return no_content()
