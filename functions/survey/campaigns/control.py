"""Read campaigns, and pause, resume or cancel one."""

from typing import Any

from survey.domain.campaign.campaign import COUNT_NAMES, Campaign, CampaignAction, status_after
from survey.storage import campaigns
from switchboard.aws.conditional import WriteConflict
from switchboard.errors import Conflict, NotFound
from switchboard.log import count
from switchboard.timestamps import format_iso


def find(survey_id: str, campaign_id: str) -> Campaign:
    """Return a campaign; NotFound if there is none."""
    found = campaigns.load(survey_id, campaign_id)
    if found is None:
        raise NotFound("There is no campaign of this id.")
    return found


def find_all(survey_id: str, limit: int) -> list[Campaign]:
    """Return a survey's latest campaigns, newest first."""
    return campaigns.of_survey(survey_id)[:limit]


def act(survey_id: str, campaign_id: str, action: CampaignAction) -> Campaign:
    """Pause, resume or cancel a campaign; nothing is changed if that was done already.

    Raises
    ------
    NotFound
        There is no such campaign.
    Conflict
        The campaign is finished or canceled.
    """
    found = find(survey_id, campaign_id)
    try:
        changed = campaigns.act(found, action)
    except WriteConflict:
        now = find(survey_id, campaign_id)
        if now.status == status_after(action):
            return now
        raise Conflict(f"The campaign is {now.status}.") from None
    count("CampaignChanged", action=action)
    return changed


def describe(campaign: Campaign) -> dict[str, Any]:
    """Return a campaign as the API answers it."""
    counts: dict[str, int] = {name: campaign.counts.get(name, 0) for name in COUNT_NAMES}
    return {
        "campaignId": campaign.campaign_id,
        "surveyId": campaign.survey_id,
        "medium": campaign.medium,
        "status": campaign.status,
        "recipients": campaign.rows,
        "waiting": campaign.waiting,
        **counts,
        "perMinute": campaign.per_minute,
        "window": str(campaign.window),
        "createdAt": format_iso(campaign.created_at),
        "finishedAt": format_iso(campaign.finished_at) if campaign.finished_at else None,
        "problem": campaign.problem or None,
    }
