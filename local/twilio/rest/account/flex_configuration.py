"""The Flex configuration: https://www.twilio.com/docs/flex/developer/config/flex-configuration-rest-api."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.twilio.errors import invalid_parameter
from local.twilio.rest.interactions import flex
from local.twilio.rest.product import ApiReply, ApiRequest

if TYPE_CHECKING:
    from local.twilio.stand_in import TwilioStandIn

_OBJECTS = ("ui_attributes", "attributes")
_LISTS = ("serverless_service_sids",)


@flex.route("GET", "/v1/Configuration")
def fetch(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:  # noqa: ARG001
    """Return the configuration."""
    return ApiReply(_render(stand_in))


@flex.route("POST", "/v1/Configuration")
def update(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Replace the properties that a JSON object names; it must name the account."""
    body = request.body
    if not isinstance(body, dict) or body.get("account_sid") != stand_in.account.sid:
        raise invalid_parameter("The body must be a JSON object with the account_sid")
    changes = {name: body[name] for name in _OBJECTS if name in body}
    if not all(isinstance(value, dict) for value in changes.values()):
        raise invalid_parameter(f"{' and '.join(_OBJECTS)} must be objects")
    lists = {name: body[name] for name in _LISTS if name in body}
    if not all(isinstance(value, list) for value in lists.values()):
        raise invalid_parameter(f"{' and '.join(_LISTS)} must be a list")
    stand_in.settings.flex_configuration |= changes | lists
    return ApiReply(_render(stand_in))


def _render(stand_in: TwilioStandIn) -> dict[str, Any]:
    return {
        "account_sid": stand_in.account.sid,
        "status": "ok",
        "ui_attributes": {},
        "attributes": {},
        "serverless_service_sids": [],
        **stand_in.settings.flex_configuration,
        "url": "https://flex-api.twilio.com/v1/Configuration",
    }
