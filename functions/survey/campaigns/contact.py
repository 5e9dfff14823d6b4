"""Contact one recipient of a campaign, or check how their survey ended, and return the change to store."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from survey.campaigns.outcome import Outcome, contact
from survey.domain.campaign.campaign import Campaign, CountName
from survey.domain.campaign.phone_zones import zones_of
from survey.domain.campaign.recipient import Purpose, Recipient, follow, remind
from survey.storage import sessions
from survey.storage.campaign_recipients import Change, claim, load
from switchboard.timestamps import now_ms

_CONTACTS: Final[Mapping[Purpose, CountName]] = {
    "first": "started",
    "retry": "retried",
    "reminder": "reminded",
}


@dataclass(frozen=True, slots=True)
class Step:
    """The result of one step: the change to a recipient, and whether they were contacted.

    Attributes
    ----------
    change : Change or None
        None: there is nothing to store.
    uses_token : bool
        Whether it counts as a contact of the minute.
    contacted : bool
        Whether they were contacted.
    problem : str
        Why they could not be, where the reason is not about them; empty if there is none.
    """

    change: Change | None = None
    uses_token: bool = False
    contacted: bool = False
    problem: str = ""


NOTHING: Final = Step()


def opens_at(campaign: Campaign, recipient: Recipient, now: int) -> int:
    """Return when a recipient may be contacted, in ms: `now` if they may be at once."""
    zones = (recipient.zone,) if recipient.zone else zones_of(recipient.number)
    return campaign.window.next_open(zones, now)


def take_row(campaign: Campaign, recipient: Recipient) -> Step:
    """Contact a recipient who is not stored yet, or store that they wait for their hours."""
    return _contact(campaign, recipient, recipient, ended_at=0)


def process_due(campaign: Campaign, number: str) -> Step:
    """Contact a stored recipient who is due, or follow up on one who was contacted."""
    stored = load(campaign, number)
    now = now_ms()
    if stored is None or not 0 < stored.recipient.due_at <= now:
        return NOTHING  # The index is behind the table.
    before = stored.recipient
    if before.status != "asked":
        return _contact(campaign, before, before, stored.ended_at)
    after = follow(before, sessions.load(number, campaign.survey_id), campaign, now)
    if after.status == "asked" and after.due_at <= now:
        return _contact(campaign, before, remind(before), stored.ended_at)
    return Step(Change(before, after, _difference(before, after), stored.ended_at))


def _contact(campaign: Campaign, before: Recipient, wanted: Recipient, ended_at: int) -> Step:
    """Claim a recipient and contact them, if their hours are now."""
    now = now_ms()
    is_claimed = wanted.status == "claimed"
    opens = opens_at(campaign, wanted, now)
    if opens > now:
        # A recipient who is found claimed may not have been contacted after all.
        after = wanted.hold(opens) if is_claimed else wanted.postpone(opens)
        return Step(Change(before, after, _difference(before, after), ended_at))
    claimed = claim(campaign, wanted.claim(now))
    if claimed is None:
        return NOTHING  # Another run, or an earlier try of this one, was faster.
    outcome = contact(campaign, claimed, since=claimed.claimed_at if is_claimed else None)
    return _step(before, claimed, outcome)


def _step(before: Recipient, claimed: Recipient, outcome: Outcome) -> Step:
    counts = _difference(before, outcome.after)
    if outcome.contacted:
        counts[_CONTACTS[claimed.purpose]] = 1
    # What the claim has stored is not counted yet.
    change = Change(claimed, outcome.after, counts)
    return Step(change, outcome.uses_token, outcome.contacted, outcome.problem)


def _difference(before: Recipient, after: Recipient) -> dict[CountName, int]:
    """Return what a campaign's counts change by when a recipient does."""
    if before.count == after.count:
        return {}
    changes: dict[CountName, int] = {}
    if before.count:
        changes[before.count] = -1
    if after.count:
        changes[after.count] = 1
    return changes
