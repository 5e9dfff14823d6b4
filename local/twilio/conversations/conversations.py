"""The account's conversations: participants, messages, and their delivery to phones."""

from __future__ import annotations

import re
import threading
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from local.twilio.conversations.conversation import (
    ACTIVE,
    CLOSED,
    Conversation,
    ConversationMessage,
    ConversationWebhook,
    Participant,
)
from local.twilio.conversations.webhooks import notify
from local.twilio.errors import TwilioError
from local.twilio.sids import is_e164, iso8601, new_sid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.twilio.account import Account
    from local.twilio.conversations.event_streams import EventStreams
    from local.twilio.messaging.message import Message
    from local.twilio.messaging.texts import Texts

WHATSAPP: Final = "whatsapp:"
_WINDOW_SECONDS: Final = 86400
_OUTSIDE_WINDOW: Final = 63016
_INVALID: Final = "+15005550001"
"""Twilio's magic number for one that is invalid: https://www.twilio.com/docs/iam/test-credentials."""
_SHORT_CODE: Final = re.compile("[0-9]{3,6}")
_MESSAGE_ADDED: Final = "com.twilio.conversations.message.added"
_STATE_UPDATED: Final = "com.twilio.conversations.conversation-state.updated"


@dataclass
class AddressConfiguration:
    """The rule for a message to one of the account's addresses that belongs to no conversation."""

    sid: str
    kind: str
    address: str
    friendly_name: str
    auto_creation: dict[str, Any]
    created: float


