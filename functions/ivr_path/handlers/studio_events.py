"""The processor of Studio's events: keeps what they tell, and has a path recorded once its flow has ended.

https://www.twilio.com/docs/events/event-types/studio/flow. They come at least once and in no order; a step's
event does not name the call, so it is kept with its execution until the execution's own events do.
"""

from ivr_path.domain.execution import Execution
from ivr_path.domain.step import Step
from ivr_path.domain.studio_event import Malformed, read_execution, read_step
from ivr_path.events import RECORD_AGAIN, enqueue
from ivr_path.storage import paths
from switchboard.log import count, logger
from switchboard.processor import Event, processor

STEP_ENDED = "com.twilio.studio.flow.step.ended"


@processor
def handler(event: Event) -> None:
    """Keep what one event tells; one that is malformed is counted and dropped, since it would stay so."""
    data = event.detail.get("data")
    try:
        if event.detail_type == STEP_ENDED:
            _keep_step(read_step(data))
        else:
            _keep_execution(read_execution(data))
    except Malformed as error:
        logger.warning("An event of Studio's is malformed", extra={"why": str(error)})
        count("StudioEventRefused", detail_type=event.detail_type)


def _keep_step(step: Step) -> None:
    call_sid = paths.keep_step(step)
    if call_sid is not None:
        enqueue(RECORD_AGAIN, {"callSid": call_sid, "isExtra": True})


def _keep_execution(begun: tuple[str, Execution] | None) -> None:
    if begun is None:
        logger.info("Not a call's execution")
        return
    call_sid, execution = begun
    paths.note_execution(call_sid, execution)
    if execution.ended_at is not None:
        enqueue(RECORD_AGAIN, {"callSid": call_sid})
