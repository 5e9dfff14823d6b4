"""The days that have results, and a summary of each day that is kept until a result of that day changes.

Both are items of the table of results (storage/result_index.py). A day's item counts the writes of its
entries, and a summary is good for the number at which it was made. A write is counted before it is made, and
no summary is kept within two minutes of the last count: by then the write is over, as its function runs for
one at most, and every reader of the index byDay sees it. So a writer that is ended between the two leaves
nothing wrong.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from survey.domain.results.summary import ResultSummary
from survey.settings import ResultIndexSettings
from switchboard import aws
from switchboard.settings import from_environment

SETTLED_MS: Final = 120_000
"""Milliseconds after a day's last change from which its summary is kept."""

SUMMARY_SECONDS: Final = 30 * 86400
"""Seconds for which a day's summary is kept."""

MOST_SUMMARY_BYTES: Final = 300_000

_DAYS: Final = "#days#"
_SUMMARIES: Final = "#summaries#"


@dataclass(frozen=True, slots=True)
class ResultDay:
    """A day on which sessions of a survey started.

    Attributes
    ----------
    day : str
        ``YYYY-MM-DD``, UTC.
    changes : int
        How often an entry of the day was written or deleted.
    changed_at : int
        When that was last, in milliseconds since the epoch.
    question_names : frozenset[str]
        Every question that an entry of the day had.
    """

    survey_id: str
    day: str
    changes: int
    changed_at: int
    question_names: frozenset[str] = frozenset()

    def is_settled(self, now: int) -> bool:
        """Whether every reader sees what was written on the day."""
        return now - self.changed_at >= SETTLED_MS


def count_change(survey_id: str, day: str, question_names: frozenset[str], now: int) -> None:
    """Count that an entry of a day will be written or deleted, and add the questions that it has."""
    values: dict[str, Any] = {":one": 1, ":now": now}
    adds = "changes :one"
    if question_names:
        values[":names"] = question_names
        adds += ", questionNames :names"
    aws.client("dynamodb").update_item(
        TableName=_table(),
        Key={"id": {"S": _DAYS + survey_id}, "part": {"S": day}},
        UpdateExpression=f"ADD {adds} SET changedAt = :now",
        ExpressionAttributeValues=aws.to_item(values),
    )


def read_days(survey_id: str, first: str, last: str) -> Iterator[ResultDay]:
    """Yield the days between two, both included, that have or had results; the latest first."""
    for item in aws.query_items(
        TableName=_table(),
        KeyConditionExpression="id = :id AND part BETWEEN :first AND :last",
        ExpressionAttributeValues=aws.to_item({":id": _DAYS + survey_id, ":first": first, ":last": last}),
        ScanIndexForward=False,
        ConsistentRead=True,
    ):
        names = frozenset(item.get("questionNames", ()))
        yield ResultDay(survey_id, item["part"], item["changes"], item["changedAt"], names)


def load_summary(day: ResultDay) -> ResultSummary | None:
    """Return the summary of a day that is kept; None if there is none, or the day has changed since."""
    answer = aws.client("dynamodb").get_item(TableName=_table(), Key=_summary_key(day.survey_id, day.day))
    if "Item" not in answer:
        return None
    item = aws.from_item(answer["Item"])
    if item["changes"] != day.changes:
        return None
    return ResultSummary.from_stored(zlib.decompress(item["summary"]).decode())


def save_summary(day: ResultDay, summary: ResultSummary, now: int) -> None:
    """Keep the summary of a day, made after the day was read; one that is too large is not kept."""
    packed = zlib.compress(summary.to_stored().encode())
    if len(packed) <= MOST_SUMMARY_BYTES:
        values = {"changes": day.changes, "summary": packed, "expiresAt": now // 1000 + SUMMARY_SECONDS}
        item = {**_summary_key(day.survey_id, day.day), **aws.to_item(values)}
        aws.client("dynamodb").put_item(TableName=_table(), Item=item)


def delete_summary(survey_id: str, day: str) -> None:
    """Delete the summary of a day: it may quote what a respondent has answered."""
    aws.client("dynamodb").delete_item(TableName=_table(), Key=_summary_key(survey_id, day))


def _summary_key(survey_id: str, day: str) -> dict[str, Any]:
    return {"id": {"S": _SUMMARIES + survey_id}, "part": {"S": day}}


def _table() -> str:
    return from_environment(ResultIndexSettings).survey_results_table
