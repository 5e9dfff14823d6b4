"""POST /pn-call-status-callback: a number's Call Status Changes webhook, answered with a redirect to Studio.

A number has one such webhook, and without it Studio never ends its execution, so every answer sends Twilio
on to the flow (https://help.twilio.com/articles/360019383714).
"""

from collections.abc import Mapping
from typing import Final

from ivr_path.call_status import report_status
from ivr_path.domain.call import Call
from ivr_path.number_flow import latest_flow
from switchboard.auth import TwilioSignature
from switchboard.endpoint import endpoint
from switchboard.errors import BadRequest, FieldError, SwitchboardError
from switchboard.http_event import RawRequest
from switchboard.log import logger
from switchboard.public_url import studio_webhook_url
from switchboard.reply import Reply, no_content, redirect
from switchboard.request import Request
from switchboard.settings import common
from switchboard.validation import is_sid

_ANSWER_SECONDS: Final = 11.0  # Twilio waits for 15 s, a cold start and the network included


def fallback(raw: RawRequest) -> Reply:
    """Redirect to the flow that the URL names or that the number's latest call was in."""
    try:
        return _redirect(_named_flow(raw.query) or latest_flow(Call.from_callback(raw.params)))
    except SwitchboardError:
        return no_content()


@endpoint(TwilioSignature(), fallback=fallback, answer_within=_ANSWER_SECONDS)
def handler(request: Request) -> Reply:
    """Store what the callback reports, have the path of an ended call recorded, and redirect to the flow."""
    call_sid = request.params.get("CallSid", "")
    if not is_sid(call_sid, "CA"):
        raise BadRequest.about(FieldError(field="CallSid", message="must be a SID: CA and 32 hex digits"))
    call = Call.from_callback(request.params)
    return _redirect(report_status(call_sid, call, _named_flow(request.query)))


def _named_flow(query: Mapping[str, str]) -> str | None:
    flow_sid = query.get("flowSid", "")
    return flow_sid if is_sid(flow_sid, "FW") else None


def _redirect(flow_sid: str | None) -> Reply:
    if flow_sid is None:
        logger.info("No flow is known for the call")
        return no_content()
    return redirect(studio_webhook_url(common().twilio_account_sid, flow_sid))
