"""What an event of a call leads to: its report is stored, and the path recorded or scheduled for later."""

from collections.abc import Mapping
from typing import Any, Final

from ivr_path.domain.call import Call
from ivr_path.domain.execution import Execution
from ivr_path.events import CALL_ENDED, CALL_LINKED, RECORD_AGAIN, enqueue
from ivr_path.path_assembly import IncompletePathError, Patience, assemble_path
from ivr_path.settings import settings
from ivr_path.storage import paths
from switchboard.log import count, logger

_END_LEFT_BEHIND: Final = 3
"""From this try on executions are ended that a call has left: by then Studio has had its time."""


def process_call_event(detail_type: str, detail: Mapping[str, Any]) -> None:
    """Store what an event reports and record the call's path, or schedule the next try.

    Raises
    ------
    IncompletePathError
        At the last try something was still missing.
    """
    call_sid = detail["callSid"]
    _store_report(detail_type, detail)
    pauses = settings().ivr_retry_seconds
    attempt = int(detail.get("attempt", 1))
    is_last = attempt >= len(pauses)
    patience = Patience(end_left_behind=attempt >= _END_LEFT_BEHIND, accept_ongoing_call=is_last)
    try:
        assemble_path(call_sid, patience)
    except IncompletePathError as reason:
        if detail.get("isExtra"):
            return  # the tries that the end of the execution started go on
        if is_last:
            count("PathIncomplete")
            raise
        logger.info("The path is not complete yet", extra={"reason": str(reason), "attempt": attempt})
        count("PathNotYet")
        enqueue(RECORD_AGAIN, {"callSid": call_sid, "attempt": attempt + 1}, delay=int(pauses[attempt]))


def _store_report(detail_type: str, detail: Mapping[str, Any]) -> None:
    """Store what the event reports: the webhook that published it may not have been able to."""
    call_sid = detail["callSid"]
    if detail_type == CALL_ENDED:
        call = Call.from_fields(detail)
        stored = paths.load(call_sid)
        if stored is None or not stored.has_flow or stored.path.call.merge(call) != stored.path.call:
            paths.add_status(call_sid, call, detail.get("flowSid"))
    elif detail_type == CALL_LINKED:
        linked_at = detail.get("linkedAt")
        paths.add_link(call_sid, Execution(detail["executionSid"], detail["flowSid"], linked_at=linked_at))
