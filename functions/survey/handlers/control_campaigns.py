"""GET /surveys/{surveyId}/campaigns; GET, POST below it: show campaigns, pause, resume or cancel one."""

from survey.campaigns.control import act, describe, find, find_all
from survey.requests.campaign import ControlCampaign, ListCampaigns, read_path
from switchboard.http.auth import ApiKey
from switchboard.http.endpoint import endpoint
from switchboard.http.reply import Reply, json_reply
from switchboard.http.request import Request
from switchboard.inputs.model import read, read_request


@endpoint(ApiKey(), services=("dynamodb",))
def handler(request: Request) -> Reply:
    """Answer with the campaigns of a survey, or with one as it is after the action."""
    path = read_path(request)
    if path.campaign_id is None:
        limit = read(ListCampaigns, request.query).limit
        return json_reply({"items": [describe(one) for one in find_all(path.survey_id, limit)]})
    if request.method == "POST":
        action = read_request(ControlCampaign, request).action
        return json_reply(describe(act(path.survey_id, path.campaign_id, action)))
    return json_reply(describe(find(path.survey_id, path.campaign_id)))
