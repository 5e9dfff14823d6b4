"""One conversation with its participants, messages and webhooks, and the states that its timers set.

https://www.twilio.com/docs/conversations-classic/api/conversation-resource and
https://www.twilio.com/docs/conversations-classic/states-timers
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from local.twilio.errors import TwilioError, invalid_parameter

ACTIVE, INACTIVE, CLOSED = "active", "inactive", "closed"
STATES = (ACTIVE, INACTIVE, CLOSED)

_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_SHORTEST = {"inactive": 60, "closed": 600}


@dataclass
class Participant:
    """A member: a chat user (``identity``), or a phone behind a number of the account (a binding)."""

    sid: str
    created: float
    identity: str = ""
    address: str = ""
    proxy_address: str = ""
    attributes: str = "{}"


@dataclass
class ConversationMessage:
    """A message in a conversation; ``error_code`` says why it did not reach a phone."""

    sid: str
    index: int
    author: str
    created: float
    participant_sid: str = ""
    body: str = ""
    attributes: str = "{}"
    content_sid: str = ""
    content_variables: str = ""
    error_code: int | None = None


@dataclass
class ConversationWebhook:
    """A webhook for a conversation's events: a URL or a Studio flow."""

    sid: str
    target: str
    configuration: dict[str, Any]
    created: float


@dataclass
class Conversation:
    """A conversation.

    Parameters
    ----------
    active_at
        When it was last active: since then timers run.
    timers
        ISO 8601 durations by the state that they lead to.
    """

    sid: str
    created: float
    updated: float
    active_at: float
    friendly_name: str = ""
    unique_name: str = ""
    attributes: str = "{}"
    messaging_service_sid: str = ""
    state: str = ACTIVE
    timers: dict[str, str] = field(default_factory=dict)
    participants: list[Participant] = field(default_factory=list)
    messages: list[ConversationMessage] = field(default_factory=list)
    webhooks: list[ConversationWebhook] = field(default_factory=list)
    last_index: int = -1

    def bound(self, address: str, proxy_address: str) -> Participant | None:
        """Return the participant behind this pair of numbers."""
        pair = (address, proxy_address)
        return next((one for one in self.participants if (one.address, one.proxy_address) == pair), None)

    def by_author(self, author: str) -> Participant | None:
        """Return the participant who writes under this name or from this number."""
        return next((one for one in self.participants if author in {one.identity, one.address} - {""}), None)

    def apply_timers(self, now: float) -> bool:
        """Change the state if a timer has run out; return whether it changed."""
        before = self.state
        for state in (INACTIVE, CLOSED):
            duration = self.timers.get(state)
            if duration and now >= self.active_at + seconds(state, duration) and self.state != CLOSED:
                self.state = state
        return self.state != before

    def check_open(self) -> None:
        """Refuse a change of a closed conversation.

        Raises
        ------
        TwilioError
            50377.
        """
        if self.state == CLOSED:
            raise TwilioError(403, 50377, "Conversation is closed and can not be modified")


def seconds(timer: str, duration: str) -> int:
    """Return the length of an ISO 8601 duration such as ``PT10M`` or ``P2D``.

    Raises
    ------
    TwilioError
        No duration, or one below Twilio's minimum: a minute until inactive, ten until closed.
    """
    match = _DURATION.fullmatch(duration)
    if match is None or duration.endswith(("P", "T")):
        raise invalid_parameter(f"Timers.{timer.title()} is not an ISO 8601 duration: {duration}")
    days, hours, minutes, rest = (int(part or 0) for part in match.groups())
    total = ((days * 24 + hours) * 60 + minutes) * 60 + rest
    if total < _SHORTEST[timer]:
        raise invalid_parameter(f"Timers.{timer.title()} is too short: {duration}")
    return total
