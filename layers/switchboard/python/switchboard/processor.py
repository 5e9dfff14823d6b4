"""The one way to process events: from a rule on the bus, from a queue, or from a schedule."""

import functools
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.parser.models import EventBridgeModel
from pydantic import ConfigDict, Field, model_validator

from switchboard.invocation import append_sids, begin, lambda_context
from switchboard.log import count, logger, mask
from switchboard.tracing import traced

D = TypeVar("D")


class Event(EventBridgeModel, Generic[D]):
    """An EventBridge event.

    Powertools' model with a typed detail: ``id`` is the same each time the event is delivered, ``source``
    such as "switchboard.survey", ``detail_type`` such as "survey.completed", ``time`` with a zone.
    https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
    """

    # What a detail holds must not get into the text of an error.
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    detail: D  # type: ignore[assignment]  # Powertools names dict or BaseModel
    correlation_id: str = ""
    # Not part of the events that the application puts into its own queues.
    version: str = "0"
    account: str = ""
    region: str = ""
    resources: list[str] = Field(default_factory=list)

    @model_validator(mode="before")
    @classmethod
    def _take_correlation_id(cls, event: Any) -> Any:
        """Take what switchboard.bus added to the detail, whose model does not name it."""
        detail = event.get("detail") if isinstance(event, dict) else None
        found = detail.get("correlationId") if isinstance(detail, dict) else None
        return {**event, "correlation_id": found} if isinstance(found, str) else event


class ProcessingFailed(Exception):
    """An event could not be processed.

    Stands for the exception that was logged: Lambda writes what a handler raises to the log as it is, and
    a message may hold numbers.
    """


LambdaHandler = Callable[[Mapping[str, Any], Any], dict[str, Any] | None]


def processor(detail: type[D]) -> Callable[[Callable[[Event[D]], None]], LambdaHandler]:
    """Make a Lambda handler of a function that processes one event.

    The handler takes what an EventBridge rule or schedule sends, or a batch from SQS whose messages are
    EventBridge events. Delivery is at least once and in no order, so the function must be able to meet an
    event twice.

    An exception, or a detail that does not fit, is logged and raised as `ProcessingFailed`, so that AWS
    retries and at last moves the event to the dead-letter queue. Of a batch only the messages that failed are
    reported, for which the event source mapping needs ``ReportBatchItemFailures``; if all failed,
    `ProcessingFailed` is raised. https://docs.aws.amazon.com/powertools/python/latest/utilities/batch/

    Parameters
    ----------
    detail : type
        The model of the event's detail.

    Example
    -------
        >>> class SurveyEnded(EventModel):
        ...     session_id: str
        >>> @processor(SurveyEnded)
        ... def handler(event: Event[SurveyEnded]) -> None:
        ...     write_result(event.detail.session_id)
    """
    model: type[Event[D]] = Event[detail]  # type: ignore[valid-type]  # a type at run time

    def decorate(process: Callable[[Event[D]], None]) -> LambdaHandler:
        def process_message(record: SQSRecord) -> None:
            begin(lambda_context.get())  # Nothing of the message before stays on the log lines.
            logger.append_keys(event_id=record.message_id)
            _process(lambda: model.model_validate_json(record.body), process)

        @functools.wraps(process)
        def lambda_handler(event: Mapping[str, Any], context: Any) -> dict[str, Any] | None:
            begin(context)
            if "Records" not in event:
                logger.append_keys(event_id=event.get("id"))
                _process(lambda: model.model_validate(event), process)
                return None
            try:
                return dict(
                    process_partial_response(
                        event=dict(event),
                        record_handler=process_message,
                        processor=BatchProcessor(event_type=EventType.SQS),
                    )
                )
            except BatchProcessingError:
                raise ProcessingFailed("every message of the batch failed") from None

        return traced(lambda_handler)

    return decorate


def _process(read: Callable[[], Event[D]], process: Callable[[Event[D]], None]) -> None:
    try:
        event = read()
        _append_keys(event)
        process(event)
    except Exception as error:  # noqa: BLE001  # raised again under another name
        logger.exception("The event could not be processed")
        count("ProcessingFailed")
        raise ProcessingFailed(f"{type(error).__name__}: {mask(str(error))}") from None
    logger.info("Processed")


def _append_keys(event: Event[Any]) -> None:
    logger.append_keys(event_id=event.id, detail_type=event.detail_type)
    if event.correlation_id:
        logger.set_correlation_id(event.correlation_id)
    detail = event.detail if isinstance(event.detail, Mapping) else event.detail.model_dump(by_alias=True)
    append_sids(detail)
