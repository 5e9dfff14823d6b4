"""Route a call: when it comes in, and after a dial or a referral."""

from datetime import datetime
from typing import Final

from sip_router.domain.address import mask_address
from sip_router.domain.decision import decide
from sip_router.domain.destination import Destination
from sip_router.domain.twiml import APOLOGY, render, twiml_for
from sip_router.requests.webhooks import FirstOutcome, SipCall
from sip_router.storage.live_map import live_routes
from switchboard.http.request import Params
from switchboard.inputs.errors import InputError
from switchboard.inputs.model import parse
from switchboard.log import count, logger
from switchboard.public_url import path_prefix

FALLBACK_PATH: Final = "/inbound-sip-router/fallback"

# A caller who hung up, and a dial or referral that succeeded, need nothing more.
_DIAL_DONE: Final = frozenset({"completed", "answered", "canceled"})
_REFER_DONE: Final = frozenset({"in-progress", "completed", "canceled"})


def route_call(call: SipCall, at: datetime) -> str:
    """Return the TwiML of the destination of a call.

    Parameters
    ----------
    call : SipCall
        The webhook.
    at : datetime
        When the call came in, with a time zone.

    Raises
    ------
    NoRoutesError, UnusableDefaultError
        There is no destination.
    """
    live = live_routes()
    match = live.routes.match(call.to)
    decision = decide(match.route, at, call.key)
    if match.unusable:
        count("SipRouteUnusable")
        logger.warning("Routes that cannot be used were passed over", extra={"routes": match.unusable})
    logger.info(
        "Routed",
        extra={
            "address": mask_address(match.address),
            "match": match.kind,
            "route": match.number,
            "type": decision.destination.type,
            "open": decision.is_open,
            "version": live.version,
        },
    )
    return twiml_for(decision, fallback_path())


def route_after_dial(outcome: FirstOutcome, query: Params) -> str:
    """Return the TwiML of the fallback after a dial or a referral that failed; otherwise nothing to do.

    Parameters
    ----------
    outcome : FirstOutcome
        The webhook.
    query : Params
        The URL's own parameters, which carry the fallback.
    """
    status = outcome.dial_call_status
    failed = _has_referral_failed(outcome) if status is None else status not in _DIAL_DONE
    logger.info("After the first destination", extra={"status": status, "failed": failed})
    if not failed:
        return "<Response/>"
    try:
        return render(parse(Destination, query))
    except InputError:
        logger.error("The URL carries no fallback")
        return render(APOLOGY)


def fallback_path() -> str:
    """Return the public path of the webhook that answers with a fallback."""
    return path_prefix() + FALLBACK_PATH


def _has_referral_failed(outcome: FirstOutcome) -> bool:
    """Tell whether a referral failed (https://www.twilio.com/docs/voice/twiml/refer#action)."""
    if outcome.refer_call_status is not None:
        return outcome.refer_call_status not in _REFER_DONE
    # Without news of the new call, the phone's answer to the referral counts.
    return not outcome.refer_sip_response_code.startswith("2")
