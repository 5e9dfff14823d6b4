"""POST /status-callback: the end of a call, passed on to the Studio flow that had it.

Whoever takes a SIP domain's Call Status Changes must send Twilio on to the flow, or Studio never ends the
execution (https://help.twilio.com/articles/360019383714).
"""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from sip_router.domain.address import user_part
from sip_router.domain.decision import Decision, decide
from sip_router.domain.route_table import BrokenRouteError
from sip_router.domain.studio import is_flow_of
from sip_router.storage.live_map import NoRoutesError, live_routes
from switchboard.auth import TwilioSignature
from switchboard.endpoint import endpoint
from switchboard.log import count, logger
from switchboard.reply import Reply, no_content, redirect
from switchboard.request import Params, Request
from switchboard.settings import common


@endpoint(TwilioSignature())
def handler(request: Request) -> Reply:
    """Answer 302 to the route's Studio flow, if it is our account's and the call came in; else 204."""
    params = request.params
    account_sid = common().twilio_account_sid
    if params.get("AccountSid") != account_sid or params.get("Direction") != "inbound":
        return no_content()
    try:
        decision = _decision(params)
    except (NoRoutesError, BrokenRouteError) as error:
        logger.error("The route of a call that ended is not known", exc_info=error)
        count("SipRoutesMissing")
        return no_content()
    for destination in (decision.destination, decision.fallback):
        if destination and is_flow_of(destination, account_sid):
            return redirect(destination.destination)
    return no_content()


def _decision(params: Params) -> Decision:
    """Return where the call went, judged by when it came in: opening hours may have ended since."""
    match = live_routes().routes.match(user_part(params.get("To", "")))
    call = params.get("CallSid") or params.get("SipCallId", "")
    return decide(match.route(), _came_in(params), call)


def _came_in(params: Params) -> datetime:
    now = datetime.now(UTC)
    try:
        ended = parsedate_to_datetime(params["Timestamp"])
        ended = ended.astimezone(UTC) if ended.tzinfo else ended.replace(tzinfo=UTC)
    except (KeyError, ValueError, OverflowError):
        ended = now
    # The outermost years have no room for durations and time zones.
    if not 1970 <= ended.year <= now.year:
        ended = now
    duration = params.get("CallDuration", "")
    seconds = int(duration) if duration.isascii() and duration.isdigit() and len(duration) < 7 else 0
    return min(ended, now) - timedelta(seconds=seconds)
