"""The index of results in DynamoDB: one item for each result file, found by survey and day.

================  ============  =====================================================================
id                part          what
================  ============  =====================================================================
+1202… or CA…     a surveyId    an entry: what the respondent's result file says
#days#…           YYYY-MM-DD    a day on which a survey has entries, and its summary (storage/result_days.py)
================  ============  =====================================================================

The index byDay (surveyDay, startedAt) has whole entries, so that a page is one query. A respondent has one
entry in a survey; that of a later session replaces it in one write, and DynamoDB moves it to its new day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from survey.domain.results.entry import NotResultError, ResultEntry, file_entry
from survey.domain.results.query import MOST_AT_ONCE, Position, ResultQuery
from survey.settings import ResultIndexSettings
from switchboard import aws
from switchboard.aws import s3
from switchboard.aws.conditional import conflicts
from switchboard.settings import from_environment

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import QueryInputTypeDef

BY_DAY: Final = "byDay"

MOST_BYTES: Final = 300_000
"""Bytes of the largest result that an item holds (DynamoDB takes 400 KB); larger ones stay in their files."""


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry as the table holds it.

    Attributes
    ----------
    entry : ResultEntry
        Its content is empty where the result is too large for an item; see `with_content`.
    revision : int
        One more with each write; the condition of the next.
    written_at : int
        When it was written, in milliseconds since the epoch.
    archive_key : str
        The result's object in the archive; empty where there is none.
    """

    entry: ResultEntry
    revision: int
    written_at: int
    archive_key: str = ""

    def is_same_write(self, other: "StoredEntry") -> bool:
        """Tell whether the same write made both; an entry that was deleted begins with revision 1 again."""
        return (self.revision, self.written_at) == (other.revision, other.written_at)


def load(respondent: str, survey_id: str) -> StoredEntry | None:
    """Return the entry of a respondent's result file, read consistently; None if there is none."""
    answer = aws.client("dynamodb").get_item(
        TableName=_table(), Key=_key(respondent, survey_id), ConsistentRead=True
    )
    return _stored(aws.from_item(answer["Item"])) if "Item" in answer else None


def surveys_of(respondent: str) -> list[str]:
    """Return the surveys in which a respondent has an entry."""
    items = aws.query_items(
        TableName=_table(),
        KeyConditionExpression="id = :respondent",
        ExpressionAttributeValues={":respondent": {"S": respondent}},
        ProjectionExpression="part",
        ConsistentRead=True,
    )
    return [item["part"] for item in items]


def save(entry: ResultEntry, replaces: StoredEntry | None, archive_key: str, now: int) -> StoredEntry:
    """Write an entry in place of the one that was read, and return it as it is stored now.

    Raises
    ------
    WriteConflict
        A concurrent request wrote the entry since `replaces` was read.
    """
    condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(id)"}
    if replaces is not None:
        condition = _is_unchanged(replaces)
    revision = replaces.revision + 1 if replaces else 1
    item = {
        "id": entry.respondent,
        "part": entry.survey_id,
        "surveyDay": _partition(entry.survey_id, entry.day),
        "startedAt": entry.started_at,
        "surveyStatus": entry.status,
        "version": entry.version,
        "revision": revision,
        "writtenAt": now,
        "archiveKey": archive_key or None,
        "result": entry.content if len(entry.content.encode()) <= MOST_BYTES else None,
    }
    with conflicts():
        aws.client("dynamodb").put_item(TableName=_table(), Item=aws.to_item(item), **condition)
    return StoredEntry(entry, revision, now, archive_key)


def delete(stored: StoredEntry) -> None:
    """Delete an entry; WriteConflict if a concurrent request wrote it since it was read."""
    key = _key(stored.entry.respondent, stored.entry.survey_id)
    with conflicts():
        aws.client("dynamodb").delete_item(TableName=_table(), Key=key, **_is_unchanged(stored))


def read_day(query: ResultQuery, day: str) -> tuple[list[ResultEntry], Position | None]:
    """Return the entries of a day that a query finds, and the position behind which there may be more.

    At most ``limit`` entries and 1 MB are looked at, so that there may be fewer of the status asked for.

    Parameters
    ----------
    query : ResultQuery
        Its position, if it has one, is one of the day.
    day : str
        ``YYYY-MM-DD``, UTC.
    """
    values: dict[str, Any] = {
        ":day": _partition(query.survey_id, day),
        ":earliest": query.earliest,
        ":latest": query.latest,
    }
    request: QueryInputTypeDef = {
        "TableName": _table(),
        "IndexName": BY_DAY,
        "KeyConditionExpression": "surveyDay = :day AND startedAt BETWEEN :earliest AND :latest",
        "ScanIndexForward": False,
        "Limit": query.limit or MOST_AT_ONCE,
    }
    if query.status is not None:
        request["FilterExpression"] = "surveyStatus = :status"
        values[":status"] = query.status
    if query.after is not None:
        request["ExclusiveStartKey"] = {
            **_key(query.after.respondent, query.survey_id),
            "surveyDay": {"S": _partition(query.survey_id, day)},
            "startedAt": {"N": str(query.after.started_at)},
        }
    request["ExpressionAttributeValues"] = aws.to_item(values)
    answer = aws.client("dynamodb").query(**request)
    entries = [_stored(aws.from_item(item)).entry for item in answer["Items"]]
    last = answer.get("LastEvaluatedKey")
    if not last:
        return entries, None
    key = aws.from_item(last)
    return entries, Position(key["startedAt"], key["id"])


def with_content(entry: ResultEntry) -> ResultEntry | None:
    """Return an entry with its content, from the file where it is too large; None if that is gone."""
    if entry.content:
        return entry
    content = s3.read(from_environment(ResultIndexSettings).config_bucket, entry.key)
    try:
        return None if content is None else file_entry(entry.key, content, entry.started_at)
    except NotResultError:
        return None


def _stored(item: Mapping[str, Any]) -> StoredEntry:
    entry = ResultEntry(
        respondent=item["id"],
        survey_id=item["part"],
        started_at=item["startedAt"],
        version=item["version"],
        status=item["surveyStatus"],
        content=item.get("result", ""),
    )
    return StoredEntry(entry, item["revision"], item["writtenAt"], item.get("archiveKey", ""))


def _table() -> str:
    return from_environment(ResultIndexSettings).survey_results_table


def _partition(survey_id: str, day: str) -> str:
    return f"{survey_id}#{day}"


def _key(respondent: str, survey_id: str) -> dict[str, Any]:
    return {"id": {"S": respondent}, "part": {"S": survey_id}}


def _is_unchanged(stored: StoredEntry) -> dict[str, Any]:
    return {
        "ConditionExpression": "revision = :revision AND writtenAt = :writtenAt",
        "ExpressionAttributeValues": {
            ":revision": {"N": str(stored.revision)},
            ":writtenAt": {"N": str(stored.written_at)},
        },
    }
