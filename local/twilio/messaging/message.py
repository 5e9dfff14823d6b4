"""One text message, and the parameters of the webhooks about it."""

from __future__ import annotations

from dataclasses import dataclass, field

from local.twilio.messaging.segments import segments
from local.twilio.params import API_VERSION, geography


@dataclass
class Message:
    """One message, in or out.

    Parameters
    ----------
    sid
        SM…, or MM… with media.
    sender, to
        E.164; the sender is "" while a messaging service has not chosen one.
    direction
        ``inbound``, ``outbound-api`` or ``outbound-reply``.
    status
        ``received``, ``queued``, ``sent``, ``delivered``, ``undelivered`` or ``failed``.
    created
        The platform's time, seconds since the epoch.
    automatic
        Whether Twilio itself answered a STOP, START or HELP.
    """

    sid: str
    sender: str
    to: str
    body: str
    direction: str
    status: str
    created: float
    service_sid: str = ""
    media: list[str] = field(default_factory=list)
    error_code: int | None = None
    automatic: bool = False


def inbound_params(account_sid: str, message: Message, opt_out_type: str = "") -> dict[str, str]:
    """Return the parameters of an incoming message's webhook.

    https://www.twilio.com/docs/messaging/guides/webhook-request

    Parameters
    ----------
    opt_out_type
        STOP, START or HELP, where advanced opt-out has seen one; else "".
    """
    params = {
        "SmsMessageSid": message.sid,
        "NumMedia": str(len(message.media)),
        "SmsSid": message.sid,
        "SmsStatus": "received",
        "Body": message.body,
        "To": message.to,
        "NumSegments": str(segments(message.body)),
        "MessageSid": message.sid,
        "AccountSid": account_sid,
        "From": message.sender,
        "ApiVersion": API_VERSION,
        **geography("To", message.to),
        **geography("From", message.sender),
    }
    if message.service_sid:
        params["MessagingServiceSid"] = message.service_sid
    if opt_out_type:
        params["OptOutType"] = opt_out_type
    for index, url in enumerate(message.media):
        params[f"MediaUrl{index}"] = url
        params[f"MediaContentType{index}"] = "image/jpeg"
    return params


def status_params(account_sid: str, message: Message, status: str) -> dict[str, str]:
    """Return the parameters of a status callback.

    https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
    """
    params = {
        "SmsSid": message.sid,
        "SmsStatus": status,
        "MessageStatus": status,
        "To": message.to,
        "MessageSid": message.sid,
        "AccountSid": account_sid,
        "From": message.sender,
        "ApiVersion": API_VERSION,
    }
    if message.service_sid:
        params["MessagingServiceSid"] = message.service_sid
    if status in {"undelivered", "failed"} and message.error_code:
        params["ErrorCode"] = str(message.error_code)
    return params
