"""Create a campaign: read its list, leave out who is not to be contacted, store the rest."""

import hashlib
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any, Final

from survey.domain.campaign.campaign import MINUTE_MS, Campaign
from survey.domain.campaign.recipient import Recipient
from survey.domain.campaign.recipient_list import ListError, Rejected, read_csv, read_entries
from survey.domain.campaign.window import Window
from survey.domain.definition import SurveyRef, UnusableError
from survey.invitation import unusable
from survey.once import LONGEST_KEY
from survey.requests.campaign import CreateCampaign
from survey.requests.placeholders import read_placeholders
from survey.requests.start_survey import StartSurvey
from survey.settings import CallSettings, DefinitionSettings, MessageSettings, SessionSettings
from survey.storage import campaign_rows, campaigns
from survey.storage.definitions import load_definition
from survey.storage.respondent_states import AT_ONCE, Obstacle, find_obstacles
from switchboard.aws.conditional import WriteConflict
from switchboard.errors import BadRequest, Conflict, FieldError, ServiceUnavailable
from switchboard.http.request import Request
from switchboard.log import count, logger
from switchboard.settings import from_environment
from switchboard.timestamps import now_ms

MOST_SHOWN: Final = 10_000
"""Rejected lines in an answer, which Lambda limits to 6 MB."""

CHECK_SECONDS: Final = 5.0
"""For how long it is looked who has completed the survey, opted out, or is taking it."""

_THREADS: Final = 8

_OBSTACLES: Final[Mapping[Obstacle, str]] = {
    "completed": "to: has completed this survey",
    "optedOut": "to: has opted out by STOP",
    "underWay": "to: is taking this survey",
}


@dataclass(frozen=True, slots=True)
class Created:
    """What became of a list.

    Attributes
    ----------
    campaign_id : str
        Empty after a dry run, and if nobody was accepted.
    rejected : tuple[Rejected, ...]
        By line.
    unchecked : int
        Accepted recipients whose survey and opt-out are looked at when their turn comes.
    """

    campaign_id: str
    accepted: int
    rejected: tuple[Rejected, ...]
    unchecked: int = 0


def create(request: Request, survey_id: str, wanted: CreateCampaign) -> Created:
    """Create a campaign that runs from now on; with ``dryRun`` only tell what would be accepted.

    With an ``Idempotency-Key`` a request that is repeated finds the campaign that the first one has created.

    Raises
    ------
    BadRequest
        The survey, the language, or the file does not exist, or the file is no list.
    Conflict
        The key was used for another campaign.
    """
    _check_survey(survey_id, wanted)
    now = now_ms()
    accepted, rejected = _read_list(wanted)
    campaign_id, fingerprint = _identity(request, survey_id, wanted)
    earlier = campaigns.load(survey_id, campaign_id)
    if earlier is not None and not wanted.dry_run:
        return _earlier(earlier, fingerprint, rejected)
    obstacles, unchecked = {}, 0
    if not wanted.again:
        obstacles, unchecked = _find_obstacles(survey_id, accepted, now)
    left_out = [Rejected(one.line, one.number, obstacles[one.number]) for one in accepted if one.number in obstacles]
    taken = [one for one in accepted if one.number not in obstacles]
    rejected = sorted([*rejected, *left_out], key=lambda one: one.line)
    if wanted.dry_run or not taken:
        return Created("", len(taken), tuple(rejected), unchecked)
    campaign_rows.write_rows(survey_id, campaign_id, taken)
    campaign = Campaign(
        campaign_id=campaign_id,
        survey_id=survey_id,
        medium=wanted.medium,
        rows=len(taken),
        created_at=now,
        per_minute=wanted.per_minute,
        window=Window.parse(wanted.window),
        language=wanted.default_language or "",
        retries=wanted.retries,
        remind_after_ms=wanted.remind_after_minutes * MINUTE_MS,
        session_ms=from_environment(SessionSettings).lifetime,
        base_url=request.url.partition("?")[0].removesuffix(request.path),
        key_id=request.caller.key_id or "",
        again=wanted.again,
        fingerprint=fingerprint,
    )
    try:
        campaigns.create(campaign)
    except WriteConflict:
        # The same request at the same time, or an answer that was lost and a write that was repeated.
        if (earlier := campaigns.load(survey_id, campaign_id)) is None:
            raise ServiceUnavailable("The campaign cannot be stored. Try again later.") from None
        return _earlier(earlier, fingerprint, rejected)
    count("CampaignCreated", medium=wanted.medium)
    logger.info("A campaign is created", extra={"campaign_id": campaign_id, "recipients": len(taken)})
    return Created(campaign_id, len(taken), tuple(rejected), unchecked)


