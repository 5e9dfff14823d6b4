"""The account's SIP domain, and the parameters of calls to it.

https://www.twilio.com/docs/voice/api/sip-twiml
"""

from __future__ import annotations

from local.template.parameters import SIP_DOMAIN
from local.twilio.numbers import Number
from local.twilio.sids import new_sid

_SOURCE_IP = "192.0.2.10"  # from a range that is kept for documentation


def sip_domain(public_base_url: str) -> Number:
    """Return the domain that ``make run`` starts with: the SIP router takes its calls and their end."""
    return Number(
        address=f"sip:{SIP_DOMAIN}",
        sid="SD" + "51" * 16,
        name="SIP domain",
        voice_url=f"{public_base_url}/inbound-sip-router",
        status_callback=f"{public_base_url}/status-callback",
    )


def sip_params(domain: Number) -> dict[str, str]:
    """Return the additional parameters of requests about a call to a SIP domain."""
    return {
        "SipDomain": domain.address.removeprefix("sip:"),
        "SipDomainSid": domain.sid,
        "SipCallId": f"{new_sid('')}@{_SOURCE_IP}",
        "SipSourceIp": _SOURCE_IP,
    }
