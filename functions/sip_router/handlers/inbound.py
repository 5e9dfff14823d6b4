"""POST, GET /inbound-sip-router, and POST /inbound-sip-router/fallback: the destination of a call."""

from datetime import UTC, datetime

from sip_router.call_routing import route_after_dial, route_call
from sip_router.domain.twiml import APOLOGY, render
from sip_router.requests.webhooks import FirstOutcome, SipCall
from switchboard.http.auth import TwilioSignature
from switchboard.http.endpoint import endpoint
from switchboard.http.event import RawRequest
from switchboard.http.reply import Reply, twiml
from switchboard.http.request import Request
from switchboard.inputs.model import read


def apologize(_raw: RawRequest) -> Reply:
    """Answer with an apology, so that the caller hears something."""
    return twiml(render(APOLOGY))


@endpoint(TwilioSignature(), fallback=apologize, services=("dynamodb", "s3"))
def handler(request: Request) -> Reply:
    """Answer with the TwiML of the call's destination."""
    if request.path.endswith("/fallback"):
        return twiml(route_after_dial(read(FirstOutcome, request.params), request.query))
    return twiml(route_call(read(SipCall, request.params), datetime.now(UTC)))
