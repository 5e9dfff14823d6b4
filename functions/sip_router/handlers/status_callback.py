"""POST /status-callback: the end of a call, passed on to the Studio flow that had it."""

from datetime import UTC, datetime

from sip_router.call_end import studio_webhook_of
from sip_router.requests.webhooks import CallStatus
from switchboard.http.auth import TwilioSignature
from switchboard.http.endpoint import endpoint
from switchboard.http.event import RawRequest
from switchboard.http.reply import Reply, no_content, redirect
from switchboard.http.request import Request
from switchboard.inputs.model import read
from switchboard.settings import common


def end_here(_raw: RawRequest) -> Reply:
    """Answer 204: Twilio has nothing more to do."""
    return no_content()


@endpoint(TwilioSignature(), fallback=end_here, services=("dynamodb", "s3"))
def handler(request: Request) -> Reply:
    """Answer 302 to the call's Studio flow, if it is our account's and the call came in; otherwise 204."""
    call = read(CallStatus, request.params)
    url = studio_webhook_of(call, common().twilio_account_sid, datetime.now(UTC))
    return redirect(url) if url else no_content()