def _earlier(campaign: Campaign, fingerprint: str, rejected: Sequence[Rejected]) -> Created:
    if campaign.fingerprint != fingerprint:
        raise Conflict("Idempotency-Key was used for a request with other content.")
    return Created(campaign.campaign_id, campaign.rows, tuple(rejected))


def _check_survey(survey_id: str, wanted: CreateCampaign) -> None:
    """Raise if nobody could be asked: the survey, its prompts, or the sender is missing."""
    language = wanted.default_language or from_environment(DefinitionSettings).default_language
    try:
        load_definition(SurveyRef(survey_id, language))
    except UnusableError as reason:
        named = {"surveyId": survey_id, "defaultLanguage": wanted.default_language, "To": "+10000000"}
        raise unusable(StartSurvey.model_validate(named), reason) from reason
    if wanted.medium == "voice" and not from_environment(CallSettings).caller_id:
        raise BadRequest.about(FieldError(field="medium", message="cannot be voice: CallerId is not set"))
    if wanted.medium == "sms" and not from_environment(MessageSettings).messaging_sender:
        raise BadRequest.about(FieldError(field="medium", message="cannot be sms: MessagingSender is not set"))


def _read_list(wanted: CreateCampaign) -> tuple[list[Recipient], list[Rejected]]:
    """Return the recipients of a list, each number once, and what is wrong with the others."""
    accepted: dict[str, Recipient] = {}
    rejected: list[Rejected] = []
    try:
        for one in _entries(wanted):
            if isinstance(one, Rejected):
                rejected.append(one)
            elif (first := accepted.get(one.number)) is not None:
                rejected.append(Rejected(one.line, one.number, f"to: is on line {first.line} already"))
            else:
                accepted[one.number] = one
    except ListError as problem:
        raise BadRequest.about(FieldError(field="file", message=str(problem))) from None
    return list(accepted.values()), rejected


def _entries(wanted: CreateCampaign) -> Iterator[Recipient | Rejected]:
    if wanted.recipients is not None:
        return read_entries(wanted.recipients, read_placeholders)
    content = campaign_rows.read_file(wanted.file or "")
    if content is None:
        raise BadRequest.about(FieldError(field="file", message="names no file in the bucket"))
    return read_csv(content, read_placeholders)


def _find_obstacles(
    survey_id: str, recipients: Sequence[Recipient], now: int
) -> tuple[dict[str, str], int]:
    """Return who is not to be contacted and why, and how many there was no time to look at."""
    numbers = [one.number for one in recipients]
    batches = [numbers[start : start + AT_ONCE] for start in range(0, len(numbers), AT_ONCE)]
    ends_at = time.monotonic() + CHECK_SECONDS

    def look(batch: list[str]) -> dict[str, Obstacle] | None:
        return None if time.monotonic() > ends_at else find_obstacles(survey_id, batch, now)

    found: dict[str, str] = {}
    unchecked = 0
    for batch, obstacles in zip(batches, _in_threads(look, batches), strict=True):
        if obstacles is None:
            unchecked += len(batch)
        else:
            found |= {number: _OBSTACLES[obstacle] for number, obstacle in obstacles.items()}
    return found, unchecked


def _in_threads(look: Callable[[list[str]], Any], batches: Sequence[list[str]]) -> list[Any]:
    if len(batches) <= 1:
        return [look(batch) for batch in batches]
    with ThreadPoolExecutor(_THREADS) as workers:
        # Each has its own copy of the request's deadline.
        started = [workers.submit(copy_context().run, look, batch) for batch in batches]
        return [one.result() for one in started]


def _identity(request: Request, survey_id: str, wanted: CreateCampaign) -> tuple[str, str]:
    """Return the campaign's id, which an Idempotency-Key determines, and a hash of what is asked for."""
    key = request.headers.get("idempotency-key", "").strip()
    if len(key) > LONGEST_KEY:
        problem = f"must have at most {LONGEST_KEY} characters"
        raise BadRequest.about(FieldError(field="Idempotency-Key", message=problem))
    fingerprint = _hash(f"{survey_id} {wanted!r}") if key else ""
    return (_hash(f"{request.caller.key_id or ''} {survey_id} {key}")[:32] if key else uuid.uuid4().hex), fingerprint


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
