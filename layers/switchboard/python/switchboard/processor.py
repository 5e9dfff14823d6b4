"""The one way to work on events: from a rule on the bus, from a queue, or from a schedule."""

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from switchboard.invocation import begin
from switchboard.log import count, logger, mask


@dataclass(frozen=True)
class Event:
    """An EventBridge event.

    Attributes
    ----------
    id : str
        The same each time the event is delivered.
    source : str
        Who sent it, such as "switchboard.survey".
    detail_type : str
        What happened, such as "survey.completed".
    detail : Mapping[str, Any]
        The sender's own fields.
    time : datetime
        When it happened, with a time zone.
    """

    id: str
    source: str
    detail_type: str
    detail: Mapping[str, Any] = field(repr=False)
    time: datetime


class ProcessingFailed(Exception):
    """An event could not be processed.

    Stands for the exception that was logged: Lambda writes what a handler raises to the log as it is, and
    a message may hold numbers.
    """


Process = Callable[[Event], None]
LambdaHandler = Callable[[Mapping[str, Any], Any], dict[str, Any] | None]


def processor(process: Process) -> LambdaHandler:
    """Make a Lambda handler of a function that works on one event.

    The handler takes what an EventBridge rule or schedule sends, or a batch from SQS whose messages are
    EventBridge events. Delivery is at least once and in no order, so the function must be able to meet an
    event twice.

    An exception is logged and raised as `ProcessingFailed`, so that AWS retries and at last moves the event
    to the dead-letter queue. Of a batch only the messages that failed are reported (the event source mapping
    needs ``ReportBatchItemFailures``:
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html); if all failed, the last
    failure is raised.

    Example
    -------
        >>> @processor
        ... def handler(event: Event) -> None:
        ...     write_result(event.detail["sessionId"])
    """

    @functools.wraps(process)
    def lambda_handler(event: Mapping[str, Any], context: Any) -> dict[str, Any] | None:
        begin(context)
        if "Records" in event:
            return _work_through(event["Records"], process)
        _work(event, process)
        return None

    return lambda_handler


def _work_through(records: list[Mapping[str, Any]], process: Process) -> dict[str, Any]:
    failures: list[dict[str, str]] = []
    for position, record in enumerate(records):
        try:
            _work(record, process)
        except ProcessingFailed:
            failures.append({"itemIdentifier": record["messageId"]})
            if position + 1 == len(failures) == len(records):
                raise
    return {"batchItemFailures": failures}


def _work(message: Mapping[str, Any], process: Process) -> None:
    logger.append_keys(event_id=message.get("id") or message.get("messageId"))
    try:
        event = _event(json.loads(message["body"]) if "body" in message else message)
        logger.append_keys(event_id=event.id, detail_type=event.detail_type)
        process(event)
    except Exception as error:  # noqa: BLE001  # raised again under another name
        logger.exception("The event could not be processed")
        count("ProcessingFailed")
        raise ProcessingFailed(f"{type(error).__name__}: {mask(str(error))}") from None
    logger.info("Processed")


def _event(document: Mapping[str, Any]) -> Event:
    detail = document.get("detail") or {}
    moment = document.get("time")
    return Event(
        id=document.get("id", ""),
        source=document.get("source", ""),
        detail_type=document.get("detail-type", ""),
        # EventBridge Scheduler sends its empty detail as the text "{}".
        detail=json.loads(detail) if isinstance(detail, str) else detail,
        time=datetime.fromisoformat(moment) if moment else datetime.now(UTC),
    )
