"""SIP domains: https://www.twilio.com/docs/voice/sip/api/sip-domain-resource."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from local.twilio.errors import TwilioError, not_found
from local.twilio.rest.api import ACCOUNT, api, check_method, is_url
from local.twilio.rest.product import ApiReply, ApiRequest, page

if TYPE_CHECKING:
    from local.twilio.numbers import Number
    from local.twilio.stand_in import TwilioStandIn

_PREFIX = "sip:"
_URLS = {
    "VoiceUrl": "voice_url",
    "VoiceFallbackUrl": "voice_fallback_url",
    "VoiceStatusCallbackUrl": "status_callback",
}
_METHODS = {"VoiceMethod": "voice_method", "VoiceStatusCallbackMethod": "status_callback_method"}


@api.route("GET", f"{ACCOUNT}/SIP/Domains.json")
def index(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List the domains."""
    return page(request, "domains", [render(stand_in, one) for one in _domains(stand_in)])


@api.route("GET", f"{ACCOUNT}/SIP/Domains/<sid>.json")
def fetch(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Return one domain."""
    return ApiReply(render(stand_in, _find(stand_in, request)))


@api.route("POST", f"{ACCOUNT}/SIP/Domains/<sid>.json")
def update(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Change where a domain's calls, and the end of them, are reported."""
    domain = _find(stand_in, request)
    changes: dict[str, Any] = {}
    for name, attribute in _URLS.items():
        if name in request.form:
            url = request.text(name)
            if url and not is_url(url):
                raise TwilioError(400, 21205, f"{name} is not a valid URL: {url}")
            changes[attribute] = url
    for name, attribute in _METHODS.items():
        if name in request.form:
            changes[attribute] = check_method(name, request.text(name), 21403)
    if "FriendlyName" in request.form:
        changes["name"] = request.text("FriendlyName")
    changed = replace(domain, **changes)
    stand_in.account.numbers.add(changed)
    return ApiReply(render(stand_in, changed))


def render(stand_in: TwilioStandIn, domain: Number) -> dict[str, Any]:
    """Return a domain as the API shows it."""
    uri = f"/2010-04-01/Accounts/{stand_in.account.sid}/SIP/Domains/{domain.sid}"
    return {
        "sid": domain.sid,
        "account_sid": stand_in.account.sid,
        "api_version": "2010-04-01",
        "auth_type": "IP_ACL",
        "domain_name": domain.address.removeprefix(_PREFIX),
        "friendly_name": domain.name,
        "voice_url": domain.voice_url or None,
        "voice_method": domain.voice_method,
        "voice_fallback_url": domain.voice_fallback_url or None,
        "voice_fallback_method": "POST",
        "voice_status_callback_url": domain.status_callback or None,
        "voice_status_callback_method": domain.status_callback_method,
        "sip_registration": False,
        "secure": False,
        "uri": f"{uri}.json",
    }


def _domains(stand_in: TwilioStandIn) -> list[Number]:
    numbers = stand_in.account.numbers.numbers
    return [number for number in numbers.values() if number.address.startswith(_PREFIX)]


def _find(stand_in: TwilioStandIn, request: ApiRequest) -> Number:
    for domain in _domains(stand_in):
        if domain.sid == request.at["sid"]:
            return domain
    raise not_found(request.path)
