"""Campaigns in DynamoDB.

One item per campaign states its settings, how far it is, and counts, which only the run that has its lease
changes. Running campaigns are in the sparse index of what is due.
"""

import time
from collections.abc import Iterator, Mapping
from typing import Any, Final

from survey.domain.campaign.campaign import (
    COUNT_NAMES,
    KEEP_SECONDS,
    Campaign,
    CampaignAction,
    CountName,
    status_after,
    statuses_before,
)
from survey.domain.campaign.window import Window
from survey.settings import CampaignSettings
from switchboard import aws
from switchboard.aws.conditional import WriteConflict, conflicts
from switchboard.settings import from_environment

RUNNING_SHARD: Final = "#running"

LEASE_MS: Final = 90_000
"""Duration of a run's lease after its last write: longer than the function may run."""

_PAUSES: Final = (0.05, 0.1, 0.2, 0.4, 0.8)

# By field. Names that expressions reserve, such as cursor and status, are avoided.
_ATTRIBUTES: Final = {
    "campaign_id": "campaignId",
    "survey_id": "surveyId",
    "medium": "medium",
    "rows": "listRows",
    "created_at": "createdAt",
    "per_minute": "perMinute",
    "language": "defaultLanguage",
    "retries": "retries",
    "remind_after_ms": "remindAfterMs",
    "session_ms": "sessionMs",
    "base_url": "baseUrl",
    "key_id": "keyId",
    "again": "again",
    "fingerprint": "fingerprint",
    "list_id": "listId",
    "status": "campaignStatus",
    "cursor": "takenRows",
    "tokens": "tokens",
    "tokens_at": "tokensAt",
    "problem": "problem",
    "finished_at": "finishedAt",
}


def create(campaign: Campaign) -> None:
    """Store a campaign that runs from now on; WriteConflict if there is one of that id."""
    item = {
        "subject": _subject(campaign.survey_id),
        **{attribute: getattr(campaign, field) for field, attribute in _ATTRIBUTES.items()},
        "contactHours": str(campaign.window),
        "expiresAt": expires_at(campaign),
        "dueShard": RUNNING_SHARD,
        "dueAt": campaign.created_at,
    }
    with conflicts():
        aws.client("dynamodb").put_item(
            TableName=table(),
            Item=aws.to_item({name: value for name, value in item.items() if value != ""}),
            ConditionExpression="attribute_not_exists(subject)",
        )


def load(survey_id: str, campaign_id: str) -> Campaign | None:
    """Return a campaign, read consistently; None if there is none."""
    answer = aws.client("dynamodb").get_item(
        TableName=table(), Key=aws.to_item(_key(survey_id, campaign_id)), ConsistentRead=True
    )
    return _from_item(aws.from_item(answer["Item"])) if "Item" in answer else None


def of_survey(survey_id: str) -> list[Campaign]:
    """Return a survey's campaigns of the last months, newest first."""
    items = aws.query_items(
        TableName=table(),
        KeyConditionExpression="subject = :subject",
        ExpressionAttributeValues=aws.to_item({":subject": _subject(survey_id)}),
    )
    return sorted(map(_from_item, items), key=lambda campaign: campaign.created_at, reverse=True)


def running() -> Iterator[tuple[str, str]]:
    """Yield survey and campaign id of the campaigns that run."""
    for item in aws.query_items(
        TableName=table(),
        IndexName="due",
        KeyConditionExpression="dueShard = :shard",
        ExpressionAttributeValues=aws.to_item({":shard": RUNNING_SHARD}),
    ):
        yield item["subject"].removeprefix(_subject("")), item["campaignId"]


def act(campaign: Campaign, action: CampaignAction) -> Campaign:
    """Pause, resume or cancel a campaign, and return it as it is then.

    Raises
    ------
    WriteConflict
        It is not in a status that the action is for.
    """
    before = {f":{status}": status for status in statuses_before(action)}
    after = status_after(action)
    values: dict[str, Any] = {":after": after, **before}
    update = "SET campaignStatus = :after REMOVE dueShard, dueAt"
    if after == "running":
        update = "SET campaignStatus = :after, dueShard = :shard, dueAt = :due"
        values |= {":shard": RUNNING_SHARD, ":due": campaign.created_at}
    return _update(
        campaign,
        UpdateExpression=update,
        ConditionExpression=f"campaignStatus IN ({', '.join(before)})",
        ExpressionAttributeValues=aws.to_item(values),
    )


