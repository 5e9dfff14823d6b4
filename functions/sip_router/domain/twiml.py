"""Destinations as TwiML (https://www.twilio.com/docs/voice/twiml)."""

from urllib.parse import urlencode

from sip_router.domain.destination import Destination
from sip_router.domain.fragment import HEADER, whole_document

# %s: attributes of the verb that reports how it went; %s: the destination.
_DOCUMENTS = {
    "webhook": "<Redirect%s>%s</Redirect>",
    "dial-application": "<Dial%s><Application><ApplicationSid>%s</ApplicationSid></Application></Dial>",
    "dial-client": "<Dial%s><Client>%s</Client></Dial>",
    "dial-sip": "<Dial%s><Sip>%s</Sip></Dial>",
    "play": "<Play%s>%s</Play>",
    "refer": "<Refer%s><Sip>%s</Sip></Refer>",
    "say": "<Say%s>%s</Say>",
}

APOLOGY = Destination(
    "twiml",
    "<Say>We are sorry. Your call cannot be connected right now. Please try again later.</Say><Hangup/>",
)


def render(destination: Destination, action: str | None = None) -> str:
    """Return the TwiML document that sends a call to a destination.

    Parameters
    ----------
    destination : Destination
        As `read_destination` gave it.
    action : str, optional
        Where Twilio reports how a dial or a referral went and asks what to do next.

    Raises
    ------
    NotTwimlError
        A destination of type twiml that is none.
    """
    if destination.type == "twiml":
        return whole_document(destination.destination)
    attributes = ' action="{}"'.format(_escape(action).replace('"', "&quot;")) if action else ""
    verb = _DOCUMENTS[destination.type] % (attributes, _escape(destination.destination))
    return f"{HEADER}<Response>{verb}</Response>"


def _escape(text: str) -> str:
    # The standard library's xml.sax.saxutils does the same, and imports an HTTP client to do it.
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def fallback_action(path: str, fallback: Destination) -> str:
    """Return the URL that carries a fallback.

    The fallback travels in the URL, which Twilio signs, and is not looked up again: a call that began with
    one map ends with it, whatever has been published while it rang.
    """
    return f"{path}?{urlencode({'type': fallback.type, 'destination': fallback.destination})}"
