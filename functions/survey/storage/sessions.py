"""Sessions and opt-outs in DynamoDB.

One item per respondent and survey, all of a respondent's under one partition key, so that one query finds
every survey a text message may belong to, and the opt-out. Every write is conditional on the version that was
read.
"""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final, TypeVar

from survey.domain.session import Answer, Session
from survey.settings import SessionSettings
from switchboard import aws
from switchboard.settings import from_environment

OPT_OUT: Final = "#opt-out"
"""The sort key of a respondent's opt-out; no surveyId begins with #."""

SHARDS: Final = 4
"""Partitions of the index of due sessions."""

KEPT_AFTER_END_SECONDS: Final = 30 * 86400
"""How long an unfinished survey's session is kept; a completed one stays, so that it is not taken twice."""

TRIES: Final = 25
"""How often a turn that lost a race is taken again; real respondents race once."""

T = TypeVar("T")

# Attribute names that operators know from result files; the others are the fields' own in camel case.
_ATTRIBUTES: Final = {
    "respondent": "respondent",
    "survey_id": "surveyId",
    "session_id": "sessionId",
    "medium": "surveyMedium",
    "language": "languageSet",
    "started_at": "surveyStarted",
    "updated_at": "updatedAt",
    "expires_at": "expiresAt",
    "status": "surveyStatus",
    "state": "currentState",
    "version": "version",
    "question": "question",
    "attempts": "attempts",
    "note": "note",
    "opening": "opening",
    "ended_at": "endedAt",
    "call_sid": "callSid",
    "seen": "seen",
    "due_at": "dueAt",
    "superseded": "superseded",
}


class StaleSessionError(Exception):
    """Somebody else wrote the session since it was read."""


def retried(turn: Callable[[], T]) -> T:
    """Take a turn, which reads, decides and writes, again until nobody wrote in between.

    Raises
    ------
    StaleSessionError
        After 25 tries.
    """
    for tried in range(1, TRIES):
        try:
            return turn()
        except StaleSessionError:
            time.sleep(random.uniform(0, 0.01 * tried))  # noqa: S311  # parts racers, guards nothing
    return turn()


@dataclass(frozen=True)
class Known:
    """What is known about a respondent."""

    sessions: tuple[Session, ...]
    opted_out: bool

    def session(self, survey_id: str) -> Session | None:
        """Return the respondent's session in one survey."""
        return next((session for session in self.sessions if session.survey_id == survey_id), None)


def of_respondent(respondent: str) -> Known:
    """Return everything about a respondent with one consistent query."""
    sessions: list[Session] = []
    opted_out = False
    request: dict[str, Any] = {
        "TableName": _table(),
        "KeyConditionExpression": "respondent = :respondent",
        "ExpressionAttributeValues": {":respondent": {"S": respondent}},
        "ConsistentRead": True,
    }
    while True:
        page = aws.client("dynamodb").query(**request)
        for item in page["Items"]:
            if item["surveyId"]["S"] == OPT_OUT:
                opted_out = True
            else:
                sessions.append(_session(item))
        if "LastEvaluatedKey" not in page:
            return Known(tuple(sessions), opted_out)
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def get(respondent: str, survey_id: str) -> Session | None:
    """Return one session, read consistently, or None."""
    answer = aws.client("dynamodb").get_item(
        TableName=_table(), Key=_key(respondent, survey_id), ConsistentRead=True
    )
    return _session(answer["Item"]) if "Item" in answer else None


def put(session: Session, replaces: Session | None) -> None:
    """Write a session in place of the one that was read.

    Raises
    ------
    StaleSessionError
        If what is stored is not `replaces` any more.
    """
    condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(respondent)"}
    if replaces is not None:
        condition = _condition(replaces)
    with _StaleWhenRefused():
        aws.client("dynamodb").put_item(TableName=_table(), Item=_item(session), **condition)


