"""What the account's senders may do: registrations and geographic permissions, which are only read here.

https://www.twilio.com/docs/messaging/api/usapptoperson-resource,
https://www.twilio.com/docs/messaging/api/tollfree-verification-resource,
https://www.twilio.com/docs/voice/api/dialingpermissions-country-resource and
https://www.twilio.com/docs/messaging/guidelines/messaging-geo-permissions
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.twilio.errors import not_found
from local.twilio.rest.messaging import messaging
from local.twilio.rest.product import ApiReply, ApiRequest, Product, last, meta_page

if TYPE_CHECKING:
    from local.twilio.stand_in import TwilioStandIn

account_permissions = Product("accounts.twilio.com")
voice = Product("voice.twilio.com")

_COUNTRY_CODES = {"US": "+1", "CA": "+1", "MX": "+52", "GB": "+44", "DE": "+49", "FR": "+33", "ES": "+34"}


@messaging.route("GET", "/v1/Services/<sid>/Compliance/Usa2p")
def campaigns(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List the A2P 10DLC campaigns of a Messaging Service."""
    service = stand_in.account.numbers.services.get(request.at["sid"])
    if service is None:
        raise not_found(request.path)
    found = [
        {
            "sid": f"QE{number:032x}",
            "account_sid": stand_in.account.sid,
            "messaging_service_sid": service.sid,
            "campaign_status": status,
            "us_app_to_person_usecase": "CUSTOMER_CARE",
        }
        for number, status in enumerate(service.campaigns)
    ]
    return meta_page(request, "compliance", found)


@messaging.route("GET", "/v1/Tollfree/Verifications")
def tollfree_verifications(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List verifications of toll-free numbers; TollfreePhoneNumberSid filters."""
    wanted = last(request.query, "TollfreePhoneNumberSid")
    found = [
        {
            "sid": f"HH{number_sid[2:]}",
            "account_sid": stand_in.account.sid,
            "tollfree_phone_number_sid": number_sid,
            "status": status,
        }
        for number_sid, status in stand_in.settings.tollfree_verifications.items()
        if wanted in {"", number_sid}
    ]
    return meta_page(request, "verifications", found)


@voice.route("GET", "/v1/DialingPermissions/Countries/<country>")
def dialing_permissions(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Return whether numbers of a country may be called."""
    country = request.at["country"]
    if country not in _COUNTRY_CODES:
        raise not_found(request.path)
    return ApiReply(
        {
            "iso_code": country,
            "country_codes": [_COUNTRY_CODES[country]],
            "low_risk_numbers_enabled": country in stand_in.settings.callable_countries,
            "high_risk_special_numbers_enabled": False,
            "high_risk_tollfraud_numbers_enabled": False,
            "url": f"https://voice.twilio.com{request.path}",
        }
    )


@account_permissions.route("GET", "/v1/Messaging/GeoPermissions")
def geo_permissions(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List whether numbers of countries may be texted; CountryCode filters."""
    wanted = last(request.query, "CountryCode")
    found: list[dict[str, Any]] = [
        {
            "country_code": country,
            "type": "country",
            "enabled": country in stand_in.settings.textable_countries,
            "prefix": prefix,
            "message": "",
        }
        for country, prefix in _COUNTRY_CODES.items()
        if wanted in {"", country}
    ]
    return ApiReply({"permissions": found})
