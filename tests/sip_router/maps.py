"""Maps that the tests share."""

from typing import Any

from local.parameters import ACCOUNT_SID

CALL_SID = "CA" + "d" * 32
FLOW_SID = "FW" + "b" * 32
APPLICATION_SID = "AP" + "c" * 32
FLOW_URL = f"https://webhooks.twilio.com/v1/Accounts/{ACCOUNT_SID}/Flows/{FLOW_SID}"

DESTINATIONS = {
    "webhook": FLOW_URL,
    "dial-application": APPLICATION_SID,
    "dial-client": "alice_40example_2Ecom",
    "dial-sip": "sip:desk@pbx.example.com;transport=tls?X-Queue=front",
    "play": "https://example.com/closed.mp3?voice=a&speed=1",
    "refer": "sip:+4930123456@carrier.example.com",
    "say": "Tom & Jerry's office is <closed>.",
    "twiml": '<Say voice="alice">Hold the line.</Say><Hangup/>',
}


def route(address: str, kind: str = "say", destination: str = "Hello", **more: Any) -> dict[str, Any]:
    """Return a route as the older plugin writes it, and what a newer client adds."""
    return {"address": address, "comment": "", "type": kind, "destination": destination, **more}


def routing_map(*routes: dict[str, Any], default: str = "Nobody") -> dict[str, Any]:
    """Return a map of these routes, whose default route says a word."""
    return {"routes": list(routes), "default": {"type": "say", "destination": default}}
