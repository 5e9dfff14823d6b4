"""Recipients of campaigns in DynamoDB: claimed before they are contacted, due while there is more to do.

The key is the survey and the number, then the campaign, so that the end of a respondent's survey reaches
every campaign that has contacted them. A row of the list that no run has taken yet has no item.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from survey.domain.campaign.campaign import Campaign, CountName
from survey.domain.campaign.recipient import Recipient
from survey.storage.campaigns import expires_at, progress_write, table
from switchboard import aws
from switchboard.aws.conditional import WriteConflict, conflicts

Queue = Literal["contacts", "outcomes"]
"""Recipients who wait for a contact, and recipients whose outcome has to be checked."""

_ATTRIBUTES: Final = {
    "line": "listLine",
    "language": "recipientLanguage",
    "zone": "timeZone",
    "fields": "placeholders",
    "status": "recipientStatus",
    "purpose": "purpose",
    "retries": "retries",
    "reminders": "reminders",
    "claimed_at": "claimedAt",
    "version": "version",
    "reason": "reason",
    "tries": "tries",
}

AT_ONCE: Final = 100
"""Keys in one of DynamoDB's batches."""

_PAUSES: Final = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)


@dataclass(frozen=True, slots=True)
class Stored:
    """A recipient as stored.

    Attributes
    ----------
    ended_at : int
        When an event last reported the end of their survey, in ms; 0 if none did since they were claimed.
    """

    recipient: Recipient
    ended_at: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """A recipient before and after a step of a run.

    Attributes
    ----------
    before, after : Recipient
        As stored before, and as to be stored. Version 0: nothing is stored before.
    counts : Mapping[CountName, int]
        What the campaign's counts change by.
    ended_at : int
        `Stored.ended_at` of the item that was read.
    """

    before: Recipient
    after: Recipient
    counts: Mapping[CountName, int]
    ended_at: int = 0


class LeaseLost(Exception):
    """Another run has the campaign."""


def claim(campaign: Campaign, recipient: Recipient) -> Recipient | None:
    """Store a claimed recipient in place of the version read; None if a concurrent write came first."""
    claimed = replace(recipient, version=recipient.version + 1)
    try:
        with conflicts():
            # Without endedAt: an end that is reported from now on is that of the contact.
            aws.client("dynamodb").put_item(**_put(campaign, claimed))
    except WriteConflict:
        return None
    return claimed


def load(campaign: Campaign, number: str) -> Stored | None:
    """Return a campaign's recipient, read consistently; None if none is stored."""
    item_key = key(campaign.survey_id, number, campaign.campaign_id)
    answer = aws.client("dynamodb").get_item(TableName=table(), Key=item_key, ConsistentRead=True)
    if "Item" not in answer:
        return None
    item = aws.from_item(answer["Item"])
    return Stored(_from_item(number, item), item.get("endedAt", 0))


def load_many(campaign: Campaign, numbers: Sequence[str]) -> dict[str, Recipient]:
    """Return those of at most `AT_ONCE` recipients that are stored, by their numbers."""
    keys = [key(campaign.survey_id, number, campaign.campaign_id) for number in numbers]
    found: dict[str, Recipient] = {}
    asked: Any = {table(): {"Keys": keys}}
    while asked:
        answer: Any = aws.client("dynamodb").batch_get_item(RequestItems=asked)
        for item in map(aws.from_item, answer["Responses"].get(table(), ())):
            number = item["subject"].rpartition("/")[2]
            found[number] = _from_item(number, item)
        asked = answer.get("UnprocessedKeys")
    return found


def due(campaign: Campaign, queue: Queue, now: int, limit: int) -> list[str]:
    """Return the numbers of recipients that are due at a time in ms, longest due first.

    The index may be behind the table.
    """
    answer = aws.client("dynamodb").query(
        TableName=table(),
        IndexName="due",
        KeyConditionExpression="dueShard = :shard AND dueAt <= :now",
        ExpressionAttributeValues=aws.to_item({":shard": f"{campaign.campaign_id}#{queue}", ":now": now}),
        Limit=limit,
    )
    return [aws.from_item(item)["subject"].rpartition("/")[2] for item in answer["Items"]]


def store(
    campaign: Campaign,
    owner: str,
    changes: Sequence[Change],
    now: int,
    taken_before: int,
    *,
    counts: Mapping[CountName, int] | None = None,
) -> None:
    """Store a batch of changes and the campaign's progress in one transaction.

    Where a recipient has changed meanwhile, all are stored one by one. The number of rows taken stays
    `taken_before` until all are: a row that is taken again is found stored.

    Parameters
    ----------
    counts : Mapping[CountName, int], optional
        What the campaign's counts change by besides.

    Raises
    ------
    LeaseLost
        Another run has the campaign.
    """
    if _transact(campaign, owner, changes, now, counts):
        return
    unmoved = replace(campaign, cursor=taken_before)
    for change in changes:
        _store_one(unmoved, owner, change, now)
    _retry(lambda: _transact(campaign, owner, (), now, counts))


