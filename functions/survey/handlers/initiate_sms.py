"""POST /sms/initiate-sms: send a respondent the first message of a survey."""

from survey.requests.start_survey import StartSurvey
from survey.start import start_by_text
from switchboard.http.auth import ApiKey
from switchboard.http.endpoint import endpoint
from switchboard.http.reply import Reply, json_reply
from switchboard.http.request import Request
from switchboard.inputs.model import read_request


@endpoint(ApiKey(), services=("dynamodb", "s3", "events"))
def handler(request: Request) -> Reply:
    """Send the message."""
    start = read_request(StartSurvey, request)
    message_sid = start_by_text(start, request.caller)
    return json_reply({"success": True, "smsTo": start.to, "messageSid": message_sid}, status=201)
