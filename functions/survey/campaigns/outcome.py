"""The contact of a claimed recipient by call or message, and what each of its outcomes means for them.

A recipient who may have been contacted stays claimed: the next try looks at Twilio first.
"""

from dataclasses import dataclass, replace
from typing import Final

from survey.domain.campaign.campaign import Campaign
from survey.domain.campaign.recipient import CALL_CHECK_MS, CLAIM_MS, Recipient
from survey.failures import NotContacted, Reason, Unconfirmed
from survey.invitation import Occasion
from survey.requests.start_survey import StartSurvey
from survey.start import start_by_call, start_by_text
from switchboard.deadline import within
from switchboard.errors import (
    BadRequest,
    FieldError,
    ServiceUnavailable,
    SwitchboardError,
    TooManyRequests,
)
from switchboard.http.request import Caller
from switchboard.inputs.model import read
from switchboard.log import logger
from switchboard.timestamps import now_ms

BUSY_MS: Final = 600_000
"""Wait before the next try to contact a recipient who is on a call about the survey."""

LATER_MS: Final = 60_000
"""Wait before the next try where the last one failed for a reason that is not about the recipient."""

MOST_TRIES: Final = 3
"""Refused tries after which a recipient counts as failed, where the reason may lie with them."""

CONTACT_SECONDS: Final = 10.0
"""Timeout of one contact."""

_REASONS: Final[dict[Reason, str]] = {
    "completed": "has completed this survey",
    "underWay": "is taking this survey",
    "closed": "the survey is closed",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a contact.

    Attributes
    ----------
    after : Recipient
    contacted : bool
        Whether the recipient was contacted, by this try or an earlier one.
    uses_token : bool
        Whether it counts as a contact of the minute, since they may have been.
    problem : str
        Why it failed, where the reason is not about the recipient.
    """

    after: Recipient
    contacted: bool = False
    uses_token: bool = False
    problem: str = ""


def contact(campaign: Campaign, claimed: Recipient, since: int | None) -> Outcome:
    """Contact a claimed recipient, and return the outcome; failures are outcomes, too.

    Parameters
    ----------
    since : int or None
        Since when an earlier try may have contacted them, in ms; None if none has.
    """
    try:
        with within(CONTACT_SECONDS):
            _start(campaign, claimed, since)
    except SwitchboardError as error:
        return _outcome_of(error, claimed, since)
    except Exception as error:  # noqa: BLE001  # one recipient's fault must not stop the campaign
        logger.exception("A recipient of a campaign could not be contacted")
        return _tried(claimed, _hold(claimed), f"{type(error).__name__}: see the log")
    return Outcome(claimed.asked(campaign, now_ms()), contacted=True, uses_token=True)


def _outcome_of(error: SwitchboardError, claimed: Recipient, since: int | None) -> Outcome:
    match error:
        case NotContacted():
            return _not_contacted(error, claimed, since)
        case Unconfirmed():
            return Outcome(_hold(claimed), uses_token=True, problem=error.message)
        case BadRequest():
            return Outcome(claimed.over("failed", _reason(error)))
        case ServiceUnavailable() | TooManyRequests():
            # Nothing was sent by this try.
            return _later(claimed, since, error, max(LATER_MS, (error.retry_after or 0) * 1000))
        case _:
            return _refused(claimed, since, error)


def _start(campaign: Campaign, claimed: Recipient, since: int | None) -> None:
    language = claimed.language or campaign.language
    request = read(
        StartSurvey,
        {
            **claimed.fields,
            "To": claimed.number,
            "surveyId": campaign.survey_id,
            # Who has completed the survey since the first contact is not asked anew.
            "again": campaign.again and claimed.purpose == "first",
            **({"defaultLanguage": language} if language else {}),
        },
    )
    caller = Caller("key", key_id=campaign.key_id or None)
    occasion = Occasion(since=since, reminds=claimed.purpose == "reminder")
    if campaign.medium == "voice":
        start_by_call(request, caller, campaign.base_url, occasion)
    else:
        start_by_text(request, caller, occasion, campaign.medium)


def _not_contacted(refusal: NotContacted, claimed: Recipient, since: int | None) -> Outcome:
    was_contacted_before = since is not None or claimed.purpose != "first"
    match refusal.reason:
        case "optedOut":
            return Outcome(claimed.over("optedOut"))
        case "completed" if was_contacted_before:
            return Outcome(claimed.over("completed"), contacted=since is not None)
        case "underWay" if was_contacted_before:
            # They have replied to the earlier try, or have come by themselves.
            followed = replace(claimed, status="asked", due_at=now_ms() + CALL_CHECK_MS, reason="")
            return Outcome(followed, contacted=since is not None)
        case "busy":
            later = now_ms() + BUSY_MS
            return Outcome(claimed.postpone(later) if since is None else claimed.hold(later))
        case _:
            return Outcome(claimed.over("skipped", _REASONS.get(refusal.reason, "")))


def _later(claimed: Recipient, since: int | None, error: SwitchboardError, wait_ms: int) -> Outcome:
    later = now_ms() + wait_ms
    after = claimed.postpone(later) if since is None else claimed.hold(later)
    return Outcome(after, problem=error.message)


def _refused(claimed: Recipient, since: int | None, error: SwitchboardError) -> Outcome:
    """Return the outcome of a refusal whose reason may lie with the account, or with the recipient."""
    outcome = _later(claimed, since, error, LATER_MS)
    if error.status == 500:
        return outcome  # The settings or the survey's files, which the operator mends.
    return _tried(claimed, outcome.after, error.message)


def _tried(claimed: Recipient, after: Recipient, problem: str) -> Outcome:
    tries = claimed.tries + 1
    if tries >= MOST_TRIES:
        return Outcome(replace(claimed, tries=tries).over("failed", problem), problem=problem)
    return Outcome(replace(after, tries=tries), problem=problem)


def _hold(claimed: Recipient) -> Recipient:
    return claimed.hold(now_ms() + CLAIM_MS)


def _reason(error: BadRequest) -> str:
    """Return what was wrong without naming the request's field, which is the recipient."""
    wrong: tuple[FieldError, ...] = error.errors
    return "; ".join(
        one["message"] if one["field"] == "To" else f"{one['field']}: {one['message']}" for one in wrong
    )
