"""A call's events: store what they report, and record the call's path now or later."""

from typing import Final

from ivr_path.events import RECORD_AGAIN, enqueue
from ivr_path.path_assembly import AssemblyOptions, IncompletePathError, assemble_path
from ivr_path.requests.call_event import CallEvent
from ivr_path.settings import settings
from ivr_path.storage import paths
from switchboard.log import count, logger

_END_ABANDONED_FROM: Final = 3
"""Number of the attempt from which abandoned executions are ended through the REST API."""


def process_call_event(event: CallEvent) -> None:
    """Store what an event reports and record the call's path, or schedule the next attempt.

    Raises
    ------
    IncompletePathError
        Something is still missing at the last attempt.
    """
    _store_report(event)
    pauses = settings().ivr_retry_seconds
    is_last = event.attempt >= len(pauses)
    options = AssemblyOptions(end_abandoned=event.attempt >= _END_ABANDONED_FROM, accept_ongoing_call=is_last)
    try:
        assemble_path(event.call_sid, options)
    except IncompletePathError as reason:
        if event.is_extra:
            return  # the end of the execution has scheduled attempts of its own
        if is_last:
            count("PathIncomplete")
            raise
        logger.info("The path is not complete yet", extra={"reason": str(reason), "attempt": event.attempt})
        count("PathNotYet")
        following = CallEvent(call_sid=event.call_sid, attempt=event.attempt + 1)
        enqueue(RECORD_AGAIN, following, delay=int(pauses[event.attempt]))


def _store_report(event: CallEvent) -> None:
    """Store what the event reports: the webhook that published it may not have been able to."""
    call, execution = event.call, event.execution
    if call is not None:
        stored = paths.load(event.call_sid)
        if stored is None or not stored.has_flow or stored.path.call.merge(call) != stored.path.call:
            paths.add_status(event.call_sid, call, event.flow_sid)
    elif execution is not None:
        paths.add_link(event.call_sid, execution)
