"""Conversations: https://www.twilio.com/docs/conversations-classic/api.

Each verb raises switchboard.twilio.outcome.Refused or switchboard.errors.TwilioUnreachable.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from switchboard.twilio.attributes import dump_attributes, merge_attributes, parse_attributes
from switchboard.twilio.fields import milliseconds
from switchboard.twilio.outcome import BINDING_EXISTS, NAME_TAKEN, Refused, none_if_missing
from switchboard.twilio.rest_client import rest_client

if TYPE_CHECKING:
    from twilio.rest.conversations.v1.conversation import ConversationContext
    from twilio.rest.conversations.v1.conversation.message import MessageInstance

LONGEST_NAME: Final = 256
"""Characters of a conversation's friendly name that Twilio takes."""

_STUDIO: Final[Any] = "studio"
_SID: Final = re.compile(r"\bCH[0-9a-fA-F]{32}\b")
_LATEST: Final = 50


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation.

    Attributes
    ----------
    sid : str
        CH….
    state : str
        active, inactive or closed.
    attributes : str
        JSON, for switchboard.twilio.attributes.merge_attributes.
    """

    sid: str
    state: str
    attributes: str

    @property
    def is_closed(self) -> bool:
        """Whether it is closed, which is final."""
        return self.state == "closed"


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a conversation.

    Attributes
    ----------
    sid : str
        IM….
    author : str
        An address, such as an E.164 number, or an identity.
    attributes : Mapping[str, Any]
    created_at : int or None
        Milliseconds since the epoch.
    """

    sid: str
    author: str
    attributes: Mapping[str, Any]
    created_at: int | None


def create_conversation(friendly_name: str, unique_name: str, attributes: Mapping[str, Any]) -> str:
    """Create a conversation, and return its SID; where the unique name exists, return that one's.

    So a request that is repeated, because Twilio did not confirm the first, makes no second conversation.
    """
    conversations = rest_client().conversations.v1.conversations
    try:
        made = conversations.create(
            friendly_name=friendly_name[:LONGEST_NAME],
            unique_name=unique_name,
            attributes=dump_attributes(attributes),
        )
    except Refused as error:
        if error.code != NAME_TAKEN:
            raise
        made = conversations(unique_name).fetch()
    return str(made.sid)


def fetch_conversation(sid: str) -> Conversation | None:
    """Return a conversation; None if there is none of that SID."""
    found = none_if_missing(_conversation(sid).fetch)
    if found is None:
        return None
    return Conversation(str(found.sid), str(found.state), found.attributes or "{}")


def update_conversation(
    sid: str, *, attributes: str | None = None, state: Literal["closed"] | None = None
) -> None:
    """Replace a conversation's attributes, close it, or both."""
    new_state: Any = state
    _conversation(sid).update(attributes=attributes, state=new_state)


def set_attributes(sid: str, changes: Mapping[str, Any]) -> None:
    """Merge fields into a conversation's attributes; nothing is written where they have these values."""
    context = _conversation(sid)
    merged = merge_attributes(context.fetch().attributes, changes)
    if merged is not None:
        context.update(attributes=merged)


def delete_conversation(sid: str) -> bool:
    """Delete a conversation; False if there is none of that SID."""
    return none_if_missing(_conversation(sid).delete) is not None


def add_participant(sid: str, address: str, proxy_address: str) -> str:
    """Add a customer's phone or WhatsApp address behind a sender of the account, and return the MB… SID.

    Raises
    ------
    Refused
        With the code BINDING_EXISTS, `existing_conversation` tells where the two numbers are already.
    """
    participants = _conversation(sid).participants
    made = participants.create(
        messaging_binding_address=address, messaging_binding_proxy_address=proxy_address
    )
    return str(made.sid)


def existing_conversation(error: Refused) -> str | None:
    """Return the SID of the conversation that error 50416 names; None for any other error.

    https://www.twilio.com/docs/api/errors/50416
    """
    found = _SID.findall(error.message) if error.code == BINDING_EXISTS else []
    return found[-1] if found else None


def studio_flows(sid: str) -> frozenset[str]:
    """Return the SIDs of the Studio flows to which a conversation's webhooks send replies."""
    return frozenset(
        str(parse_attributes(webhook.configuration).get("flow_sid"))
        for webhook in _conversation(sid).webhooks.list()
        if webhook.target == _STUDIO
    )


def add_studio_flow(sid: str, flow_sid: str) -> None:
    """Send replies in a conversation to a Studio flow.

    https://www.twilio.com/docs/conversations-classic/api/conversation-scoped-webhook-resource
    """
    _conversation(sid).webhooks.create(target=_STUDIO, configuration_flow_sid=flow_sid)


def remove_studio_flow(sid: str, flow_sid: str) -> None:
    """Send replies in a conversation to a Studio flow no longer."""
    for webhook in _conversation(sid).webhooks.list():
        is_flow = parse_attributes(webhook.configuration).get("flow_sid") == flow_sid
        if webhook.target == _STUDIO and is_flow:
            none_if_missing(webhook.delete)


def send_message(
    sid: str,
    *,
    attributes: Mapping[str, Any],
    body: str | None = None,
    content_sid: str | None = None,
    content_variables: str | None = None,
) -> str:
    """Add a message to a conversation, which sends it to its participants, and return its SID.

    Parameters
    ----------
    sid : str
        The conversation.
    attributes : Mapping[str, Any]
        Attributes of the message.
    body : str, optional
        Free text.
    content_sid, content_variables : str, optional
        A template (HX…) in place of free text, and the JSON object of its variables.
    """
    created = _conversation(sid).messages.create(
        attributes=dump_attributes(attributes),
        body=body,
        content_sid=content_sid,
        content_variables=content_variables,
    )
    return str(created.sid)


def latest_messages(sid: str) -> list[Message]:
    """Return the 50 latest messages of a conversation, latest first."""
    listed = _conversation(sid).messages.stream(order="desc", limit=_LATEST, page_size=_LATEST)
    return [_message(one) for one in listed]


def messages_since(sid: str, since: int) -> Iterator[Message]:
    """Yield a conversation's messages since a time in ms since the epoch, latest first."""
    for listed in _conversation(sid).messages.stream(order="desc", page_size=_LATEST):
        message = _message(listed)
        # Twilio may give whole seconds.
        if (message.created_at or since) < since - 1000:
            return
        yield message


def _message(one: "MessageInstance") -> Message:
    attributes = parse_attributes(one.attributes)
    return Message(str(one.sid), one.author or "", attributes, milliseconds(one.date_created))


def _conversation(sid: str) -> "ConversationContext":
    return rest_client().conversations.v1.conversations(sid)
