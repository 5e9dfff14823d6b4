"""Everything that is known of one conversation: by the clean-up, TaskRouter and Twilio."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from console.context import Console
from console.data.callbacks.words import person, words
from console.data.conversations.boards import OpenConversation, cleanup_of, described
from console.data.moments import moment
from switchboard.timestamps import parse_iso_ms
from switchboard.twilio.outcome import none_if_missing
from tools.open_work.conversations import conversation_of, read_rows, read_started
from tools.open_work.tasks import read_tasks

_MOST_PARTICIPANTS: Final = 20
_LATEST: Final = 10
_GONE: Final = "deleted, or never there"
_LEGACY: Final = "not asked: the account still runs on Programmable Chat"


@dataclass(frozen=True)
class Written:
    """A message of a conversation: when, by whom, and its text."""

    at: int
    author: str
    body: str


@dataclass(frozen=True)
class Details:
    """What is known of one conversation.

    Attributes
    ----------
    conversation : OpenConversation
    facts : Sequence[tuple[str, str]]
        Names and values.
    written : Sequence[Written]
        Its latest messages, the latest first.
    """

    conversation: OpenConversation
    facts: Sequence[tuple[str, str]]
    written: Sequence[Written]


def load_details(console: Console, sid: str) -> Details:
    """Return what is known of a conversation.

    Raises
    ------
    switchboard.twilio.outcome.Refused, switchboard.errors.TwilioUnreachable
        Twilio refuses, or does not answer.
    """
    stack = console.stack
    row, started = read_rows(stack, [sid]).get(sid), read_started(stack, [sid]).get(sid)
    task = next((one for one in read_tasks(stack) if conversation_of(one) == sid), None)
    found = described(sid, row, started, task, cleanup_of(console), stack.now())
    state, participants, written = _at_twilio(console, sid)
    facts = [("State at Twilio", state)]
    if found.due_at:
        facts.append(("Due", moment(found.due_at)))
    if found.last_at:
        facts.append(("Last activity", f"{moment(found.last_at)}, {found.last_what}"))
    if task is not None:
        facts.append(("Open task", f"{task.sid}, {task.status} in {task.queue}"))
    if row is not None:
        ended = len(row.channel.ended_tasks)
        facts += [("Tasks that have ended", f"{ended:,}")] if ended else []
        facts += [("Tries to release it", f"{row.channel.attempts:,}")] if row.channel.attempts else []
        facts += [("Released", moment(row.released_at))] if row.released_at else []
        facts += [("Given up", moment(row.failed_at))] if row.failed_at else []
    if started is not None:
        facts.append(("Started from", person(console, started.sender)))
    if participants:
        facts.append(("Participants", ", ".join(participants)))
    return Details(found, facts, written)


def _at_twilio(console: Console, sid: str) -> tuple[str, Sequence[str], Sequence[Written]]:
    if console.stack.parameters.get("LegacyChatServiceSid"):
        return _LEGACY, (), ()
    context = console.stack.twilio.conversations.v1.conversations(sid)
    conversation = none_if_missing(context.fetch)
    if conversation is None:
        return _GONE, (), ()
    participants = [_participant(console, one) for one in context.participants.list(limit=_MOST_PARTICIPANTS)]
    return str(conversation.state), participants, list(_written(console, context))


def _participant(console: Console, participant: Any) -> str:
    address = (participant.messaging_binding or {}).get("address")
    return person(console, str(address or participant.identity or ""))


def _written(console: Console, context: Any) -> Iterator[Written]:
    for one in context.messages.list(order="desc", limit=_LATEST):
        at = parse_iso_ms(one.date_created) if one.date_created else 0
        yield Written(at, person(console, one.author or ""), words(console, one.body or ""))
