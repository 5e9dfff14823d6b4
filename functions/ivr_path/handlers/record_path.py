"""The processor behind the bus: records the path of a call that has ended, as often as it takes."""

from collections.abc import Mapping
from typing import Any, Final

from ivr_path.domain.call import Call
from ivr_path.domain.execution import Execution
from ivr_path.events import CALL_ENDED, CALL_LINKED, RECORD_AGAIN, enqueue
from ivr_path.recording import Incomplete, record_path
from ivr_path.settings import settings
from ivr_path.storage import paths
from switchboard.log import count, logger
from switchboard.processor import Event, processor

_END_LEFT_BEHIND: Final = 3
"""From this try on executions are ended that a call has left: by then Studio had its time."""


@processor
def handler(event: Event) -> None:
    """Record one call's path; what is not there yet is looked for again after a while.

    When all tries are used up the exception stands: SQS moves the message to the dead-letter queue, from
    where it can be sent again.
    """
    detail = event.detail
    call_sid = detail["callSid"]
    logger.append_keys(call_sid=call_sid)
    _keep(event.detail_type, detail)
    delays = settings().ivr_retry_seconds
    attempt = int(detail.get("attempt", 1))
    is_last = attempt >= len(delays)
    try:
        record_path(call_sid, end_left_behind=attempt >= _END_LEFT_BEHIND, is_last_try=is_last)
    except Incomplete as reason:
        if detail.get("isExtra"):
            return  # whoever told of the end of the execution is still trying
        if is_last:
            count("PathIncomplete")
            raise
        logger.info("The path is not whole yet", extra={"reason": str(reason), "attempt": attempt})
        count("PathNotYet")
        again = {"callSid": call_sid, "attempt": attempt + 1}
        enqueue(RECORD_AGAIN, again, delay=int(delays[attempt]))


def _keep(detail_type: str, detail: Mapping[str, Any]) -> None:
    """Keep what the event tells: whoever sent it may not have been able to."""
    if detail_type == CALL_ENDED:
        call = Call.of(detail)
        known = paths.find(detail["callSid"])
        if known is None or known.facts.call.join(call) != known.facts.call or not known.is_known:
            paths.note_call(detail["callSid"], call, detail.get("flowSid"))
    elif detail_type == CALL_LINKED:
        paths.link(
            detail["callSid"],
            Execution(detail["executionSid"], detail["flowSid"], linked_at=detail.get("linkedAt")),
        )
