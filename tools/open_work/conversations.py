"""Open conversations: those that wait for the clean-up, the longest first, and what is known of each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from channel_cleanup.domain.channel import Channel
from channel_cleanup.storage import channels
from outbound_message.storage.started import PREFIX
from switchboard.inputs.errors import InputError
from tools.open_work.index import DueIndex
from tools.open_work.tasks import OpenTask
from tools.stack.stack import Stack

_SHARD: Final = "due"
_NAMES: Final = ("conversationSid", "channelSid")


@dataclass(frozen=True)
class WaitingConversations:
    """The conversations in the index of those that are idle.

    Attributes
    ----------
    sids : Sequence[str]
        The longest idle first.
    due : int
        How many of them are due now: the first ones.
    is_cut : bool
        Whether there are more than were read.
    """

    sids: Sequence[str]
    due: int
    is_cut: bool


@dataclass(frozen=True)
class ConversationRow:
    """What the table Channels has of a conversation.

    Attributes
    ----------
    channel : Channel
    released_at, failed_at : int
        When it was released, or given up, ms since the epoch; 0 where it was not.
    is_broken : bool
        Whether the item cannot be read.
    """

    channel: Channel
    released_at: int = 0
    failed_at: int = 0
    is_broken: bool = False


@dataclass(frozen=True)
class StartedBy:
    """Whose a conversation is that an outbound message has started.

    Attributes
    ----------
    number, name, sender : str
        The customer's number and name; the account's number.
    """

    number: str = ""
    name: str = ""
    sender: str = ""


def quiet_ms(stack: Stack) -> int:
    """Return how long a conversation must have been quiet."""
    return int(stack.parameters.get("ChannelQuietSeconds") or 0) * 1000


def read_waiting(stack: Stack, now: int, most: int) -> WaitingConversations:
    """Return the conversations that wait for the clean-up, of which at most so many are read."""
    before = now - quiet_ms(stack)
    entries = _channels(stack).entries(_SHARD, most + 1)
    read = entries[:most]
    due = sum(int(entry["idleSince"]) <= before for entry in read)
    sids = [str(entry["conversationSid"]) for entry in read]
    return WaitingConversations(sids, due, is_cut=len(entries) > most)


def read_rows(stack: Stack, sids: Iterable[str]) -> Mapping[str, ConversationRow]:
    """Return the rows of conversations by SID; those without one are left out."""
    items = _channels(stack).whole([{"conversationSid": sid} for sid in dict.fromkeys(sids)])
    return {str(item["conversationSid"]): _row(item) for item in items}


def _row(item: Mapping[str, Any]) -> ConversationRow:
    try:
        return ConversationRow(
            channels.read(item), int(item.get("releasedAt", 0)), int(item.get("failedAt", 0))
        )
    except (InputError, TypeError, ValueError):
        return ConversationRow(Channel(), is_broken=True)


def read_started(stack: Stack, sids: Iterable[str]) -> Mapping[str, StartedBy]:
    """Return whose conversations are, by SID; those that no outbound message has started are left out."""
    index = DueIndex(stack, "OutboundRequests", "dueShard", "dueAt", "id")
    items = index.whole([{"id": f"{PREFIX}{sid}"} for sid in dict.fromkeys(sids)])
    return {str(item["id"]).removeprefix(PREFIX): _started(item) for item in items}


def conversation_of(task: OpenTask) -> str:
    """Return the conversation that a task is about; "" for a task about none."""
    found = (task.attributes.get(name) for name in _NAMES)
    return next((sid for sid in found if isinstance(sid, str) and sid.startswith("CH")), "")


def _started(item: Mapping[str, Any]) -> StartedBy:
    number, name, sender = (str(item.get(key, "")) for key in ("toNumber", "toName", "fromNumber"))
    return StartedBy(number, name, sender)


def _channels(stack: Stack) -> DueIndex:
    return DueIndex(stack, "Channels", "dueShard", "idleSince", "conversationSid")
