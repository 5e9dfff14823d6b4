"""Messaging services: https://www.twilio.com/docs/messaging/api/service-resource."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.twilio.errors import not_found
from local.twilio.rest.product import ApiReply, ApiRequest, Product, meta_page

if TYPE_CHECKING:
    from local.twilio.numbers import MessagingService
    from local.twilio.stand_in import TwilioStandIn

messaging = Product("messaging.twilio.com")


@messaging.route("GET", "/v1/Services")
def index(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List the services."""
    return meta_page(
        request, "services", [render(stand_in, one) for one in stand_in.account.numbers.services.values()]
    )


@messaging.route("GET", "/v1/Services/<sid>")
def fetch(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Return one service."""
    return ApiReply(render(stand_in, _find(stand_in, request)))


@messaging.route("GET", "/v1/Services/<sid>/PhoneNumbers")
def phone_numbers(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List the numbers that send for a service."""
    service = _find(stand_in, request)
    known = stand_in.account.numbers.numbers
    found = [
        {
            "sid": known[number].sid,
            "account_sid": stand_in.account.sid,
            "service_sid": service.sid,
            "phone_number": number,
            "country_code": "US",
            "capabilities": ["SMS", "MMS", "Voice"],
            "url": f"https://messaging.twilio.com/v1/Services/{service.sid}/PhoneNumbers/{known[number].sid}",
        }
        for number in service.senders
        if number in known
    ]
    return meta_page(request, "phone_numbers", found)


def render(stand_in: TwilioStandIn, service: MessagingService) -> dict[str, Any]:
    """Return a service as the API shows it."""
    url = f"https://messaging.twilio.com/v1/Services/{service.sid}"
    return {
        "sid": service.sid,
        "account_sid": stand_in.account.sid,
        "friendly_name": service.name,
        "inbound_request_url": None,
        "inbound_method": "POST",
        "use_inbound_webhook_on_number": True,
        "url": url,
        "links": {"phone_numbers": f"{url}/PhoneNumbers"},
    }


def _find(stand_in: TwilioStandIn, request: ApiRequest) -> MessagingService:
    service = stand_in.account.numbers.services.get(request.at["sid"])
    if service is None:
        raise not_found(request.path)
    return service
