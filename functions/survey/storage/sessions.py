"""Sessions and opt-outs in DynamoDB.

There is one item per respondent and survey. A respondent's items share a partition key, so that one query
finds every survey that a text message may belong to, and the opt-out. Every write of a session is conditional
on the version that was read.
"""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Final

from survey.domain.answers import Recording
from survey.domain.session import Answer, RespondentState, Session
from survey.settings import SessionSettings
from survey.storage.completions import write_and_count
from switchboard import aws
from switchboard.aws.conditional import WriteConflict, conflicts
from switchboard.settings import from_environment

OPT_OUT: Final = "#opt-out"
"""The sort key of a respondent's opt-out; no surveyId begins with #."""

SHARDS: Final = 4
"""Partitions of the index of due sessions."""

RETAIN_SECONDS: Final = 30 * 86400
"""Seconds that an unfinished session is stored after its end. A completed one stays."""

COUNTER_SECONDS: Final = 2 * 86400
"""Seconds that a day's number of replies is stored."""

# Attribute names that operators know from result files; the others are the fields' own in camel case.
_ATTRIBUTES: Final = {
    "respondent": "respondent",
    "survey_id": "surveyId",
    "session_id": "sessionId",
    "medium": "surveyMedium",
    "language": "languageSet",
    "started_at": "surveyStarted",
    "updated_at": "updatedAt",
    "waits_until": "waitsUntil",
    "status": "surveyStatus",
    "state": "currentState",
    "version": "version",
    "question": "question",
    "attempts": "attempts",
    "feedback": "feedback",
    "preamble": "preamble",
    "ended_at": "endedAt",
    "call_sid": "callSid",
    "message_sid": "messageSid",
    "processed_ids": "processedIds",
    "due_at": "dueAt",
    "superseded": "superseded",
    "reply_day": "replyDay",
    "reply_count": "replyCount",
    "fields": "fields",
    "recordings": "recordings",
    "callback_count": "callbackCount",
    "is_counted": "isCounted",
}


def load_respondent(respondent: str) -> RespondentState:
    """Return what is stored about a respondent, with one consistent query."""
    sessions: list[Session] = []
    opted_out = False
    for item in aws.query_items(
        TableName=_table(),
        KeyConditionExpression="respondent = :respondent",
        ExpressionAttributeValues={":respondent": {"S": respondent}},
        ConsistentRead=True,
    ):
        if item["surveyId"] == OPT_OUT:
            opted_out = True
        else:
            sessions.append(_from_item(item))
    return RespondentState(tuple(sessions), opted_out)


def load(respondent: str, survey_id: str) -> Session | None:
    """Return one session, read consistently, or None."""
    answer = aws.client("dynamodb").get_item(
        TableName=_table(), Key=_key(respondent, survey_id), ConsistentRead=True
    )
    return _from_item(aws.from_item(answer["Item"])) if "Item" in answer else None


def save(session: Session, replaces: Session | None) -> None:
    """Write a session in place of the one that was read.

    Raises
    ------
    WriteConflict
        A concurrent request wrote the session since `replaces` was read.
    """
    condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(respondent)"}
    if replaces is not None:
        condition = _is_unchanged(replaces)
    put = {"TableName": _table(), "Item": to_item(session), **condition}
    was_counted = replaces is not None and replaces.is_counted and replaces.session_id == session.session_id
    if session.is_counted and not was_counted:
        write_and_count({"Put": put}, session, 1)
        return
    with conflicts():
        aws.client("dynamodb").put_item(**put)


def delete(session: Session) -> None:
    """Delete a session; WriteConflict if a concurrent request wrote it since it was read."""
    request = {
        "TableName": _table(),
        "Key": _key(session.respondent, session.survey_id),
        **_is_unchanged(session),
    }
    if session.is_counted:
        write_and_count({"Delete": request}, session, -1)
        return
    with conflicts():
        aws.client("dynamodb").delete_item(**request)


def save_reply_count(session: Session) -> None:
    """Write a session's number of counted replies only.

    ``version`` is not incremented: URLs of a call in progress contain it as the current step.
    """
    request = _is_unchanged(session)
    request["ExpressionAttributeValues"] |= {
        ":day": {"N": str(session.reply_day)},
        ":count": {"N": str(session.reply_count)},
    }
    with conflicts():
        aws.client("dynamodb").update_item(
            TableName=_table(),
            Key=_key(session.respondent, session.survey_id),
            UpdateExpression="SET replyDay = :day, replyCount = :count",
            **request,
        )


def mark_recorded(session: Session) -> None:
    """Store that the result file is written; WriteConflict if the session has changed since.

    An open session is due again when it may have expired, an ended one never.
    """
    request: dict[str, Any] = {
        "TableName": _table(),
        "Key": _key(session.respondent, session.survey_id),
        **_is_unchanged(session),
    }
    if session.is_open:
        request["UpdateExpression"] = "SET dueAt = :due REMOVE superseded"
        request["ExpressionAttributeValues"][":due"] = {"N": str(session.waits_until)}
    else:
        request["UpdateExpression"] = "REMOVE dueAt, sweepShard, superseded"
    with conflicts():
        aws.client("dynamodb").update_item(**request)


