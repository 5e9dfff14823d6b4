"""Route tables that the tests share."""

from typing import Any

from local.template.parameters import ACCOUNT_SID

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
TWIML = {
    "webhook": f"<Redirect>{FLOW_URL}</Redirect>",
    "dial-application": (
        f"<Dial><Application><ApplicationSid>{APPLICATION_SID}</ApplicationSid></Application></Dial>"
    ),
    "dial-client": "<Dial><Client>alice_40example_2Ecom</Client></Dial>",
    "dial-sip": "<Dial><Sip>sip:desk@pbx.example.com;transport=tls?X-Queue=front</Sip></Dial>",
    "play": "<Play>https://example.com/closed.mp3?voice=a&amp;speed=1</Play>",
    "refer": "<Refer><Sip>sip:+4930123456@carrier.example.com</Sip></Refer>",
    "say": "<Say>Tom &amp; Jerry's office is &lt;closed&gt;.</Say>",
    "twiml": '<Say voice="alice">Hold the line.</Say><Hangup/>',
}
"""The verbs that each of DESTINATIONS becomes, by its type."""


def route(address: str, kind: str = "say", destination: str = "Hello", **more: Any) -> dict[str, Any]:
    """Return a route as the older plugin writes it, and what a newer client adds."""
    return {"address": address, "comment": "", "type": kind, "destination": destination, **more}


def route_table(*routes: dict[str, Any], default: str = "Nobody") -> dict[str, Any]:
    """Return a route table of these routes, whose default route says a word."""
    return {"routes": list(routes), "default": {"type": "say", "destination": default}}