def lease(survey_id: str, campaign_id: str, owner: str, now: int) -> Campaign | None:
    """Lease a running campaign for a run, and return it; None if it does not run, or another run has it."""
    try:
        item = _written(
            survey_id,
            campaign_id,
            {
                "UpdateExpression": "SET leaseOwner = :owner, leaseUntil = :until",
                "ConditionExpression": "campaignStatus = :running AND "
                "(attribute_not_exists(leaseUntil) OR leaseUntil <= :now OR leaseOwner = :owner)",
                "ExpressionAttributeValues": aws.to_item(
                    {":owner": owner, ":until": now + LEASE_MS, ":now": now, ":running": "running"}
                ),
            },
        )
    except WriteConflict:
        return None
    return _from_item(item)


def release(campaign: Campaign, owner: str) -> None:
    """End a run's lease; a lease that another run has stays."""
    try:
        _update(
            campaign,
            UpdateExpression="SET leaseUntil = :ended",
            ConditionExpression="leaseOwner = :owner",
            ExpressionAttributeValues=aws.to_item({":owner": owner, ":ended": 0}),
        )
    except WriteConflict:
        return


def finish(campaign: Campaign, owner: str, now: int) -> None:
    """Store that nothing is left to do; WriteConflict if it does not run any more."""
    _update(
        campaign,
        UpdateExpression="SET campaignStatus = :finished, finishedAt = :now REMOVE dueShard, dueAt",
        ConditionExpression="leaseOwner = :owner AND campaignStatus = :running",
        ExpressionAttributeValues=aws.to_item(
            {":owner": owner, ":finished": "finished", ":running": "running", ":now": now}
        ),
    )


def progress_write(
    campaign: Campaign, owner: str, changes: Mapping[CountName, int], now: int
) -> dict[str, Any]:
    """Return the part of a transaction that stores a run's progress, for the run alone that has the lease."""
    values = {
        ":owner": owner,
        ":until": now + LEASE_MS,
        ":taken": campaign.cursor,
        ":tokens": campaign.tokens,
        ":at": campaign.tokens_at,
        ":problem": campaign.problem,
    }
    added = {name: number for name, number in changes.items() if number}
    values |= {f":{name}": number for name, number in added.items()}
    sets = "leaseUntil = :until, takenRows = :taken, tokens = :tokens, tokensAt = :at, problem = :problem"
    adds = f" ADD {', '.join(f'{name} :{name}' for name in added)}" if added else ""
    return {
        "Update": {
            "TableName": table(),
            "Key": aws.to_item(_key(campaign.survey_id, campaign.campaign_id)),
            "UpdateExpression": f"SET {sets}{adds}",
            "ConditionExpression": "leaseOwner = :owner",
            "ExpressionAttributeValues": aws.to_item(values),
        }
    }


def count_write(campaign: Campaign, changes: Mapping[CountName, int]) -> dict[str, Any]:
    """Return the part of a transaction that changes a campaign's counts, whichever run has it."""
    return {
        "Update": {
            "TableName": table(),
            "Key": aws.to_item(_key(campaign.survey_id, campaign.campaign_id)),
            "UpdateExpression": f"ADD {', '.join(f'{name} :{name}' for name in changes)}",
            "ExpressionAttributeValues": aws.to_item(
                {f":{name}": number for name, number in changes.items()}
            ),
        }
    }


def expires_at(campaign: Campaign) -> int:
    """Return the time to live of a campaign and its recipients, in seconds since the epoch."""
    return campaign.created_at // 1000 + KEEP_SECONDS


def table() -> str:
    """Return the table's name."""
    return from_environment(CampaignSettings).survey_campaigns_table


def _update(campaign: Campaign, **request: Any) -> Campaign:
    return _from_item(_written(campaign.survey_id, campaign.campaign_id, request))


def _written(survey_id: str, campaign_id: str, request: dict[str, Any]) -> dict[str, Any]:
    """Update a campaign's item and return it; a run's transaction on it is waited for."""
    for pause in (*_PAUSES, None):
        try:
            with conflicts():
                answer = aws.client("dynamodb").update_item(
                    TableName=table(),
                    Key=aws.to_item(_key(survey_id, campaign_id)),
                    ReturnValues="ALL_NEW",
                    **request,
                )
        except aws.ServiceError as error:
            if error.code != "TransactionConflictException" or pause is None:
                raise
            time.sleep(pause)
        else:
            return aws.from_item(answer["Attributes"])
    raise AssertionError("the last try returns or raises")


def _subject(survey_id: str) -> str:
    return f"#campaigns/{survey_id}"


def _key(survey_id: str, campaign_id: str) -> dict[str, str]:
    return {"subject": _subject(survey_id), "campaignId": campaign_id}


def _from_item(item: Mapping[str, Any]) -> Campaign:
    stored = {field: item[attribute] for field, attribute in _ATTRIBUTES.items() if attribute in item}
    counts: dict[CountName, int] = {name: item[name] for name in COUNT_NAMES if name in item}
    return Campaign(**stored, window=Window.parse(item["contactHours"]), counts=counts)