def due(now: int) -> Iterator[tuple[str, str]]:
    """Yield respondent and survey id of the sessions that are due at `now`, in ms."""
    for shard in range(SHARDS):
        for item in aws.query_items(
            TableName=_table(),
            IndexName="due",
            KeyConditionExpression="sweepShard = :shard AND dueAt <= :now",
            ExpressionAttributeValues={":shard": {"S": str(shard)}, ":now": {"N": str(now)}},
        ):
            yield item["respondent"], item["surveyId"]


def save_opt_out(respondent: str, now: int) -> None:
    """Store that a respondent wants no messages."""
    item = {**_key(respondent, OPT_OUT), "optedOutAt": {"N": str(now)}}
    aws.client("dynamodb").put_item(TableName=_table(), Item=item)


def delete_opt_out(respondent: str) -> None:
    """Delete a respondent's opt-out."""
    aws.client("dynamodb").delete_item(TableName=_table(), Key=_key(respondent, OPT_OUT))


def count_reply(counter: str, day: int, limit: int) -> bool:
    """Count a reply apart from sessions; False once the day's number is reached.

    Parameters
    ----------
    counter : str
        Names the counter: ``new-senders#<our number>`` or ``apologies#<their number>``.
    day : int
        Days since the epoch (UTC).
    limit : int
        The most replies a day.
    """
    if limit <= 0:
        return False
    values = {":one": 1, ":limit": limit, ":expires": day * 86400 + COUNTER_SECONDS}
    try:
        with conflicts():
            aws.client("dynamodb").update_item(
                TableName=_table(),
                Key=_key(f"#{counter}", str(day)),
                UpdateExpression="ADD replies :one SET expiresAt = :expires",
                ConditionExpression="attribute_not_exists(replies) OR replies < :limit",
                ExpressionAttributeValues=aws.to_item(values),
            )
    except WriteConflict:
        return False
    return True


def _table() -> str:
    return from_environment(SessionSettings).survey_sessions_table


def _key(respondent: str, survey_id: str) -> dict[str, Any]:
    return {"respondent": {"S": respondent}, "surveyId": {"S": survey_id}}


def _is_unchanged(session: Session) -> dict[str, Any]:
    condition = "version = :version AND sessionId = :session"
    values = {":version": {"N": str(session.version)}, ":session": {"S": session.session_id}}
    if session.callback_count:
        condition += " AND callbackCount = :callbacks"
        values[":callbacks"] = {"N": str(session.callback_count)}
    else:
        condition += " AND attribute_not_exists(callbackCount)"
    return {"ConditionExpression": condition, "ExpressionAttributeValues": values}


def to_item(session: Session) -> dict[str, Any]:
    """Return a session as the table holds it, in DynamoDB's JSON."""
    values = {attribute: getattr(session, field) for field, attribute in _ATTRIBUTES.items()}
    values["answers"] = [_stored(answer) for answer in session.answers]
    values["recordings"] = {sid: asdict(recording) for sid, recording in session.recordings.items()}
    for rare in ("callbackCount", "isCounted"):
        values[rare] = values[rare] or None
    # Not read back: it is for people who view the table.
    values["questionIndex"] = session.question_index
    if session.due_at:
        values["sweepShard"] = str(sum(session.respondent.encode()) % SHARDS)
    else:
        del values["dueAt"]
    if session.ended_at is not None and session.status != "COMPLETED":
        values["expiresAt"] = session.ended_at // 1000 + RETAIN_SECONDS
    return aws.to_item({name: value for name, value in values.items() if value not in ("", (), {})})


def _from_item(values: dict[str, Any]) -> Session:
    if "waitsUntil" not in values:
        # Older items have it as expiresAt, in ms; their time to live was expiresAtTtl.
        values = {**values, "waitsUntil": values["expiresAt"]}
    stored = {field: values[attribute] for field, attribute in _ATTRIBUTES.items() if attribute in values}
    stored["processed_ids"] = tuple(stored.get("processed_ids", ()))
    stored["recordings"] = {sid: Recording(**told) for sid, told in stored.get("recordings", {}).items()}
    stored["answers"] = tuple(_answer(answer) for answer in values.get("answers", ()))
    return Session(**stored)


def _stored(answer: Answer) -> dict[str, Any]:
    """Return an answer as items have it; what only some answers have is left out of the others."""
    values = asdict(answer)
    rare = {name: values.pop(name) for name in ("typed", "recording")}
    return {**values, **{name: value for name, value in rare.items() if value not in (None, "")}}


def _answer(stored: dict[str, Any]) -> Answer:
    # DynamoDB gives 1.0 back as 1, and a tuple as a list.
    confidence, typed = stored["confidence"], stored.get("typed")
    values = {**stored, "confidence": float(confidence) if isinstance(confidence, int) else confidence}
    if isinstance(typed, list):
        values["typed"] = tuple(typed)
    return Answer(**values)
