"""Destinations as TwiML documents (https://www.twilio.com/docs/voice/twiml)."""

from typing import Final
from urllib.parse import urlencode

from sip_router.domain.decision import Decision
from sip_router.domain.destination import Destination
from sip_router.domain.twiml_document import HEADER, whole_document

# %s: attributes of the verb that reports its outcome; %s: the destination.
_DOCUMENTS: Final = {
    "webhook": "<Redirect%s>%s</Redirect>",
    "dial-application": "<Dial%s><Application><ApplicationSid>%s</ApplicationSid></Application></Dial>",
    "dial-client": "<Dial%s><Client>%s</Client></Dial>",
    "dial-sip": "<Dial%s><Sip>%s</Sip></Dial>",
    "play": "<Play%s>%s</Play>",
    "refer": "<Refer%s><Sip>%s</Sip></Refer>",
    "say": "<Say%s>%s</Say>",
}

APOLOGY: Final = Destination(
    "twiml",
    "<Say>We are sorry. Your call cannot be connected right now. Please try again later.</Say><Hangup/>",
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
    ends with the route table that it began with, whatever is published while it rings. The parameters are in
    alphabetical order, because Twilio has been seen to sort them after signing
    (https://github.com/twilio/twilio-php/issues/790).
    """
    return f"{path}?{urlencode({'destination': fallback.destination, 'type': fallback.type})}"


def render(destination: Destination, action: str | None = None) -> str:
    """Return the TwiML document that sends a call to a destination.

    Parameters
    ----------
    destination : Destination
        As `read_destination` returned it.
    action : str, optional
        The URL that Twilio requests after a dial or a referral.

    Raises
    ------
    NotTwimlError
        A destination of type twiml that is not TwiML.
    """
    if destination.type == "twiml":
        return whole_document(destination.destination)
    attributes = ' action="{}"'.format(_escape(action).replace('"', "&quot;")) if action else ""
    verb = _DOCUMENTS[destination.type] % (attributes, _escape(destination.destination))
    return f"{HEADER}<Response>{verb}</Response>"


def _escape(text: str) -> str:
    # The standard library's xml.sax.saxutils does the same, and imports an HTTP client to do it.
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
