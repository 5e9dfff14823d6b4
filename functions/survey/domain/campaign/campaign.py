"""A campaign: a survey that is sent to a list of people, at a rate, each within hours of their own time."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal, get_args

from survey.domain.campaign.window import Window

CampaignMedium = Literal["voice", "sms", "whatsapp"]
CampaignStatus = Literal["running", "paused", "canceled", "finished"]
CampaignAction = Literal["pause", "resume", "cancel"]

Outcome = Literal["asked", "completed", "optedOut", "unfinished", "unreached", "failed", "skipped"]
CountName = Literal[Outcome, "started", "retried", "reminded"]

OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)
"""Counts of recipients: each recipient who does not wait any more is in one of them."""

COUNT_NAMES: Final[tuple[CountName, ...]] = (*OUTCOMES, "started", "retried", "reminded")

PART_ROWS: Final = 500
"""Rows in one part of a campaign's list."""

MINUTE_MS: Final = 60_000

KEEP_SECONDS: Final = 180 * 86_400
"""Seconds that a campaign, its list and its recipients are stored."""

_FROM: Final[Mapping[CampaignAction, frozenset[CampaignStatus]]] = {
    "pause": frozenset({"running"}),
    "resume": frozenset({"paused"}),
    "cancel": frozenset({"running", "paused"}),
}
_TO: Final[Mapping[CampaignAction, CampaignStatus]] = {
    "pause": "paused",
    "resume": "running",
    "cancel": "canceled",
}


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign and how far it is.

    Attributes
    ----------
    rows : int
        Recipients in the list.
    per_minute : int
        The most people contacted in a minute.
    retries : int
        How often a call that was busy or not answered is repeated.
    remind_after_ms : int
        People who began and stopped are reminded once, after this time without a reply; 0 for never.
    session_ms : int
        How long a survey waits for a reply.
    base_url : str
        Where Twilio finds our webhooks.
    key_id : str
        The API key that created the campaign, whose limits count.
    cursor : int
        Rows of the list that have been taken.
    again : bool
        Also contact people who have completed the survey or are taking it.
    tokens, tokens_at : int
        How many more may be contacted in the minute that began then, in ms.
    list_id : str
        Names the stored list. Each request writes a list of its own, of which one becomes the campaign's.
    counts : Mapping[CountName, int]
        Recipients by outcome, and contacts by purpose.
    problem : str
        Why the last run stopped early; empty if it did not.
    """

    campaign_id: str
    survey_id: str
    medium: CampaignMedium
    rows: int
    created_at: int
    per_minute: int
    window: Window
    language: str = ""
    retries: int = 2
    remind_after_ms: int = 0
    session_ms: int = 86_400_000
    base_url: str = ""
    key_id: str = ""
    again: bool = False
    fingerprint: str = ""
    list_id: str = ""
    status: CampaignStatus = "running"
    cursor: int = 0
    tokens: int = 0
    tokens_at: int = 0
    counts: Mapping[CountName, int] = field(default_factory=dict)
    problem: str = ""
    finished_at: int = 0

    @property
    def waiting(self) -> int:
        """How many recipients wait to be contacted."""
        return self.rows - sum(self.counts.get(name, 0) for name in OUTCOMES)

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left to do."""
        return self.cursor >= self.rows and self.waiting <= 0 and self.counts.get("asked", 0) <= 0

    @property
    def takes_no_rows(self) -> bool:
        """Whether every row of the list has been taken."""
        return self.cursor >= self.rows

    @property
    def first_look_ms(self) -> int:
        """Time after a message at which it is checked whether its recipient began and stopped."""
        return min(self.remind_after_ms or self.session_ms, self.session_ms)

    def refilled(self, now: int) -> "Campaign":
        """Return the campaign with a new minute's contacts, if the last minute is over."""
        if self.next_minute_at > now:
            return self
        return replace(self, tokens=self.per_minute, tokens_at=now)

    @property
    def next_minute_at(self) -> int:
        """When the next contacts are possible, in ms, once the minute's are used up."""
        return self.tokens_at + MINUTE_MS if self.tokens_at else 0

    def counted(self, changes: Mapping[CountName, int]) -> "Campaign":
        """Return the campaign with changed counts."""
        names = self.counts.keys() | changes.keys()
        return replace(self, counts={name: self.counts.get(name, 0) + changes.get(name, 0) for name in names})


def statuses_before(action: CampaignAction) -> frozenset[CampaignStatus]:
    """Return the statuses in which an action changes something."""
    return _FROM[action]


def status_after(action: CampaignAction) -> CampaignStatus:
    """Return the status that an action leads to."""
    return _TO[action]
