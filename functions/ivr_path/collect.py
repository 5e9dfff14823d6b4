"""The processor of Studio's events: keeps what they tell, and has a path recorded once its flow has ended.

https://www.twilio.com/docs/events/event-types/studio/flow. They come at least once and in no order; a step's
event does not name the call, so it is kept with its execution until the execution's own events do.
"""

from ivr_path import store
from ivr_path.execution import Execution
from ivr_path.notices import RECORD_AGAIN, enqueue
from ivr_path.step import Step
from switchboard.log import logger
from switchboard.processor import Event, processor
from switchboard.validation import is_sid

STEP_ENDED = "com.twilio.studio.flow.step.ended"


@processor
def handler(event: Event) -> None:
    """Keep what one event tells."""
    data = event.detail["data"]
    if event.detail_type == STEP_ENDED:
        call_sid = store.keep_step(Step.from_studio(data))
        if call_sid is not None:
            enqueue(RECORD_AGAIN, {"callSid": call_sid, "isExtra": True})
        return
    call_sid = data.get("started_by") or ""
    if not is_sid(call_sid, "CA"):
        logger.info("Not a call's execution", extra={"execution_sid": data.get("execution_sid")})
        return
    execution = Execution.from_event(data)
    store.note_execution(call_sid, execution)
    if execution.ended_at is not None:
        enqueue(RECORD_AGAIN, {"callSid": call_sid})
