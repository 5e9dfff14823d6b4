"""POST /pn-call-status-callback: what becomes of a call, on the way to Studio.

A number has one Call Status Changes webhook, and Studio needs it to end its execution: so the answer sends
Twilio on to the flow, whatever happens here (https://help.twilio.com/articles/360019383714).
"""

import time
from typing import Final

from ivr_path.domain.call import Call
from ivr_path.events import CALL_ENDED, tell
from ivr_path.hurry import within
from ivr_path.number_flow import flow_of_number, remember, remembered
from ivr_path.settings import now
from ivr_path.storage import paths
from switchboard.auth import TwilioSignature
from switchboard.endpoint import endpoint
from switchboard.errors import BadRequest, FieldError
from switchboard.log import count, logger
from switchboard.reply import Reply, no_content, redirect
from switchboard.request import Request
from switchboard.settings import common
from switchboard.validation import is_sid

_ANSWER_SECONDS: Final = 11.0
"""Twilio waits for 15 s, and some of them are the network's."""


@endpoint(TwilioSignature())
def handler(request: Request) -> Reply:
    """Keep what the callback tells, have the path recorded if the call has ended, and go on to the flow."""
    call_sid = request.params.get("CallSid", "")
    if not is_sid(call_sid, "CA"):
        raise BadRequest(
            "CallSid must be a call's SID",
            [FieldError(field="CallSid", message="must be a SID: CA and 32 hex digits")],
        )
    call = Call.from_callback(request.params)
    started = time.monotonic()

    def left() -> float:
        return _ANSWER_SECONDS - (time.monotonic() - started)

    named = request.query.get("flowSid", "")
    flow_sid = _noted(call_sid, call, named if is_sid(named, "FW") else None) or flow_of_number(call, left())
    if call.is_over:
        ended = {"callSid": call_sid, "flowSid": flow_sid, "at": now(), **call.fields()}
        if within(left(), lambda: tell(CALL_ENDED, ended), None) is None:
            logger.error("It is not known whether the call's end was told", extra={"call_sid": call_sid})
            count("EventLost", detail_type=CALL_ENDED)
    if not flow_sid:
        logger.info("No flow is known for the call", extra={"call_sid": call_sid})
        return no_content()
    account_sid = common().twilio_account_sid
    return redirect(f"https://webhooks.twilio.com/v1/Accounts/{account_sid}/Flows/{flow_sid}")


def _noted(call_sid: str, call: Call, named: str | None) -> str | None:
    """Keep what the callback tells; return the call's flow: its own, else the one that the URL names."""
    try:
        known = paths.note_call(call_sid, call, named)
    except Exception:  # noqa: BLE001  # the redirect matters more than the record
        logger.exception("The call's status could not be stored; the bus gets it")
        count("CallStatusFailed")
        return named or remembered(call)
    if known.flow_sid:
        remember(call, known.flow_sid)
    return known.flow_sid
