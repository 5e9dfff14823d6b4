"""Messages: https://www.twilio.com/docs/messaging/api/message-resource."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local.twilio.errors import TwilioError, not_found
from local.twilio.messaging.segments import segments
from local.twilio.rest.api import ACCOUNT, api, is_url
from local.twilio.rest.product import ApiReply, ApiRequest, last, page
from local.twilio.sids import is_e164, is_sid, rfc2822

if TYPE_CHECKING:
    from local.twilio.messaging.message import Message
    from local.twilio.stand_in import TwilioStandIn

_MOST_MEDIA = 10
WHATSAPP = "whatsapp:"
"""What addresses of WhatsApp begin with: https://www.twilio.com/docs/whatsapp/api."""


@api.route("POST", f"{ACCOUNT}/Messages.json")
def create(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Send a message."""
    _check_presence(request)
    to, sender, service_sid = request.text("To"), request.text("From"), request.text("MessagingServiceSid")
    body, media = request.text("Body"), request.texts("MediaUrl")
    if not is_e164(to.removeprefix(WHATSAPP)):
        raise TwilioError(400, 21211, f"Invalid 'To' Phone Number: {_masked(to)}")
    if sender and to.startswith(WHATSAPP) != sender.startswith(WHATSAPP):
        raise TwilioError(400, 21910, "Invalid From and To pair. From and To should be of the same channel")
    body = _content(request) or body
    in_service = bool(service_sid)
    chosen = _service_sender(stand_in, service_sid, sender) if in_service else _own_number(stand_in, sender)
    if to == chosen:
        raise TwilioError(400, 21266, "'To' and 'From' number cannot be the same")
    if len(media) > _MOST_MEDIA or not all(is_url(url) for url in media):
        raise TwilioError(400, 21620, "Invalid media URL(s)")
    callback = request.text("StatusCallback")
    if callback and not is_url(callback):
        raise TwilioError(400, 21609, f"The StatusCallback URL {callback} is not a valid URL.")
    if request.text("ScheduleType") or request.text("SendAt"):
        raise TwilioError(400, 35114, "The stand-in does not schedule messages")
    message = stand_in.texts.send(
        chosen, to, body, service_sid=service_sid, media=media, status_callback=callback
    )
    shown = render(stand_in, message)
    if service_sid and not sender:
        # The sender is chosen later, so the answer does not know it yet.
        shown |= {"from": None, "status": "accepted", "num_segments": "0"}
    else:
        shown |= {"status": "queued"}
    return ApiReply(shown | {"date_sent": None, "error_code": None}, 201)


@api.route("GET", f"{ACCOUNT}/Messages.json")
def index(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List messages, newest first; To and From filter."""
    to, sender = last(request.query, "To"), last(request.query, "From")
    found = [
        render(stand_in, message)
        for message in reversed(list(stand_in.texts.messages.values()))
        if (not to or message.to == to) and (not sender or message.sender == sender)
    ]
    return page(request, "messages", found)


@api.route("GET", f"{ACCOUNT}/Messages/<sid>.json")
def fetch(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Return one message."""
    return ApiReply(render(stand_in, _find(stand_in, request)))


@api.route("POST", f"{ACCOUNT}/Messages/<sid>.json")
def update(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Redact a message: only its body can change, and only to nothing."""
    message = _find(stand_in, request)
    if "Body" in request.form:
        if request.text("Body"):
            raise TwilioError(400, 20001, "Body must be empty to redact a message")
        message.body = ""
    return ApiReply(render(stand_in, message))


@api.route("DELETE", f"{ACCOUNT}/Messages/<sid>.json")
def delete(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Delete a message."""
    del stand_in.texts.messages[_find(stand_in, request).sid]
    return ApiReply(None, 204)


def render(stand_in: TwilioStandIn, message: Message) -> dict[str, Any]:
    """Return a message as the API shows it."""
    uri = f"/2010-04-01/Accounts/{stand_in.account.sid}/Messages/{message.sid}"
    at = rfc2822(message.created)
    return {
        "sid": message.sid,
        "account_sid": stand_in.account.sid,
        "api_version": "2010-04-01",
        "body": message.body,
        "date_created": at,
        "date_sent": at,
        "date_updated": at,
        "direction": message.direction,
        "error_code": message.error_code,
        "error_message": None,
        "from": message.sender,
        "messaging_service_sid": message.service_sid or None,
        "num_media": str(len(message.media)),
        "num_segments": str(segments(message.body)),
        "price": None,
        "price_unit": "USD",
        "status": message.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": message.to,
        "uri": f"{uri}.json",
    }


def _check_presence(request: ApiRequest) -> None:
    if not request.text("To"):
        raise TwilioError(400, 21604, "A 'To' phone number is required.")
    if not request.text("From") and not request.text("MessagingServiceSid"):
        raise TwilioError(400, 21603, "A 'From' phone number is required.")
    if not request.text("Body") and not request.texts("MediaUrl") and not request.text("ContentSid"):
        raise TwilioError(400, 21602, "Message body is required.")


def _content(request: ApiRequest) -> str:
    """Return what is shown of a content template, or the empty string.

    https://www.twilio.com/docs/content/send-templates-created-with-the-content-template-builder
    """
    sid, variables = request.text("ContentSid"), request.text("ContentVariables")
    if variables and not sid:
        raise TwilioError(400, 21654, "ContentSid Required")
    if not sid:
        return ""
    if not is_sid(sid, "HX"):
        raise TwilioError(400, 21655, "The ContentSid is Invalid")
    try:
        given = json.loads(variables or "{}")
    except ValueError:
        given = None
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise TwilioError(400, 21656, "The ContentVariables Parameter is invalid")
    return f"[{sid} {variables}]".replace(" ]", "]")


def _find(stand_in: TwilioStandIn, request: ApiRequest) -> Message:
    message = stand_in.texts.messages.get(request.at["sid"])
    if message is None:
        raise not_found(request.path)
    return message


def _own_number(stand_in: TwilioStandIn, sender: str) -> str:
    if sender.startswith(WHATSAPP):
        if sender.removeprefix(WHATSAPP) not in stand_in.account.numbers.numbers:
            raise TwilioError(400, 63007, "Twilio could not find a Channel with the specified From address")
        return sender
    if not is_e164(sender):
        raise TwilioError(400, 21212, f"Invalid From Number (caller ID): {_masked(sender)}")
    if sender not in stand_in.account.numbers.numbers:
        raise TwilioError(
            400, 21659, f"'{sender}' is not a Twilio phone number or Short Code country mismatch"
        )
    return sender


def _service_sender(stand_in: TwilioStandIn, service_sid: str, sender: str) -> str:
    if not is_sid(service_sid, "MG"):
        raise TwilioError(400, 21705, f"The Messaging Service Sid {service_sid} is invalid.")
    service = stand_in.account.numbers.services.get(service_sid)
    if service is None:
        raise TwilioError(404, 21701, "The Messaging Service does not exist")
    if not service.senders:
        raise TwilioError(
            412, 21703, "The Messaging Service does not have a phone number available to send a message"
        )
    if sender and sender not in service.senders:
        raise TwilioError(
            400,
            21711,
            "Phone Number, Shortcode, or AlphaSender is not associated to the specified Messaging Service.",
        )
    return sender or service.senders[0]


def _masked(number: str) -> str:
    return number[:-4] + "XXXX" if len(number) > 4 else number
