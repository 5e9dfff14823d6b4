"""The end of a call, which Studio must hear of.

The Call Status Changes webhook of a SIP domain must send Twilio on to the flow, or Studio never ends the
execution (https://help.twilio.com/articles/360019383714).
"""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from sip_router.call_routing import call_id
from sip_router.domain.address import user_part
from sip_router.domain.decision import decide
from sip_router.storage.live_map import live_routes
from switchboard.public_url import parse_studio_webhook_url
from switchboard.request import Params


def studio_webhook_of(params: Params, account_sid: str, now: datetime) -> str | None:
    """Return the webhook of the Studio flow that a call went to; None if it went elsewhere.

    Parameters
    ----------
    params : Params
        The status callback's parameters: Direction, To, CallSid, Timestamp, CallDuration.
    account_sid : str
        The account that the flow must belong to.
    now : datetime
        The time, in UTC.

    Raises
    ------
    NoRoutesError, UnusableDefaultError
        The call's route is not known.
    """
    if params.get("AccountSid") != account_sid or params.get("Direction") != "inbound":
        return None
    match = live_routes().routes.match(user_part(params.get("To", "")))
    decision = decide(match.route, _came_in(params, now), call_id(params))
    for destination in (decision.destination, decision.fallback):
        if destination and destination.type == "webhook":
            flow = parse_studio_webhook_url(destination.destination)
            if flow and flow.account_sid == account_sid:
                return destination.destination
    return None


def _came_in(params: Params, now: datetime) -> datetime:
    """Return when a call came in: opening hours may have ended since."""
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
