"""STOP, START and HELP as Twilio handles them, and the list of opt-outs.

https://help.twilio.com/articles/223134027 and https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.twilio.numbers import MessagingService

_STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
_START = frozenset({"START", "UNSTOP"})
_HELP = frozenset({"HELP", "INFO"})

_ANSWERS = {
    "STOP": (
        "You have successfully been unsubscribed. You will not receive any more messages from this number. "
        "Reply START to resubscribe."
    ),
    "START": (
        "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
        "Reply STOP to unsubscribe. Msg&Data Rates May Apply."
    ),
    "HELP": "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}


class OptOuts:
    """Which numbers have opted out, and of what.

    An opt-out holds for the whole messaging service where the number belongs to one, else for the number.
    """

    def __init__(self) -> None:
        self._pairs: set[tuple[str, str]] = set()

    def keyword(self, body: str, sender: str, scope: str) -> str:
        """Return what a message means: STOP, START, HELP or "".

        Only a message that is nothing but the keyword counts, in any case. YES opts in too, but only for
        a number that has opted out: for all others it is a word like any other.
        """
        word = body.strip().upper()
        if word in _STOP:
            return "STOP"
        if word in _START or (word == "YES" and (scope, sender) in self._pairs):
            return "START"
        return "HELP" if word in _HELP else ""

    def note(self, keyword: str, person: str, scope: str) -> str:
        """Act on a keyword and return Twilio's own answer to it, "" where it gives none."""
        was_out = (scope, person) in self._pairs
        if keyword == "STOP":
            self._pairs.add((scope, person))
            return "" if was_out else _ANSWERS["STOP"]
        if keyword == "START":
            self._pairs.discard((scope, person))
            return _ANSWERS["START"] if was_out else ""
        return "" if was_out else _ANSWERS["HELP"]

    def refuses(self, person: str, scope: str) -> bool:
        """Whether this person has opted out of this number or service."""
        return (scope, person) in self._pairs

    def dump(self) -> list[list[str]]:
        """Return the list in a form that JSON can keep."""
        return sorted([scope, person] for scope, person in self._pairs)

    def load(self, pairs: list[list[str]]) -> None:
        """Replace the list by a dumped one."""
        self._pairs = {(scope, person) for scope, person in pairs}


def scope_of(number: str, service: MessagingService | None) -> str:
    """Return the scope of an opt-out from this number: the messaging service's SID or the number."""
    return service.sid if service else number
