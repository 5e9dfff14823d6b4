"""Find the Studio flow that must be told of the end of a call.

The Call Status Changes webhook of a SIP domain must send Twilio on to the flow, or Studio never ends the
execution (https://help.twilio.com/articles/360019383714).
"""

from datetime import datetime, timedelta

from sip_router.domain.decision import decide
from sip_router.domain.destination import DestinationType
from sip_router.requests.webhooks import CallStatus
from sip_router.storage.live_map import live_routes
from switchboard.public_url import parse_studio_webhook_url


def studio_webhook_of(call: CallStatus, account_sid: str, now: datetime) -> str | None:
    """Return the webhook of the Studio flow that a call went to; None if it went elsewhere.

    Parameters
    ----------
    call : CallStatus
        The webhook.
    account_sid : str
        The account that the flow must belong to.
    now : datetime
        The time, in UTC.

    Raises
    ------
    NoRoutesError, UnusableDefaultError
        The call's route is not known.
    """
    if call.account_sid != account_sid or call.direction != "inbound":
        return None
    match = live_routes().routes.match(call.to)
    # Opening hours may have ended since the call came in.
    came_in = min(call.timestamp or now, now) - timedelta(seconds=call.call_duration or 0)
    decision = decide(match.route, came_in, call.key)
    for destination in (decision.destination, decision.fallback):
        if destination and destination.type is DestinationType.WEBHOOK:
            flow = parse_studio_webhook_url(destination.destination)
            if flow and flow.account_sid == account_sid:
                return destination.destination
    return None
