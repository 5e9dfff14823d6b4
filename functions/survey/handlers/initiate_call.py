"""POST /voice/initiate-call: call a respondent and take them through a survey."""

from survey.invitation import Occasion
from survey.once import Answer, start_once
from survey.requests.start_survey import StartSurvey
from survey.start import start_by_call
from switchboard.errors import Conflict
from switchboard.http.auth import ApiKey
from switchboard.http.endpoint import endpoint
from switchboard.http.reply import Reply, error_reply, json_reply
from switchboard.http.request import Request
from switchboard.inputs.model import read_request


@endpoint(ApiKey(), services=("dynamodb", "s3", "events"))
def handler(request: Request) -> Reply:
    """Place the call; the voice webhook says what is said on it."""
    start = read_request(StartSurvey, request)
    base_url = request.url.partition("?")[0].removesuffix(request.path)

    def place_call(since: int | None) -> Answer:
        call_sid = start_by_call(start, request.caller, base_url, Occasion(since=since))
        return {"success": True, "callTo": start.to, "callSid": call_sid}

    try:
        return json_reply(start_once(request, start, place_call), status=201)
    except Conflict as refusal:
        return error_reply(refusal, success=False)
