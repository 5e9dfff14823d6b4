"""Find the numbers that must not be contacted about a survey, many at once, by BatchGetItem."""

from collections.abc import Sequence
from typing import Any, Final, Literal

from survey.settings import SessionSettings
from survey.storage.sessions import OPT_OUT
from switchboard import aws
from switchboard.settings import from_environment

Obstacle = Literal["completed", "optedOut", "underWay"]

AT_ONCE: Final = 50
"""Numbers in a batch of 100 keys, DynamoDB's most."""


def find_obstacles(survey_id: str, numbers: Sequence[str], now: int) -> dict[str, Obstacle]:
    """Return the reason for each of at most `AT_ONCE` numbers that must not be contacted at a time, in ms.

    The read is eventually consistent: starting a survey checks again, consistently.
    """
    table = from_environment(SessionSettings).survey_sessions_table
    keys = [
        aws.to_item({"respondent": number, "surveyId": name})
        for number in numbers
        for name in (survey_id, OPT_OUT)
    ]
    asked: Any = {
        table: {
            "Keys": keys,
            "ProjectionExpression": "respondent, surveyId, surveyStatus, waitsUntil, expiresAt",
        }
    }
    found: dict[str, Obstacle] = {}
    while asked:
        answer: Any = aws.client("dynamodb").batch_get_item(RequestItems=asked)
        for item in map(aws.from_item, answer["Responses"].get(table, ())):
            obstacle = _obstacle(item, now)
            # An opt-out counts more than a survey that is done.
            if obstacle and found.get(item["respondent"]) != "optedOut":
                found[item["respondent"]] = obstacle
        asked = answer.get("UnprocessedKeys")
    return found


def _obstacle(item: dict[str, Any], now: int) -> Obstacle | None:
    if item["surveyId"] == OPT_OUT:
        return "optedOut"
    if item["surveyStatus"] == "COMPLETED":
        return "completed"
    # Older items have waitsUntil as expiresAt, in ms.
    is_open = item["surveyStatus"] == "STARTED" and now < item.get("waitsUntil", item.get("expiresAt", 0))
    return "underWay" if is_open else None
