"""The processor of Studio's events: stores them, and has a path recorded once its flow has ended.

https://www.twilio.com/docs/events/event-types/studio/flow. They are delivered at least once and in no order.
"""

from typing import Any, Final

from ivr_path.requests.studio_event import EndedStep, ExecutionReport, StudioEvent
from ivr_path.studio_updates import store_execution, store_step
from switchboard.inputs.errors import InputError
from switchboard.inputs.model import parse
from switchboard.invocation import append_sids
from switchboard.log import count, logger
from switchboard.processor import Event, processor

STEP_ENDED: Final = "com.twilio.studio.flow.step.ended"


@processor(StudioEvent)
def handler(event: Event[StudioEvent]) -> None:
    """Store one event. A malformed event is counted and dropped: it would be the same the next time."""
    data = event.detail.data
    try:
        if event.detail_type == STEP_ENDED:
            _store_step(data)
        else:
            _store_execution(data)
    except InputError as error:
        logger.warning("Studio's event is malformed", extra={"reason": str(error)})
        count("StudioEventRefused", detail_type=event.detail_type)


def _store_step(data: Any) -> None:
    ended = parse(EndedStep, data)
    append_sids(ended.model_dump())
    store_step(ended.to_step())


def _store_execution(data: Any) -> None:
    report = parse(ExecutionReport, data)
    append_sids(report.model_dump())
    if report.call_sid is None:
        logger.info("No call started the execution")
        return
    store_execution(report.call_sid, report.to_execution())
