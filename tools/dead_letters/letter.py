"""Dead letters, unwrapped: what failed, why, since when, and where it would go again.

Each service has an envelope of its own:

Lambda
    A JSON record with the event and the error, for an asynchronous invocation that failed for good.
    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
EventBridge
    The event, with attributes RULE_ARN, TARGET_ARN, ERROR_CODE …, for a target that was not reached.
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-event-delivery.html
EventBridge Scheduler
    The target's input, with attributes SCHEDULE_ARN, TARGET_ARN, ERROR_CODE ….
    https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
SQS
    The message of another queue that was received too often; DeadLetterQueueSourceArn names that queue.
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
Channel clean-up
    A conversation that could not be released (functions/channel_cleanup/release.py).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Literal

Kind = Literal["invocation", "rule", "schedule", "queue", "channel", "unknown"]

_LONGEST_REASON: Final = 300


@dataclass(frozen=True)
class Letter:
    """A dead letter.

    Attributes
    ----------
    id : str
        Of the message in its queue; the same each time that it is received.
    queue : str
        The logical ID of its queue.
    kind : Kind
        Whose envelope it has.
    what : str
        The function, target or queue that was meant, by ARN or name; of a channel, the conversation.
    event_type : str
        The detail type of the event, such as "survey.ended"; "" where it is none.
    why : str
        The error.
    attempts : int
        How often it was tried; 0 where the envelope does not tell.
    since : datetime
        When the message was sent: to the dead-letter queue or, for one of another queue, there.
    payload : Any
        What was to be processed: JSON, or a text that is none.
    details : Mapping[str, Any]
        All else that the envelope tells, such as the rule, and the error's stack trace.
    """

    id: str
    queue: str
    kind: Kind
    what: str
    event_type: str
    why: str
    attempts: int
    since: datetime
    payload: Any
    details: Mapping[str, Any] = field(default_factory=dict)


def read_letter(queue: str, message: Mapping[str, Any]) -> Letter:
    """Return the letter that a message from a dead-letter queue holds.

    Parameters
    ----------
    queue : str
        The queue's logical ID.
    message : Mapping[str, Any]
        As ReceiveMessage returns it, with all attributes.
    """
    text = str(message.get("Body", ""))
    try:
        body = json.loads(text)
    except ValueError:
        body = text
    attributes = {
        name: value.get("StringValue", "") for name, value in message.get("MessageAttributes", {}).items()
    }
    system = message.get("Attributes", {})
    since = datetime.fromtimestamp(int(system.get("SentTimestamp", 0)) / 1000, tz=UTC)
    unwrapped = _unwrap(body, attributes, system)
    return Letter(id=message["MessageId"], queue=queue, since=since, **unwrapped)


def _unwrap(body: Any, attributes: Mapping[str, str], system: Mapping[str, str]) -> dict[str, Any]:
    if isinstance(body, dict) and "requestContext" in body and "requestPayload" in body:
        return _of_lambda(body)
    if "SCHEDULE_ARN" in attributes:
        return _of_events("schedule", body, attributes)
    if "RULE_ARN" in attributes or "TARGET_ARN" in attributes:
        return _of_events("rule", body, attributes)
    if source := system.get("DeadLetterQueueSourceArn"):
        return _unwrapped(
            "queue", source, body, "received too often", _number(system, "ApproximateReceiveCount")
        )
    if isinstance(body, dict) and "conversationSid" in body and "attempts" in body:
        return _of_channel(body)
    return _unwrapped("unknown", "", body, "the envelope is not known", 0)


def _of_lambda(record: Mapping[str, Any]) -> dict[str, Any]:
    context = _object(record["requestContext"])
    error = _object(record.get("responsePayload"))
    why = ": ".join(str(error[key]) for key in ("errorType", "errorMessage") if error.get(key))
    condition = str(context.get("condition", ""))
    return _unwrapped(
        "invocation",
        str(context.get("functionArn", "")),
        record["requestPayload"],
        why or condition or "no reason is given",
        _number(context, "approximateInvokeCount"),
        condition=condition,
        failedAt=record.get("timestamp"),
        requestId=context.get("requestId"),
        error=record.get("responsePayload"),
    )


def _of_events(kind: Kind, body: Any, attributes: Mapping[str, str]) -> dict[str, Any]:
    code, text = attributes.get("ERROR_CODE", ""), attributes.get("ERROR_MESSAGE", "")
    known = {name: value for name, value in attributes.items() if name not in {"ERROR_CODE", "ERROR_MESSAGE"}}
    retries = attributes.get("RETRY_ATTEMPTS", "")
    return _unwrapped(
        kind,
        attributes.get("TARGET_ARN", ""),
        body,
        ": ".join(part for part in (code, text) if part) or "no reason is given",
        int(retries) + 1 if retries.isdecimal() else 0,
        **known,
    )


def _of_channel(body: Mapping[str, Any]) -> dict[str, Any]:
    numbers = [str(body[key]) for key in ("code", "status") if body.get(key)]
    why = str(body.get("error") or "no reason is given") + (f" ({', '.join(numbers)})" if numbers else "")
    return _unwrapped("channel", str(body["conversationSid"]), body, why, _number(body, "attempts"))


def _unwrapped(
    kind: Kind, what: str, payload: Any, why: str, attempts: int, **details: Any
) -> dict[str, Any]:
    return {
        "kind": kind,
        "what": what,
        "payload": payload,
        "event_type": str(_object(payload).get("detail-type", "")),
        "why": why if len(why) <= _LONGEST_REASON else why[: _LONGEST_REASON - 1] + "…",
        "attempts": attempts,
        "details": {name: value for name, value in details.items() if value},
    }


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _number(values: Mapping[str, Any], name: str) -> int:
    text = str(values.get(name, ""))
    return int(text) if text.isdecimal() else 0