def delete(session: Session) -> None:
    """Forget a session; StaleSessionError if somebody else wrote it since."""
    key = _key(session.respondent, session.survey_id)
    with _StaleWhenRefused():
        aws.client("dynamodb").delete_item(TableName=_table(), Key=key, **_condition(session))


def mark_recorded(session: Session) -> None:
    """Note that the result file says what the session says; StaleSessionError if the session moved on.

    An open session is due again when it may have expired, an ended one never.
    """
    request: dict[str, Any] = {
        "TableName": _table(),
        "Key": _key(session.respondent, session.survey_id),
        **_condition(session),
    }
    if session.is_open:
        request["UpdateExpression"] = "SET dueAt = :due REMOVE superseded"
        request["ExpressionAttributeValues"][":due"] = {"N": str(session.expires_at)}
    else:
        request["UpdateExpression"] = "REMOVE dueAt, sweepShard, superseded"
    with _StaleWhenRefused():
        aws.client("dynamodb").update_item(**request)


def due(now: int) -> Iterator[tuple[str, str]]:
    """Yield respondent and survey id of the sessions that are due at `now`, in ms."""
    for shard in range(SHARDS):
        items = aws.query_items(
            TableName=_table(),
            IndexName="due",
            KeyConditionExpression="sweepShard = :shard AND dueAt <= :now",
            ExpressionAttributeValues={":shard": {"S": str(shard)}, ":now": {"N": str(now)}},
        )
        for item in items:
            yield item["respondent"], item["surveyId"]


def opt_out(respondent: str, now: int) -> None:
    """Remember that a respondent wants no messages."""
    item = {**_key(respondent, OPT_OUT), "optedOutAt": {"N": str(now)}}
    aws.client("dynamodb").put_item(TableName=_table(), Item=item)


def opt_in(respondent: str) -> None:
    """Forget a respondent's opt-out."""
    aws.client("dynamodb").delete_item(TableName=_table(), Key=_key(respondent, OPT_OUT))


class _StaleWhenRefused:
    """Turns a failed condition into StaleSessionError."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, aws.ServiceError) and error.code == "ConditionalCheckFailedException":
            raise StaleSessionError from None


def _table() -> str:
    settings: SessionSettings = from_environment(SessionSettings)
    return settings.survey_sessions_table


def _key(respondent: str, survey_id: str) -> dict[str, Any]:
    return {"respondent": {"S": respondent}, "surveyId": {"S": survey_id}}


def _condition(session: Session) -> dict[str, Any]:
    return {
        "ConditionExpression": "version = :version AND sessionId = :session",
        "ExpressionAttributeValues": {
            ":version": {"N": str(session.version)},
            ":session": {"S": session.session_id},
        },
    }


def _item(session: Session) -> dict[str, Any]:
    values = {attribute: getattr(session, field) for field, attribute in _ATTRIBUTES.items()}
    values["answers"] = [asdict(answer) for answer in session.answers]
    # Never read back; there for people who look at the table.
    values["questionIndex"] = session.question_index
    if session.due_at:
        values["sweepShard"] = str(sum(session.respondent.encode()) % SHARDS)
    else:
        del values["dueAt"]
    if session.ended_at is not None and session.status != "COMPLETED":
        values["expiresAtTtl"] = session.ended_at // 1000 + KEPT_AFTER_END_SECONDS
    return aws.to_item({name: value for name, value in values.items() if value not in ("", ())})


def _session(item: dict[str, Any]) -> Session:
    values = aws.from_item(item)
    stored = {field: values[attribute] for field, attribute in _ATTRIBUTES.items() if attribute in values}
    stored["seen"] = tuple(stored.get("seen", ()))
    stored["answers"] = tuple(_answer(answer) for answer in values.get("answers", ()))
    return Session(**stored)


def _answer(stored: dict[str, Any]) -> Answer:
    # DynamoDB gives 1.0 back as 1.
    confidence = stored["confidence"]
    return Answer(
        **{**stored, "confidence": float(confidence) if isinstance(confidence, int) else confidence}
    )
