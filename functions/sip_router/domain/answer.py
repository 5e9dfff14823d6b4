"""What Twilio is told to do with a call."""

from urllib.parse import urlsplit

from sip_router.domain.decision import Decision
from sip_router.domain.twiml import fallback_action, render
from switchboard.settings import common

FALLBACK_PATH = "/inbound-sip-router/fallback"


def twiml_for(decision: Decision) -> str:
    """Return the TwiML of a decision; where it has a fallback, Twilio is to ask for it."""
    if decision.fallback is None:
        return render(decision.destination)
    # A custom domain's path mapping comes before our own paths.
    prefix = urlsplit(common().public_base_url).path.rstrip("/")
    return render(decision.destination, fallback_action(prefix + FALLBACK_PATH, decision.fallback))