def note_end(survey_id: str, number: str, now: int) -> int:
    """Note in every campaign that waits for a respondent that their survey has ended; return how many do."""
    noted = 0
    for item in aws.query_items(
        TableName=table(),
        KeyConditionExpression="subject = :subject",
        ExpressionAttributeValues=aws.to_item({":subject": subject(survey_id, number)}),
        ProjectionExpression="campaignId",
    ):
        shard = f"{item['campaignId']}#outcomes"
        values = {":now": now, ":shard": shard, ":asked": "asked", ":claimed": "claimed"}
        try:
            with conflicts():
                aws.client("dynamodb").update_item(
                    TableName=table(),
                    Key=key(survey_id, number, item["campaignId"]),
                    UpdateExpression="SET endedAt = :now, dueAt = :now, dueShard = :shard",
                    ConditionExpression="recipientStatus IN (:asked, :claimed)",
                    ExpressionAttributeValues=aws.to_item(values),
                )
        except WriteConflict:
            continue
        noted += 1
    return noted


def _store_one(campaign: Campaign, owner: str, change: Change, now: int) -> None:
    """Store one change, unless another run's, or an earlier try's, is stored."""
    if _transact(campaign, owner, [change], now):
        return

    def again() -> bool:
        stored = load(campaign, change.before.number)
        if (stored.recipient.version if stored else 0) != change.before.version:
            return True
        after, ended_at = change.after, stored.ended_at if stored else 0
        if ended_at and after.status in {"asked", "claimed"}:
            # The end of their survey was reported meanwhile, so they are looked at again.
            after = replace(after, due_at=now)
        newest = replace(change, after=after, ended_at=ended_at)
        return _transact(campaign, owner, [newest], now)

    _retry(again)


def _retry(write: Callable[[], bool]) -> None:
    """Repeat a write until it succeeds, since others write the same items; WriteConflict if it does not."""
    for pause in _PAUSES:
        if write():
            return
        time.sleep(pause)
    raise WriteConflict


def _transact(
    campaign: Campaign,
    owner: str,
    changes: Sequence[Change],
    now: int,
    besides: Mapping[CountName, int] | None = None,
) -> bool:
    """Store changes and progress together; False if a recipient has changed, or is written at this moment."""
    counts: dict[CountName, int] = dict(besides or {})
    for change in changes:
        for name, number in change.counts.items():
            counts[name] = counts.get(name, 0) + number
    writes: list[Any] = [
        {"Put": _put(campaign, replace(change.after, version=change.before.version + 1), change.ended_at)}
        for change in changes
    ]
    writes.append(progress_write(campaign, owner, counts, now))
    try:
        aws.client("dynamodb").transact_write_items(TransactItems=writes)
    except aws.ServiceError as error:
        if error.reasons and error.reasons[-1] == "ConditionalCheckFailed":
            raise LeaseLost from None
        if not {"ConditionalCheckFailed", "TransactionConflict"} & set(error.reasons):
            raise
        return False
    return True


def _put(campaign: Campaign, recipient: Recipient, ended_at: int | None = None) -> dict[str, Any]:
    """Return a put in place of the version before; with `ended_at`, only where no other end was reported."""
    put = {"TableName": table(), "Item": aws.to_item(_values(campaign, recipient))}
    if recipient.version == 1:
        return {**put, "ConditionExpression": "attribute_not_exists(subject)"}
    condition, values = "version = :version", {":version": recipient.version - 1}
    if ended_at:
        condition, values = f"{condition} AND endedAt = :ended", {**values, ":ended": ended_at}
    elif ended_at is not None:
        condition = f"{condition} AND attribute_not_exists(endedAt)"
    return {**put, "ConditionExpression": condition, "ExpressionAttributeValues": aws.to_item(values)}


def _from_item(number: str, item: Mapping[str, Any]) -> Recipient:
    stored = {field: item[attribute] for field, attribute in _ATTRIBUTES.items() if attribute in item}
    return Recipient(number, due_at=item.get("dueAt", 0), **stored)


def _values(campaign: Campaign, recipient: Recipient) -> dict[str, Any]:
    values = {attribute: getattr(recipient, field) for field, attribute in _ATTRIBUTES.items()}
    stored = {name: value for name, value in values.items() if value not in ("", 0, {})}
    if recipient.due_at:
        queue: Queue = "contacts" if recipient.status == "waiting" else "outcomes"
        stored |= {"dueAt": recipient.due_at, "dueShard": f"{campaign.campaign_id}#{queue}"}
    return {
        "subject": subject(campaign.survey_id, recipient.number),
        "campaignId": campaign.campaign_id,
        "expiresAt": expires_at(campaign),
        **stored,
    }


def subject(survey_id: str, number: str) -> str:
    """Return the partition key of a recipient of a survey's campaigns."""
    return f"{survey_id}/{number}"


def key(survey_id: str, number: str, campaign_id: str) -> dict[str, Any]:
    """Return the key of a campaign's recipient, as DynamoDB takes it."""
    return aws.to_item({"subject": subject(survey_id, number), "campaignId": campaign_id})
