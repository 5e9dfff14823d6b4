"""Deletion of a person from the campaigns that have stored them."""

from typing import Any

from survey.domain.campaign.campaign import Campaign, CountName
from survey.storage.campaign_recipients import key, load, subject
from survey.storage.campaigns import count_write, table
from switchboard import aws
from switchboard.aws.conditional import conflicts


def campaigns_of(survey_id: str, number: str) -> list[str]:
    """Return the ids of campaigns that have stored a recipient."""
    items = aws.query_items(
        TableName=table(),
        KeyConditionExpression="subject = :subject",
        ExpressionAttributeValues=aws.to_item({":subject": subject(survey_id, number)}),
        ProjectionExpression="campaignId",
        ConsistentRead=True,
    )
    return [item["campaignId"] for item in items]


def discard(survey_id: str, number: str, campaign_id: str) -> None:
    """Delete a recipient whose campaign is gone."""
    aws.client("dynamodb").delete_item(TableName=table(), Key=key(survey_id, number, campaign_id))


def forget(campaign: Campaign, number: str) -> None:
    """Delete what a campaign has stored of a recipient, who counts as skipped if their outcome is open.

    Raises
    ------
    WriteConflict
        A run writes the recipient, or the campaign, at this moment.
    """
    stored = load(campaign, number)
    if stored is None:
        return
    recipient = stored.recipient
    delete = {
        "Delete": {
            "TableName": table(),
            "Key": key(campaign.survey_id, number, campaign.campaign_id),
            "ConditionExpression": "version = :version",
            "ExpressionAttributeValues": aws.to_item({":version": recipient.version}),
        }
    }
    counts: dict[CountName, int] = {} if recipient.is_over else {"skipped": 1}
    if recipient.count and counts:
        counts[recipient.count] = -1
    writes: Any = [delete, count_write(campaign, counts)] if counts else [delete]
    with conflicts():
        aws.client("dynamodb").transact_write_items(TransactItems=writes)