class Conversations:
    """Every conversation of the account.

    Parameters
    ----------
    account, texts, events
        The account, its text messages, and where events are told.
    """

    def __init__(self, account: Account, texts: Texts, events: EventStreams) -> None:
        self._account = account
        self._texts = texts
        self._events = events
        self._lock = threading.RLock()
        self.conversations: dict[str, Conversation] = {}
        self.addresses: dict[str, AddressConfiguration] = {}
        texts.routes.append(self.receive)
        account.clock.on_advance(lambda _seconds: self._run_timers())

    def create(self, **fields: Any) -> Conversation:
        """Add a conversation."""
        now = self._account.clock.now()
        conversation = Conversation(new_sid("CH"), created=now, updated=now, active_at=now, **fields)
        with self._lock:
            self.conversations[conversation.sid] = conversation
        return conversation

    def find(self, sid: str) -> Conversation | None:
        """Return a conversation by its SID or unique name."""
        self._run_timers()
        return self.conversations.get(sid) or next(
            (one for one in list(self.conversations.values()) if sid and one.unique_name == sid), None
        )

    def update(self, conversation: Conversation, state: str = "", **fields: Any) -> None:
        """Change a conversation.

        Raises
        ------
        TwilioError
            It is closed (50377).
        """
        with self._lock:
            conversation.check_open()
            for name, value in fields.items():
                setattr(conversation, name, value)
            conversation.updated = self._account.clock.now()
            if state:
                self._to(conversation, state)

    def delete(self, sid: str) -> None:
        """Delete a conversation with its participants and messages."""
        with self._lock:
            del self.conversations[sid]

    def add_participant(self, conversation: Conversation, participant: Participant) -> None:
        """Add a participant.

        Raises
        ------
        TwilioError
            The conversation is closed (50377), the pair of numbers is in use (50416), or one is no number.
        """
        with self._lock:
            conversation.check_open()
            if participant.address or participant.proxy_address:
                number = participant.address.removeprefix(WHATSAPP)
                if not is_e164(number) or number == _INVALID:
                    raise TwilioError(400, 50407, "Invalid messaging binding address")
                proxy = participant.proxy_address
                if not is_e164(proxy.removeprefix(WHATSAPP)) and not _SHORT_CODE.fullmatch(proxy):
                    raise TwilioError(400, 50408, "Invalid messaging binding proxy address")
                known = self.bound(participant.address, participant.proxy_address)
                if known is not None:
                    text = "A binding for this participant and proxy address already exists in Conversation"
                    raise TwilioError(409, 50416, f"{text} {known.sid}")
            conversation.participants.append(participant)

    def bound(self, address: str, proxy_address: str) -> Conversation | None:
        """Return the one conversation, not yet closed, that has this pair of numbers."""
        self._run_timers()
        return next(
            (
                one
                for one in list(self.conversations.values())
                if one.state != CLOSED and one.bound(address, proxy_address)
            ),
            None,
        )

    def add_message(
        self, conversation: Conversation, author: str, body: str, **fields: Any
    ) -> ConversationMessage:
        """Add a message, and send it to the phones in the conversation.

        Raises
        ------
        TwilioError
            The conversation is closed (50377), or a recipient has opted out (21610).
        """
        with self._lock:
            conversation.check_open()
            writer = conversation.by_author(author)
            message = ConversationMessage(
                new_sid("IM"),
                conversation.last_index + 1,
                author,
                self._account.clock.now(),
                participant_sid=writer.sid if writer else "",
                body=body,
                **fields,
            )
            for participant in conversation.participants:
                if participant.address and participant is not writer:
                    self._text(participant, message)
            self._append(conversation, message)
        return message

    def receive(self, text: Message) -> bool:
        """Add a message from a phone to its conversation; return whether it has one."""
        with self._lock:
            conversation = self.bound(text.sender, text.to)
            if conversation is None:
                conversation = self._auto_create(text)
            if conversation is None:
                return False
            participant = conversation.bound(text.sender, text.to)
            message = ConversationMessage(
                new_sid("IM"),
                conversation.last_index + 1,
                text.sender,
                text.created,
                participant_sid=participant.sid if participant else "",
                body=text.body,
            )
            self._append(conversation, message)
        for webhook in conversation.webhooks:
            self._account.tasks.run(
                conversation.sid, partial(notify, self._account, webhook, conversation, message)
            )
        return True

    def dump(self) -> dict[str, Any]:
        """Return all conversations and address configurations in a form that JSON can keep."""
        with self._lock:
            return {
                "conversations": [asdict(one) for one in self.conversations.values()],
                "addresses": [asdict(one) for one in self.addresses.values()],
            }

    def load(self, state: Mapping[str, Any]) -> None:
        """Replace all conversations and address configurations by dumped ones."""
        with self._lock:
            self.conversations = {item["sid"]: _conversation(item) for item in state["conversations"]}
            self.addresses = {item["sid"]: AddressConfiguration(**item) for item in state["addresses"]}

    def _auto_create(self, text: Message) -> Conversation | None:
        wanted = next((one for one in self.addresses.values() if one.address == text.to), None)
        if wanted is None or not wanted.auto_creation.get("enabled"):
            return None
        conversation = self.create(friendly_name=text.sender)
        now = self._account.clock.now()
        participant = Participant(new_sid("MB"), now, address=text.sender, proxy_address=text.to)
        conversation.participants.append(participant)
        flow = wanted.auto_creation.get("studio_flow_sid")
        if flow:
            conversation.webhooks.append(
                ConversationWebhook(new_sid("WH"), "studio", {"flow_sid": flow}, now)
            )
        return conversation

    def _text(self, participant: Participant, message: ConversationMessage) -> None:
        """Send a message to a phone; WhatsApp refuses free text a day after the customer's last message."""
        is_whatsapp = participant.address.startswith(WHATSAPP)
        if is_whatsapp and not message.content_sid and not self._in_window(participant):
            message.error_code = _OUTSIDE_WINDOW
            self._account.alert(_OUTSIDE_WINDOW, "Outside messaging window", sid=message.sid, url="")
            return
        body = message.body or f"[{message.content_sid} {message.content_variables}]".replace(" ]", "]")
        self._texts.send(participant.proxy_address, participant.address, body)

    def _in_window(self, participant: Participant) -> bool:
        since = self._account.clock.now() - _WINDOW_SECONDS
        thread = self._texts.thread(participant.address, participant.proxy_address)
        return any(one.direction == "inbound" and one.created >= since for one in thread)

    def _append(self, conversation: Conversation, message: ConversationMessage) -> None:
        conversation.messages.append(message)
        conversation.last_index = message.index
        conversation.active_at = conversation.updated = message.created
        if conversation.state != ACTIVE:
            self._to(conversation, ACTIVE)
        data = {
            "AccountSid": self._account.sid,
            "Author": message.author,
            "ParticipantSid": message.participant_sid or None,
            "ConversationSid": conversation.sid,
            "MessageSid": message.sid,
            "Index": message.index,
            "MessageBody": message.body,
            "DateCreated": iso8601(message.created),
        }
        self._events.emit(_MESSAGE_ADDED, data)

    def _to(self, conversation: Conversation, state: str) -> None:
        before, conversation.state = conversation.state, state
        if state == ACTIVE:
            conversation.active_at = self._account.clock.now()
        if before != state:
            data = {
                "AccountSid": self._account.sid,
                "ConversationSid": conversation.sid,
                "StateFrom": before,
                "StateTo": state,
            }
            self._events.emit(_STATE_UPDATED, data)

    def _run_timers(self) -> None:
        now = self._account.clock.now()
        with self._lock:
            for conversation in self.conversations.values():
                if conversation.timers and conversation.apply_timers(now):
                    conversation.updated = now


def _conversation(item: Mapping[str, Any]) -> Conversation:
    return Conversation(
        **{
            **item,
            "participants": [Participant(**one) for one in item["participants"]],
            "messages": [ConversationMessage(**one) for one in item["messages"]],
            "webhooks": [ConversationWebhook(**one) for one in item["webhooks"]],
        }
    )
