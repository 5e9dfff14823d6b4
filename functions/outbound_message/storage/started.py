"""Conversations that were started here: whose they are, and what is still to be done for them."""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Final

from outbound_message.domain.message import OutboundMessage
from outbound_message.storage import lease
from switchboard import aws
from switchboard.inputs.forms import JsonObject, WholeNumber
from switchboard.inputs.model import EventModel, parse
from switchboard.timestamps import now_ms

PREFIX: Final = "conversation#"

_KEPT_SECONDS: Final = 400 * lease.DAY_SECONDS

_Number = Annotated[int, WholeNumber(0, 10**15)]


class StartedConversation(EventModel):
    """A conversation that was started here.

    Attributes
    ----------
    id : str
        The item's key.
    from_number, to_number, to_name : str
        The account's number, the customer's, and the customer's name.
    task_sid : str
        A task of the conversation: the last that was seen open, or created for a reply.
    routing_at : int
        When Twilio was asked for a task, in ms since the epoch.
    handled_at, handled_sid : int, str
        Time (ms since the epoch) and SID of the customer's latest message that needs nothing any more.
    reply_at, reply_sid : int, str
        The same of the message that waits for a task; 0: none waits.
    reply_tries : int
        How often a task was tried for it.
    unpublished : dict or None
        The detail of the event ``conversation.started`` that the bus has not taken.
    """

    id: str
    from_number: str
    to_number: str
    to_name: str
    task_sid: str = ""
    routing_at: _Number = 0
    handled_at: _Number = 0
    handled_sid: str = ""
    reply_at: _Number = 0
    reply_sid: str = ""
    reply_tries: _Number = 0
    unpublished: Annotated[dict[str, Any] | None, JsonObject(10_000)] = None

    @property
    def conversation_sid(self) -> str:
        """CH…."""
        return self.id.removeprefix(PREFIX)

    def has_handled(self, at: int, message_sid: str) -> bool:
        """Tell whether a message, or a later one, needs nothing any more."""
        return at < self.handled_at or (at == self.handled_at and message_sid == self.handled_sid)


def load(conversation_sid: str) -> StartedConversation | None:
    """Return a conversation that was started here; None for any other."""
    found = aws.client("dynamodb").get_item(
        TableName=lease.table(),
        Key=aws.to_item({"id": f"{PREFIX}{conversation_sid}"}),
        ConsistentRead=True,
    )
    return parse(StartedConversation, aws.from_item(found["Item"])) if "Item" in found else None


def save(conversation_sid: str, message: OutboundMessage, unpublished: Mapping[str, Any] | None) -> None:
    """Store that a conversation was started here, and the event about it that the bus has not taken."""
    values: dict[str, Any] = {
        "fromNumber": message.from_number,
        "toNumber": message.to_number,
        "toName": message.to_name,
    }
    if unpublished is not None:
        values |= {"unpublished": json.dumps(unpublished), **lease.due_at(now_ms())}
    _update(conversation_sid, values)


def mark_published(known: StartedConversation) -> None:
    """Note that the bus has taken the event; a reply that waits stays due."""
    due = {} if known.reply_at else lease.due_at(None)
    _update(known.conversation_sid, {"unpublished": None, **due})


def mark_handled(known: StartedConversation, at: int, message_sid: str, task_sid: str = "") -> None:
    """Note that the customer's message needs no task, or that this is the task that it has."""
    due = {} if known.unpublished else lease.due_at(None)
    values = {
        "handledAt": at,
        "handledSid": message_sid or None,
        "replyAt": None,
        "replySid": None,
        "replyTries": None,
        "routingAt": None,
    }
    if task_sid:
        values["taskSid"] = task_sid
    _update(known.conversation_sid, values | due)


def keep_routing(known: StartedConversation, at: int) -> None:
    """Store when Twilio is asked for a task, before it is."""
    _update(known.conversation_sid, {"routingAt": at})


def postpone(known: StartedConversation, at: int, message_sid: str, seconds: int) -> None:
    """Leave a message's task to finish_requests, so many seconds from now."""
    values = {
        "replyAt": at,
        "replySid": message_sid or None,
        "replyTries": known.reply_tries + 1,
        **lease.due_at(now_ms() + seconds * 1000),
    }
    _update(known.conversation_sid, values)


def postpone_publishing(known: StartedConversation, seconds: int) -> None:
    """Try again to publish the event, so many seconds from now."""
    _update(known.conversation_sid, lease.due_at(now_ms() + seconds * 1000))


def _update(conversation_sid: str, values: Mapping[str, Any]) -> None:
    """Set attributes; those that are None are removed. Each update prolongs the item."""
    present = {name: value for name, value in values.items() if value is not None}
    removed = ", ".join(values.keys() - present.keys())
    present["expiresAt"] = now_ms() // 1000 + _KEPT_SECONDS
    sets = f"SET {', '.join(f'{name} = :{name}' for name in present)}"
    aws.client("dynamodb").update_item(
        TableName=lease.table(),
        Key=aws.to_item({"id": f"{PREFIX}{conversation_sid}"}),
        UpdateExpression=f"{sets} REMOVE {removed}" if removed else sets,
        ExpressionAttributeValues=aws.to_item({f":{name}": value for name, value in present.items()}),
    )
