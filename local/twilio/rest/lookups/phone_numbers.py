"""Lookup v2, ``GET https://lookups.twilio.com/v2/PhoneNumbers/{number}``, with the type of its line.

https://www.twilio.com/docs/lookup/v2-api, https://www.twilio.com/docs/lookup/v2-api/line-type-intelligence
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import phonenumbers
from phonenumbers import PhoneNumberFormat, ValidationResult

from local.twilio.errors import invalid_parameter
from local.twilio.rest.product import ApiReply, ApiRequest, Product, last

if TYPE_CHECKING:
    from local.twilio.stand_in import TwilioStandIn

lookups = Product("lookups.twilio.com")

_LINE_TYPE = "line_type_intelligence"
_PACKAGES = (
    "caller_name",
    "sim_swap",
    "call_forwarding",
    "line_status",
    _LINE_TYPE,
    "identity_match",
    "reassigned_number",
    "sms_pumping_risk",
    "phone_number_quality_score",
    "pre_fill",
)
_NO_CARRIER = frozenset(
    {"personal", "tollFree", "premium", "sharedCost", "uan", "voicemail", "pager", "unknown"}
)
"""Types of lines whose carrier Twilio does not tell."""

_CANADA_NOT_AUTHORIZED = 60601
"""https://www.twilio.com/docs/api/errors/60601: this account has not applied for numbers of Canada."""

_ERRORS = {
    ValidationResult.INVALID_COUNTRY_CODE: "INVALID_COUNTRY_CODE",
    ValidationResult.TOO_SHORT: "TOO_SHORT",
    ValidationResult.TOO_LONG: "TOO_LONG",
    ValidationResult.INVALID_LENGTH: "INVALID_LENGTH",
}


@lookups.route("GET", "/v2/PhoneNumbers/<number>")
def fetch(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Return what is known about a number; one that cannot exist has ``valid`` false and no line."""
    number = request.at["number"]
    wanted = {name.strip() for name in last(request.query, "Fields").split(",")} - {"", "validation"}
    if unknown := sorted(wanted - {_LINE_TYPE}):
        raise invalid_parameter(f"Invalid Fields: {unknown[0]}. This stand-in knows {_LINE_TYPE}.")
    answer: dict[str, Any] = {
        **_described(number, last(request.query, "CountryCode")),
        **dict.fromkeys(_PACKAGES),
    }
    if answer["valid"] and wanted:
        line_type = stand_in.account.phones.behaviour(answer["phone_number"]).line_type
        answer[_LINE_TYPE] = _line(line_type, answer["country_code"])
    answer["url"] = f"https://{lookups.host}/v2/PhoneNumbers/{answer['phone_number']}"
    return ApiReply(answer)


def _described(number: str, country: str) -> dict[str, Any]:
    """Return a number's country and formats, or why it is none; without a + or a country it is of the US."""
    unknown = {
        "calling_country_code": None,
        "country_code": None,
        "phone_number": number,
        "national_format": None,
        "valid": False,
    }
    try:
        parsed = phonenumbers.parse(number, country.upper() or "US")
    except phonenumbers.NumberParseException as error:
        is_country = error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE
        return {**unknown, "validation_errors": ["INVALID_COUNTRY_CODE" if is_country else "NOT_A_NUMBER"]}
    if problem := _ERRORS.get(phonenumbers.is_possible_number_with_reason(parsed)):
        return {**unknown, "validation_errors": [problem]}
    code = parsed.country_code or 0
    region = phonenumbers.region_code_for_number(parsed)
    return {
        "calling_country_code": str(code),
        "country_code": region or phonenumbers.region_code_for_country_code(code),
        "phone_number": phonenumbers.format_number(parsed, PhoneNumberFormat.E164),
        "national_format": phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL),
        "valid": True,
        "validation_errors": [],
    }


def _line(line_type: str, country: str) -> dict[str, Any]:
    line = dict.fromkeys(("error_code", "mobile_country_code", "mobile_network_code", "carrier_name", "type"))
    if country == "CA":
        return {**line, "error_code": _CANADA_NOT_AUTHORIZED}
    if line_type == "mobile":
        line.update(mobile_country_code="310", mobile_network_code="410")
    return {**line, "carrier_name": None if line_type in _NO_CARRIER else "Local Carrier", "type": line_type}
