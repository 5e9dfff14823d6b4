"""POST /sms/initiate-sms: send a respondent the first message of a survey."""

from survey.invitation import Occasion
from survey.once import Answer, start_once
from survey.requests.start_survey import StartSurvey
from survey.start import start_by_text
from switchboard.errors import Conflict
from switchboard.http.auth import ApiKey
from switchboard.http.endpoint import endpoint
from switchboard.http.reply import Reply, error_reply, json_reply
from switchboard.http.request import Request
from switchboard.inputs.model import read_request


@endpoint(ApiKey(), services=("dynamodb", "s3", "events"))
def handler(request: Request) -> Reply:
    """Send the message."""
    start = read_request(StartSurvey, request)

    def send_message(since: int | None) -> Answer:
        message_sid = start_by_text(start, request.caller, Occasion(since=since))
        return {"success": True, "smsTo": start.to, "messageSid": message_sid}

    try:
        return json_reply(start_once(request, start, send_message), status=201)
    except Conflict as refusal:
        return error_reply(refusal, success=False)
