"""The routes of campaigns of surveys."""

from collections.abc import Mapping
from typing import Final

from survey.domain.campaign.campaign import CampaignMedium, CampaignStatus
from survey.requests.campaign import ControlCampaign, CreateCampaign, ListCampaigns
from switchboard.inputs.types import Identifier
from tools.openapi.operation import JSON, Operation, ReplyModel, json_response
from tools.openapi.responses import Error


class RejectedRecipient(ReplyModel):
    """An entry of a list that is not contacted.

    Attributes
    ----------
    line : int
        Of the file, or the place in `recipients`, from 1.
    message : str
        Why.
    """

    line: int
    to: str
    message: str


class CampaignCreated(ReplyModel):
    """What became of a list.

    Attributes
    ----------
    campaign_id : str or None
        Null after a dry run, and where nobody was accepted.
    rejected : list
        At most 10,000.
    rejected_count : int
        All of them.
    unchecked : int
        Accepted recipients of whom there was no time to look whether they have answered already: that is
        looked at when their turn comes.
    warnings : list of str
        What works, and was probably not meant.
    """

    campaign_id: str | None
    accepted: int
    rejected: tuple[RejectedRecipient, ...]
    rejected_count: int
    unchecked: int
    warnings: tuple[str, ...]


class CampaignState(ReplyModel):
    """A campaign, and how far it is.

    Attributes
    ----------
    waiting : int
        Recipients who are still to be contacted, for the first time or again.
    asked : int
        Those whose survey is under way.
    unfinished, unreached : int
        Those who began and stopped, and those who never replied or answered the call.
    skipped : int
        Those who had answered the survey already, or were deleted.
    started, retried, reminded : int
        First contacts, repeated calls, reminders.
    problem : str or None
        Why the last run stopped early.
    """

    campaign_id: str
    survey_id: str
    medium: CampaignMedium
    status: CampaignStatus
    recipients: int
    waiting: int
    asked: int
    completed: int
    opted_out: int
    unfinished: int
    unreached: int
    failed: int
    skipped: int
    started: int
    retried: int
    reminded: int
    per_minute: int
    window: str
    created_at: str
    finished_at: str | None
    problem: str | None


class CampaignList(ReplyModel):
    """Campaigns of a survey, newest first."""

    items: tuple[CampaignState, ...]


_ONE: Final = {"surveyId": Identifier, "campaignId": Identifier}
_MISSING: Final = json_response("There is no campaign of this id.", Error)

CAMPAIGNS: Final[Mapping[str, Operation]] = {
    "POST /surveys/{surveyId}/campaigns": Operation(
        summary="Take a list of people through a survey",
        description=(
            "Nobody is contacted who has completed the survey, is taking it or has opted out. With `dryRun` "
            "nothing is stored and nobody contacted. A repeated request with the same `Idempotency-Key` "
            "finds the campaign that the first one has created."
        ),
        path={"surveyId": Identifier},
        fields=CreateCampaign,
        headers={"Idempotency-Key": "At most 255 characters of your own; a key creates one campaign."},
        media_types=(JSON,),
        responses={
            202: json_response("The campaign runs, or is what a dry run finds.", CampaignCreated),
            409: json_response("The idempotency key is another request's.", Error),
        },
    ),
    "GET /surveys/{surveyId}/campaigns": Operation(
        summary="List the campaigns of a survey",
        path={"surveyId": Identifier},
        fields=ListCampaigns,
        responses={200: json_response("The campaigns of the last 180 days.", CampaignList)},
    ),
    "GET /surveys/{surveyId}/campaigns/{campaignId}": Operation(
        summary="Tell how far a campaign is",
        path=_ONE,
        responses={200: json_response("The campaign.", CampaignState), 404: _MISSING},
    ),
    "POST /surveys/{surveyId}/campaigns/{campaignId}": Operation(
        summary="Pause, resume or cancel a campaign",
        description="What was done already changes nothing. Contacts that are being made are finished.",
        path=_ONE,
        fields=ControlCampaign,
        responses={
            200: json_response("The campaign as it is then.", CampaignState),
            404: _MISSING,
            409: json_response("The campaign is finished or canceled.", Error),
        },
    ),
}
"""Route → what is documented of it."""
