"""The processor of Studio's events: stores them, and has a path recorded once its flow has ended.

https://www.twilio.com/docs/events/event-types/studio/flow. They are delivered at least once and in no order.
"""

from typing import Any, Final

from ivr_path.domain.studio_event import MalformedEventError, parse_execution, parse_step
from ivr_path.studio_updates import store_execution, store_step
from switchboard.log import count, logger
from switchboard.processor import Event, processor

STEP_ENDED: Final = "com.twilio.studio.flow.step.ended"


@processor(dict[str, Any])
def handler(event: Event[dict[str, Any]]) -> None:
    """Store one event. A malformed event is counted and dropped: it would be the same the next time."""
    data = event.detail.get("data")
    try:
        if event.detail_type == STEP_ENDED:
            store_step(parse_step(data))
        elif started := parse_execution(data):
            store_execution(started)
        else:
            logger.info("Not a call's execution")
    except MalformedEventError as error:
        logger.warning("An event of Studio's is malformed", extra={"reason": str(error)})
        count("StudioEventRefused", detail_type=event.detail_type)
