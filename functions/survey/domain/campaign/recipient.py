"""A campaign's recipient: the states, and how contacts and the ends of surveys change them.

::

    waiting ─claim─> claimed ─sent─> asked ─ended─> completed, optedOut, unfinished, unreached
       ^               │  └─refused─> failed, skipped  └─reminder─> claimed
       └── too busy ───┘       └─ not confirmed: claimed again, and looked up at Twilio first
       └──────────── busy, no answer: at another hour ────────────┘

A recipient is claimed before they are contacted. A recipient who is found claimed may have been contacted by
a run that was killed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from survey.domain.campaign.campaign import Campaign, CountName
from survey.domain.session import Session
from survey.domain.session import Status as SessionStatus

Status = Literal[
    "waiting",
    "claimed",
    "asked",
    "completed",
    "optedOut",
    "unfinished",
    "unreached",
    "failed",
    "skipped",
]

Purpose = Literal["first", "retry", "reminder"]

HOUR_MS: Final = 3_600_000

RETRY_AFTER_MS: Final = (3 * HOUR_MS, 27 * HOUR_MS)
"""A call that was busy or not answered is repeated three hours later, then 27 hours later."""

CALL_CHECK_MS: Final = HOUR_MS // 2
"""Time after a call at which its outcome is checked, if no event has reported it."""

CLAIM_MS: Final = 180_000
"""Time after a claim at which a recipient is processed again, if no run has stored an outcome."""

_OUTCOMES: Final[Mapping[SessionStatus, Status]] = {
    "COMPLETED": "completed",
    "OPTED_OUT": "optedOut",
    "FAILED": "failed",
    "CANCELED": "failed",
    "VOICEMAIL": "unreached",
}
"""Outcomes of sessions that ended for good, by their status."""

_OVER: Final[frozenset[Status]] = frozenset(
    {"completed", "optedOut", "unfinished", "unreached", "failed", "skipped"}
)


@dataclass(frozen=True, slots=True)
class Recipient:
    """One row of a campaign.

    Attributes
    ----------
    number : str
        E.164 number.
    line : int
        Line of the list, from 1.
    language : str
        Empty: the campaign's.
    zone : str
        IANA time zone that the list names; empty: by the number.
    fields : Mapping[str, str]
        What placeholders in the prompts stand for.
    purpose : Purpose
        Purpose of the current or the last contact.
    retries, reminders : int
        How many of each there were.
    claimed_at : int
        Since when they may have been contacted for the purpose, in ms.
    due_at : int
        When the campaign must process them again, in ms; 0 for never.
    version : int
        One more with each write of a run; 0 if nothing is stored.
    reason : str
        Why they were skipped, or could not be contacted.
    tries : int
        Number of times that Twilio refused the contact for a reason that may lie with the account.
    """

    number: str
    line: int
    language: str = ""
    zone: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    status: Status = "waiting"
    purpose: Purpose = "first"
    retries: int = 0
    reminders: int = 0
    claimed_at: int = 0
    due_at: int = 0
    version: int = 0
    reason: str = ""
    tries: int = 0

    @property
    def count(self) -> CountName | None:
        """The count of the campaign that has them now; None while they wait."""
        if self.status == "claimed":
            return "asked" if self.purpose == "reminder" else None
        return None if self.status == "waiting" else self.status

    def claim(self, now: int) -> "Recipient":
        """Return the recipient as claimed for a contact; one who is claimed keeps the first claim's time."""
        since = self.claimed_at if self.status == "claimed" else now
        return replace(self, status="claimed", claimed_at=since, due_at=now + CLAIM_MS)

    def postpone(self, due_at: int, reason: str = "") -> "Recipient":
        """Return the recipient, who was not contacted, as due at another time."""
        status: Status = "asked" if self.purpose == "reminder" else "waiting"
        return replace(self, status=status, due_at=due_at, reason=reason)

    def hold(self, due_at: int, reason: str = "") -> "Recipient":
        """Return the recipient, who may have been contacted, as still claimed until `due_at`."""
        return replace(self, status="claimed", due_at=due_at, reason=reason)

    def asked(self, campaign: Campaign, now: int) -> "Recipient":
        """Return the recipient after a contact."""
        reminded = self.purpose == "reminder"
        first_look = CALL_CHECK_MS if campaign.medium == "voice" else campaign.first_look_ms
        return replace(
            self,
            status="asked",
            retries=self.retries + (self.purpose == "retry"),
            reminders=self.reminders + reminded,
            due_at=now + first_look,
            reason="",
        )

    def over(self, status: Status, reason: str = "") -> "Recipient":
        """Return the recipient with a final outcome."""
        return replace(self, status=status, due_at=0, reason=reason)

    @property
    def is_over(self) -> bool:
        """Whether the outcome is final."""
        return self.status in _OVER


def follow(recipient: Recipient, session: Session | None, campaign: Campaign, now: int) -> Recipient:
    """Return an asked recipient after a check of their session: over, or asked or waiting until ``due_at``.

    A recipient who is still asked and already due has to be reminded.
    """
    if session is None:
        return recipient.over("unfinished", "The session is gone.")
    if (outcome := _OUTCOMES.get(session.status)) is not None:
        return recipient.over(outcome)
    if session.status in {"BUSY", "NO_ANSWER"}:
        return _retry(recipient, session, campaign, now)
    return _remind(recipient, session, campaign, now) or _leave(recipient, session, now)


def remind(recipient: Recipient) -> Recipient:
    """Return an asked recipient who is to be reminded."""
    return replace(recipient, purpose="reminder")


def has_begun(session: Session) -> bool:
    """Tell whether the respondent has replied in any way; by phone, whether they heard a question."""
    if session.answers or session.attempts:
        return True
    return bool(session.question) if session.medium == "voice" else bool(session.processed_ids)


def _remind(recipient: Recipient, session: Session, campaign: Campaign, now: int) -> Recipient | None:
    """Return a recipient who began and stopped, due for a reminder now or later; None if there is none."""
    if not campaign.remind_after_ms or recipient.reminders or not has_begun(session):
        return None
    if session.status == "EXPIRED" or (session.is_open and session.medium == "voice"):
        return None
    due_at = session.updated_at + campaign.remind_after_ms
    if session.is_expired(max(due_at, now)):
        return None
    return replace(recipient, due_at=due_at)


def _retry(recipient: Recipient, session: Session, campaign: Campaign, now: int) -> Recipient:
    if recipient.retries >= campaign.retries:
        return recipient.over("unreached")
    due_at = (session.ended_at or now) + RETRY_AFTER_MS[min(recipient.retries, 1)]
    return replace(recipient, status="waiting", purpose="retry", due_at=max(due_at, now))


def _leave(recipient: Recipient, session: Session, now: int) -> Recipient:
    if session.is_open:
        # The sweep ends a session that has expired, which is reported as any other end.
        return replace(recipient, due_at=max(session.waits_until, now) + CALL_CHECK_MS)
    return recipient.over("unfinished" if has_begun(session) else "unreached")
