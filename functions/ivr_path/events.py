"""The events that this feature publishes, and the queue that takes them where the bus does not."""

import json
import uuid
from typing import TYPE_CHECKING, Final

from ivr_path.requests.call_event import CallEvent
from ivr_path.settings import settings
from switchboard import aws
from switchboard.bus import BusError, publish
from switchboard.deadline import within
from switchboard.log import count, logger
from switchboard.timestamps import format_iso, now_ms

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import SendMessageRequestTypeDef

SOURCE: Final = "switchboard.ivr_path"
CALL_ENDED: Final = "call.ended"
CALL_LINKED: Final = "call.linked"
CALL_RECORDED: Final = "call.recorded"
RECORD_AGAIN: Final = "call.record-again"
"""Sent to the queue only."""

_SECONDS: Final = 2.5


def publish_or_enqueue(detail_type: str, event: CallEvent) -> bool:
    """Put an event on the bus; if that fails, into the queue to which the bus would have delivered it.

    Never raises, and takes 5 s at most: Twilio waits for the answer.

    Returns
    -------
    bool
        Whether one of the two has the event.
    """
    try:
        with within(_SECONDS):
            publish(SOURCE, detail_type, event.to_detail())
    except BusError as error:
        logger.warning("The bus did not take an event; the queue gets it", extra={"reason": str(error)})
        count("BusFailed", detail_type=detail_type)
    else:
        return True
    try:
        with within(_SECONDS):
            enqueue(detail_type, event)
    except aws.AwsError:
        logger.exception("An event is lost", extra={"detail_type": detail_type})
        count("EventLost", detail_type=detail_type)
        return False
    return True


def enqueue(detail_type: str, event: CallEvent, *, delay: int = 0) -> None:
    """Put an event into the queue of calls whose path is to be recorded, as the bus would deliver it.

    Parameters
    ----------
    detail_type : str
    event : CallEvent
        As on the bus, it carries the correlation id of the request that led to it.
    delay : int
        Seconds until the event is processed, at most 900; 0: the delay of the queue.

    Raises
    ------
    switchboard.aws.AwsError
        The queue did not take it.
    """
    envelope = {
        "id": str(uuid.uuid4()),
        "source": SOURCE,
        "detail-type": detail_type,
        "time": format_iso(now_ms()),
        "detail": {**event.to_detail(), "correlationId": logger.get_correlation_id()},
    }
    message: SendMessageRequestTypeDef = {
        "QueueUrl": settings().ivr_queue_url,
        "MessageBody": json.dumps(envelope, ensure_ascii=False),
    }
    if delay:
        message["DelaySeconds"] = delay
    aws.client("sqs").send_message(**message)
