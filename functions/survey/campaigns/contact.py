"""Contact one recipient of a campaign, or look what became of one, and say what that changes."""

from dataclasses import dataclass, replace
from typing import Final

from survey.domain.campaign.campaign import Campaign, CountName
from survey.domain.campaign.phone_zones import zones_of
from survey.domain.campaign.recipient import HOUR_MS, Recipient, follow
from survey.failures import NotContacted, Unconfirmed
from survey.invitation import Occasion
from survey.requests.start_survey import StartSurvey
from survey.start import start_by_call, start_by_text
from survey.storage import sessions
from survey.storage.campaign_recipients import Change, Stored, claim, load
from switchboard.errors import BadRequest, ServiceUnavailable, SwitchboardError, TooManyRequests, TwilioUnreachable
from switchboard.http.request import Caller
from switchboard.log import logger, mask
from switchboard.timestamps import now_ms

BUSY_MS: Final = 600_000
"""After this time it is tried again to contact a recipient who is on a call about the survey."""

MOST_TRIES: Final = 3
"""How often a recipient is contacted whom Twilio refuses for a reason that may lie with the account."""

_CONTACTS: Final[dict[str, CountName]] = {"first": "started", "retry": "retried", "reminder": "reminded"}


@dataclass(frozen=True, slots=True)
class Step:
    """What was done about a recipient.

    Attributes
    ----------
    change : Change or None
        None: there is nothing to store.
    uses_token : bool
        Whether it counts as a contact of the minute.
    problem : str
        Why the run had better stop; empty if it need not.
    """

    change: Change | None = None
    uses_token: bool = False
    problem: str = ""


def take_row(campaign: Campaign, recipient: Recipient) -> Step:
    """Contact a recipient of whom nothing is stored, or store that they wait for their hours."""
    return _contact(campaign, recipient, recipient)


def process_due(campaign: Campaign, number: str) -> Step:
    """Do what is due about a stored recipient."""
    stored = load(campaign, number)
    now = now_ms()
    if stored is None or not 0 < stored.recipient.due_at <= now:
        return Step()  # The index is behind the table.
    recipient = stored.recipient
    if recipient.status != "asked":
        return _contact(campaign, recipient, recipient)
    session = sessions.load(number, campaign.survey_id)
    followed = follow(recipient, session, campaign, now)
    if followed.purpose == "reminder" and recipient.purpose != "reminder":
        return _contact(campaign, recipient, followed)
    return Step(_change(recipient, followed, stored))


def _contact(campaign: Campaign, before: Recipient, recipient: Recipient) -> Step:
    """Claim a recipient and contact them, if their hours are now."""
    now = now_ms()
    is_claimed = recipient.status == "claimed"
    if not is_claimed:
        zones = (recipient.zone,) if recipient.zone else zones_of(recipient.number)
        opens_at = campaign.window.next_open(zones, now)
        if opens_at > now:
            return Step(_change(before, recipient.postpone(opens_at)))
    claimed = claim(campaign, recipient.claim(now))
    if claimed is None:
        return Step()  # A run before, or an event, was faster.
    after, problem = _start(campaign, claimed, claimed.claimed_at if is_claimed else None)
    if after is None:
        return Step(uses_token=True, problem=problem)
    contacted = _CONTACTS[claimed.purpose] if after.status == "asked" and after.claimed_at else None
    # Whoever is put off waits under the old count, and so does who is asked in vain for a reminder.
    change = _change(claimed, after, contacted=contacted if _is_contact(claimed, after) else None)
    # The count that the item had before the claim.
    counts = _difference(before, after) | ({contacted: 1} if _is_contact(claimed, after) and contacted else {})
    return Step(replace(change, counts=counts), uses_token=_is_contact(claimed, after), problem=problem)
