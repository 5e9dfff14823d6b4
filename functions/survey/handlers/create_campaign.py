"""POST /surveys/{surveyId}/campaigns: take a list of people through a survey."""

from typing import Final

from survey.campaigns.creation import create
from survey.requests.campaign import CreateCampaign, read_path
from switchboard.http.auth import ApiKey
from switchboard.http.endpoint import endpoint
from switchboard.http.reply import Reply, json_reply
from switchboard.http.request import Request
from switchboard.inputs.model import read_request

MAX_BODY: Final = 4 * 1024 * 1024
"""Bytes that 10,000 recipients with some fields take."""


@endpoint(ApiKey(), max_body=MAX_BODY, services=("dynamodb", "s3"))
def handler(request: Request) -> Reply:
    """Create the campaign, which runs from now on, or tell what a dry run finds."""
    path = read_path(request)
    created = create(request, path.survey_id, read_request(CreateCampaign, request))
    intake = created.intake
    rejected = [{"line": one.line, "to": one.to, "message": one.message} for one in intake.rejected]
    body = {
        "campaignId": created.campaign_id or None,
        "accepted": intake.accepted,
        "rejected": rejected,
        "rejectedCount": intake.rejected_count,
        "unchecked": intake.unchecked,
        "warnings": created.warnings,
    }
    return json_reply(body, status=202)
