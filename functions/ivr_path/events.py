"""What this feature tells the bus, and the queue where the bus does not listen."""

import json
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from ivr_path.moment import iso
from ivr_path.settings import now, settings
from switchboard import aws
from switchboard.bus import BusError, publish
from switchboard.log import count, logger

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import SendMessageRequestTypeDef

SOURCE: Final = "switchboard.ivr_path"
CALL_ENDED: Final = "call.ended"
CALL_LINKED: Final = "call.linked"
RECORDED: Final = "call.recorded"
RECORD_AGAIN: Final = "call.record-again"
"""Goes to the queue only."""


def tell(detail_type: str, detail: Mapping[str, Any]) -> bool:
    """Put an event on the bus, or if that fails into the queue that the bus would have put it in.

    Never raises: whoever waits for the answer must get it.

    Returns
    -------
    bool
        Whether one of the two has it.
    """
    try:
        publish(SOURCE, detail_type, detail)
    except BusError as error:
        logger.warning("The bus did not take an event; the queue gets it", extra={"reason": str(error)})
        count("BusFailed", detail_type=detail_type)
    else:
        return True
    try:
        enqueue(detail_type, detail)
    except Exception:  # noqa: BLE001  # the redirect matters more than the record
        logger.exception("An event is lost", extra={"detail_type": detail_type})
        count("EventLost", detail_type=detail_type)
        return False
    return True


def enqueue(detail_type: str, detail: Mapping[str, Any], *, delay: int = 0) -> None:
    """Put an event into the queue of calls to be recorded.

    Parameters
    ----------
    detail_type : str
    detail : Mapping[str, Any]
        With ``callSid``.
    delay : int
        Seconds until it is worked on, at most 900; with 0 the queue's own delay counts.
    """
    event = {
        "version": "0",
        "id": str(uuid.uuid4()),
        "source": SOURCE,
        "detail-type": detail_type,
        "time": iso(now()),
        "detail": detail,
    }
    message: SendMessageRequestTypeDef = {
        "QueueUrl": settings().ivr_queue_url,
        "MessageBody": json.dumps(event, ensure_ascii=False),
    }
    if delay:
        message["DelaySeconds"] = delay
    aws.client("sqs").send_message(**message)
