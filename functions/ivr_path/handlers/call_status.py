"""POST /pn-call-status-callback: a number's Call Status Changes webhook, answered with a redirect to Studio.

A number has one such webhook, and without it Studio never ends its execution, so every answer sends Twilio
on to the flow (https://help.twilio.com/articles/360019383714).
"""

from typing import Final

from ivr_path.call_status import report_status
from ivr_path.number_flow import latest_flow
from ivr_path.requests.call_status import CallStatusCallback, CallStatusUrl
from switchboard.errors import SwitchboardError
from switchboard.http.auth import TwilioSignature
from switchboard.http.endpoint import endpoint
from switchboard.http.event import RawRequest
from switchboard.http.reply import Reply, no_content, redirect
from switchboard.http.request import Request
from switchboard.inputs.model import read
from switchboard.log import logger
from switchboard.public_url import studio_webhook_url
from switchboard.settings import common

_ANSWER_SECONDS: Final = 11.0  # Twilio waits for 15 s, a cold start and the network included


def fallback(raw: RawRequest) -> Reply:
    """Redirect to the flow that the URL names or that the number's latest call was in."""
    try:
        flow_sid = read(CallStatusUrl, raw.query).flow_sid
        return _redirect(flow_sid or latest_flow(read(CallStatusCallback, raw.params).to_call()))
    except SwitchboardError:
        return no_content()


@endpoint(
    TwilioSignature(),
    fallback=fallback,
    answer_within=_ANSWER_SECONDS,
    services=("dynamodb", "events", "twilio"),
)
def handler(request: Request) -> Reply:
    """Store what the callback reports, have the path of an ended call recorded, and redirect to the flow."""
    url, callback = read(CallStatusUrl, request.query), read(CallStatusCallback, request.params)
    return _redirect(report_status(callback.call_sid, callback.to_call(), url.flow_sid))


def _redirect(flow_sid: str | None) -> Reply:
    if flow_sid is None:
        logger.info("No flow is known for the call")
        return no_content()
    return redirect(studio_webhook_url(common().twilio_account_sid, flow_sid))
