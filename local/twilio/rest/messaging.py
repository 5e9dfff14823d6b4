"""Messaging services: https://www.twilio.com/docs/messaging/api/service-resource."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.twilio.errors import invalid_parameter, not_found
from local.twilio.rest.api import check_method, is_url
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


@messaging.route("POST", "/v1/Services/<sid>")
def update(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Change a service's webhook, and whether its numbers' webhooks count more."""
    service = _find(stand_in, request)
    changes: dict[str, Any] = {}
    for name, attribute in (("InboundRequestUrl", "inbound_request_url"), ("FallbackUrl", "fallback_url")):
        if name in request.form:
            url = request.text(name)
            if url and not is_url(url):
                raise invalid_parameter(f"{name} is not a valid URL: {url}")
            changes[attribute] = url
    if "InboundMethod" in request.form:
        changes["inbound_method"] = check_method("InboundMethod", request.text("InboundMethod"), 20001)
    if "UseInboundWebhookOnNumber" in request.form:
        changes["use_inbound_webhook_on_number"] = request.flag("UseInboundWebhookOnNumber")
    if "FriendlyName" in request.form:
        changes["name"] = request.text("FriendlyName")
    changed = stand_in.account.numbers.change_service(service.sid, **changes)
    return ApiReply(render(stand_in, changed))


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
        "inbound_request_url": service.inbound_request_url or None,
        "inbound_method": service.inbound_method,
        "fallback_url": service.fallback_url or None,
        "use_inbound_webhook_on_number": service.use_inbound_webhook_on_number,
        "us_app_to_person_registered": "VERIFIED" in service.campaigns,
        "url": url,
        "links": {"phone_numbers": f"{url}/PhoneNumbers"},
    }


def _find(stand_in: TwilioStandIn, request: ApiRequest) -> MessagingService:
    service = stand_in.account.numbers.services.get(request.at["sid"])
    if service is None:
        raise not_found(request.path)
    return service
