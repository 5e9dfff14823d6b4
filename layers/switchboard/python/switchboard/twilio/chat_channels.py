"""Channels of legacy Programmable Chat: https://www.twilio.com/docs/chat/rest/channel-resource.

They have no state to change, only attributes. Each verb raises switchboard.twilio.outcome.Refused or
switchboard.errors.TwilioUnreachable.
"""

from typing import TYPE_CHECKING

from switchboard.twilio.outcome import none_if_missing
from switchboard.twilio.rest_client import rest_client

if TYPE_CHECKING:
    from twilio.rest.chat.v2.service.channel import ChannelContext


def fetch_attributes(service_sid: str, sid: str) -> str | None:
    """Return a channel's attributes, JSON; None if there is no such channel."""
    found = none_if_missing(_channel(service_sid, sid).fetch)
    return None if found is None else found.attributes or "{}"


def update_attributes(service_sid: str, sid: str, attributes: str) -> None:
    """Replace a channel's attributes."""
    _channel(service_sid, sid).update(attributes=attributes)


def delete_channel(service_sid: str, sid: str) -> bool:
    """Delete a channel; False if there is none of that SID."""
    return none_if_missing(_channel(service_sid, sid).delete) is not None


def _channel(service_sid: str, sid: str) -> "ChannelContext":
    return rest_client().chat.v2.services(service_sid).channels(sid)
