"""The account's phone numbers: https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from local.twilio.errors import TwilioError, invalid_parameter, not_found
from local.twilio.rest.api import ACCOUNT, api, check_method, is_url
from local.twilio.rest.product import ApiReply, ApiRequest, last, page

if TYPE_CHECKING:
    from local.twilio.numbers import Number
    from local.twilio.stand_in import TwilioStandIn

_URLS = {
    "VoiceUrl": "voice_url",
    "VoiceFallbackUrl": "voice_fallback_url",
    "SmsUrl": "sms_url",
    "SmsFallbackUrl": "sms_fallback_url",
    "StatusCallback": "status_callback",
}
_METHODS = {
    "VoiceMethod": "voice_method",
    "SmsMethod": "sms_method",
    "StatusCallbackMethod": "status_callback_method",
}
_SIDS = {
    "SmsApplicationSid": ("sms_application_sid", "AP"),
    "VoiceApplicationSid": ("voice_application_sid", "AP"),
    "TrunkSid": ("trunk_sid", "TK"),
}


@api.route("GET", f"{ACCOUNT}/IncomingPhoneNumbers.json")
def index(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List the numbers; PhoneNumber filters."""
    wanted = last(request.query, "PhoneNumber")
    found = [render(stand_in, one) for one in _phone_numbers(stand_in) if wanted in one.address]
    return page(request, "incoming_phone_numbers", found)


@api.route("GET", f"{ACCOUNT}/IncomingPhoneNumbers/<sid>.json")
def fetch(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Return one number."""
    return ApiReply(render(stand_in, _find(stand_in, request)))


@api.route("POST", f"{ACCOUNT}/IncomingPhoneNumbers/<sid>.json")
def update(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Change where a number's calls and messages are sent."""
    number = _find(stand_in, request)
    changes: dict[str, Any] = {}
    for name, attribute in _URLS.items():
        if name in request.form:
            url = request.text(name)
            if url and not is_url(url):
                raise TwilioError(400, 22105, f"{name} is not a valid URL: {url}")
            changes[attribute] = url
    for name, attribute in _METHODS.items():
        if name in request.form:
            changes[attribute] = check_method(name, request.text(name), 22106)
    changes |= _handlers(request)
    if "FriendlyName" in request.form:
        changes["name"] = request.text("FriendlyName")
    changed = replace(number, **changes)
    stand_in.account.numbers.add(changed)
    return ApiReply(render(stand_in, changed))


def render(stand_in: TwilioStandIn, number: Number) -> dict[str, Any]:
    """Return a number as the API shows it."""
    uri = f"/2010-04-01/Accounts/{stand_in.account.sid}/IncomingPhoneNumbers/{number.sid}.json"
    return {
        "sid": number.sid,
        "account_sid": stand_in.account.sid,
        "api_version": "2010-04-01",
        "capabilities": {"voice": True, "sms": True, "mms": True, "fax": False},
        "friendly_name": number.name,
        "phone_number": number.address,
        "sms_application_sid": number.sms_application_sid,
        "sms_fallback_url": number.sms_fallback_url,
        "sms_method": number.sms_method,
        "sms_url": number.sms_url,
        "status_callback": number.status_callback,
        "status_callback_method": number.status_callback_method,
        "trunk_sid": number.trunk_sid or None,
        "uri": uri,
        "voice_application_sid": number.voice_application_sid or None,
        "voice_fallback_url": number.voice_fallback_url,
        "voice_method": number.voice_method,
        "voice_url": number.voice_url,
    }


def _handlers(request: ApiRequest) -> dict[str, str]:
    """Return the applications and the trunk that a request sets; a trunk and a voice application exclude."""
    changes = {}
    for name, (attribute, prefix) in _SIDS.items():
        if name in request.form:
            value = request.text(name)
            if value and not re.fullmatch(rf"{prefix}[0-9a-fA-F]{{32}}", value):
                raise invalid_parameter(f"{name} is not valid: {value}")
            changes[attribute] = value
    if changes.get("trunk_sid"):
        changes["voice_application_sid"] = ""
    elif changes.get("voice_application_sid"):
        changes["trunk_sid"] = ""
    return changes


def _phone_numbers(stand_in: TwilioStandIn) -> list[Number]:
    return [number for number in stand_in.account.numbers.numbers.values() if number.address.startswith("+")]


def _find(stand_in: TwilioStandIn, request: ApiRequest) -> Number:
    for number in _phone_numbers(stand_in):
        if number.sid == request.at["sid"]:
            return number
    raise not_found(request.path)
