"""POST, GET /inbound-sip-router: where a call to the SIP domain goes.

And /inbound-sip-router/fallback: where it goes if that fails.
"""

from datetime import UTC, datetime

from sip_router.domain.address import user_part
from sip_router.domain.answer import twiml_for
from sip_router.domain.decision import decide
from sip_router.domain.destination import read_destination
from sip_router.domain.twiml import APOLOGY, render
from sip_router.storage.live_map import NoRoutesError, live_routes
from switchboard.auth import TwilioSignature
from switchboard.endpoint import endpoint
from switchboard.log import count, logger
from switchboard.reply import Reply, empty_twiml, twiml
from switchboard.request import Params, Request

# A caller who hung up, and a dial or referral that worked out, need nothing more.
_DIAL_DONE = frozenset({"completed", "answered", "canceled"})
_REFER_DONE = frozenset({"in-progress", "completed", "canceled"})


@endpoint(TwilioSignature())
def handler(request: Request) -> Reply:
    """Answer with the TwiML of the call's destination.

    Nothing that a To header holds and nothing that fails here ends in an error: somebody is on the phone, so
    the worst answer is a polite apology.
    """
    answer = _after_dial if request.path.endswith("/fallback") else _route
    try:
        return twiml(answer(request))
    except NoRoutesError as error:
        logger.error("No routes can be read, and none are known", exc_info=error)
        count("SipRoutesMissing")
    except Exception:  # noqa: BLE001  # whatever it is, the caller must hear something
        logger.exception("The call could not be routed")
        count("SipCallNotRouted")
    return twiml(render(APOLOGY))


def _route(request: Request) -> str:
    params = request.params
    live = live_routes()
    address = user_part(params.get("To", ""))
    match = live.routes.match(address)
    call = params.get("CallSid") or params.get("SipCallId", "")
    decision = decide(match.route(), datetime.now(UTC), call)
    logger.info(
        "Routed",
        extra={
            "address": address,
            "match": match.kind,
            "route": match.raw.get("address"),
            "type": decision.destination.type,
            "open": decision.is_open,
            "version": live.version,
        },
    )
    return twiml_for(decision)


def _after_dial(request: Request) -> str:
    """Go on after a dial or a referral that failed with the fallback in the URL, else with nothing."""
    status = request.params.get("DialCallStatus")
    failed = _referral_failed(request.params) if status is None else status not in _DIAL_DONE
    logger.info("After the first destination", extra={"status": status, "failed": failed})
    if not failed:
        return str(empty_twiml().body)
    fallback = read_destination(request.query, "fallback", [])
    if fallback is None:
        raise ValueError("the URL carries no fallback")
    return render(fallback)


def _referral_failed(params: Params) -> bool:
    """Tell whether a referral failed (https://www.twilio.com/docs/voice/twiml/refer#action)."""
    status = params.get("ReferCallStatus")
    if status is not None:
        return status not in _REFER_DONE
    # No word about the new call: what counts is whether the phone agreed to make it.
    return not params.get("ReferSipResponseCode", "").startswith("2")
