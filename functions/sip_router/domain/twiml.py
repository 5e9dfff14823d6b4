"""Destinations as TwiML documents (https://www.twilio.com/docs/voice/twiml)."""

from html import escape
from typing import Final
from urllib.parse import urlencode

from sip_router.domain.decision import Decision
from sip_router.domain.destination import Destination, DestinationType
from sip_router.domain.twiml_document import HEADER, whole_document

APOLOGY: Final = Destination(
    type=DestinationType.TWIML,
    destination="<Say>We are sorry. Your call cannot be connected right now. Please try again later.</Say>"
    "<Hangup/>",
)


def twiml_for(decision: Decision, fallback_path: str) -> str:
    """Return the TwiML document of a decision.

    Parameters
    ----------
    decision : Decision
        If it has a fallback, Twilio is told to request it when the destination fails.
    fallback_path : str
        The path of the webhook that answers with a fallback.
    """
    if decision.fallback is None:
        return render(decision.destination)
    return render(decision.destination, fallback_action(fallback_path, decision.fallback))


def fallback_action(path: str, fallback: Destination) -> str:
    """Return the URL that carries a fallback.

    The fallback travels in the URL, which Twilio signs, and is not read from the route table again: a call
    ends with the route table that it began with, even if another is published while it rings. The parameters
    are in alphabetical order, because Twilio has been seen to sort them after signing
    (https://github.com/twilio/twilio-php/issues/790).
    """
    return f"{path}?{urlencode({'destination': fallback.destination, 'type': fallback.type})}"


def render(destination: Destination, action: str | None = None) -> str:
    """Return the TwiML document that sends a call to a destination.

    Parameters
    ----------
    destination : Destination
    action : str, optional
        The URL that Twilio requests after a dial or a referral.
    """
    template = destination.type.twiml
    if template is None:
        return whole_document(destination.destination)
    attribute = f' action="{escape(action)}"' if action else ""
    verb = template % (attribute, escape(destination.destination, quote=False))
    return f"{HEADER}<Response>{verb}</Response>"
