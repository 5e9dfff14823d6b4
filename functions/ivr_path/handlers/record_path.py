"""The processor behind the queue: records the path of an ended call, in as many attempts as it takes."""

from ivr_path.call_events import process_call_event
from ivr_path.requests.call_event import CallEvent
from switchboard.processor import Event, processor


@processor(CallEvent)
def handler(event: Event[CallEvent]) -> None:
    """Store what the event reports and record the call's path, or schedule the next attempt.

    After the last attempt the exception stands: SQS moves the message to the dead-letter queue, from where it
    can be sent again.
    """
    process_call_event(event.detail)
