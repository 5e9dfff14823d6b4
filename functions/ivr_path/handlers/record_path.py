"""The processor behind the bus: records the path of a call that has ended, in as many tries as it takes."""

from typing import Any

from ivr_path.call_events import process_call_event
from switchboard.log import logger
from switchboard.processor import Event, processor


@processor(dict[str, Any])
def handler(event: Event[dict[str, Any]]) -> None:
    """Store what the event reports and record the call's path, or schedule the next try.

    After the last try the exception stands: SQS moves the message to the dead-letter queue, from where it
    can be sent again.
    """
    logger.append_keys(call_sid=event.detail["callSid"])
    process_call_event(event.detail_type, event.detail)
