"""Numbers of completed surveys that count towards quotas, in the table of sessions.

Several items share the number of a survey, so that respondents who complete at the same time seldom conflict.
"""

from typing import Any, Final

from survey.domain.session import Session
from survey.settings import SessionSettings
from switchboard import aws
from switchboard.aws.conditional import conflicts
from switchboard.settings import from_environment

COMPLETIONS: Final = "#completions#"
"""The beginning of the partition key of a survey's number; no respondent's number begins with #."""

SHARDS: Final = 8
"""Items that share a survey's number."""


def count_completions(survey_id: str) -> int:
    """Return the number of completed surveys that count towards a quota, with one consistent query."""
    items = aws.query_items(
        TableName=from_environment(SessionSettings).survey_sessions_table,
        KeyConditionExpression="respondent = :counter",
        ExpressionAttributeValues={":counter": {"S": f"{COMPLETIONS}{survey_id}"}},
        ConsistentRead=True,
    )
    return sum(int(item["completions"]) for item in items)


def write_and_count(write: Any, session: Session, step: int) -> None:
    """Put or delete a session and change the number of completed surveys, in one transaction.

    Parameters
    ----------
    write : dict
        ``{"Put": …}`` or ``{"Delete": …}``, conditional.
    step : int
        1 for a survey that is completed, -1 for one whose result was deleted.

    Raises
    ------
    WriteConflict
        The session was written since it was read, or another transaction changes the number at this moment.
    """
    shard = str(sum(session.respondent.encode()) % SHARDS)
    count: Any = {
        "TableName": from_environment(SessionSettings).survey_sessions_table,
        "Key": {"respondent": {"S": f"{COMPLETIONS}{session.survey_id}"}, "surveyId": {"S": shard}},
        "UpdateExpression": "ADD completions :step",
        "ExpressionAttributeValues": {":step": {"N": str(step)}},
    }
    with conflicts():
        aws.client("dynamodb").transact_write_items(TransactItems=[write, {"Update": count}])
