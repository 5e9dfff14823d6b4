"""Status callbacks: store what one reports, publish the end of a call, find the flow for the redirect."""

from typing import Final

from ivr_path.domain.call import Call
from ivr_path.events import CALL_ENDED, publish_or_enqueue
from ivr_path.number_flow import latest_flow, lookup_flow, remember_flow
from ivr_path.requests.call_event import CallEvent
from ivr_path.storage import paths
from switchboard import aws
from switchboard.deadline import within
from switchboard.log import count, logger
from switchboard.timestamps import now_ms

_TABLE_SECONDS: Final = 3.0


def report_status(call_sid: str, call: Call, named_flow: str | None) -> str | None:
    """Store what a callback reports and have the path of an ended call recorded.

    Never raises: the redirect matters more than the record.

    Parameters
    ----------
    call_sid : str
    call : Call
    named_flow : str or None
        The flow that the callback's own URL names.

    Returns
    -------
    str or None
        The flow for the redirect: the call's own, else the one that the URL names, else the number's.
    """
    flow_sid = _store(call_sid, call, named_flow) or lookup_flow(call)
    if call.has_ended:
        publish_or_enqueue(CALL_ENDED, _event(call_sid, flow_sid, call))
    return flow_sid


def _store(call_sid: str, call: Call, named_flow: str | None) -> str | None:
    try:
        with within(_TABLE_SECONDS):
            flow_sid = paths.add_status(call_sid, call, named_flow).flow_sid or named_flow
    except aws.AwsError:
        logger.exception("The call's status could not be stored; the event has it, once the call has ended")
        count("CallStatusFailed")
        return named_flow or latest_flow(call)
    if flow_sid:
        remember_flow(call, flow_sid)
    return flow_sid


def _event(call_sid: str, flow_sid: str | None, call: Call) -> CallEvent:
    return CallEvent(
        call_sid=call_sid,
        flow_sid=flow_sid,
        from_=call.from_,
        to=call.to,
        direction=call.direction,
        call_status=call.status,
        call_duration=call.duration,
        at=now_ms(),
    )
