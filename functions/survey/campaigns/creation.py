"""Create a campaign: store its list without people who must not be contacted, then the campaign itself."""

import hashlib
import uuid
from dataclasses import dataclass, field, replace

from survey.campaigns.intake import Intake, read_list
from survey.domain.campaign.campaign import MINUTE_MS, Campaign
from survey.domain.campaign.recipient import Recipient
from survey.domain.campaign.window import Window
from survey.domain.definition import Definition, SurveyRef, UnusableError
from survey.invitation import unusable
from survey.once import LONGEST_KEY
from survey.requests.campaign import CreateCampaign
from survey.requests.start_survey import StartSurvey
from survey.settings import CallSettings, DefinitionSettings, MessageSettings, SessionSettings
from survey.storage import campaigns
from survey.storage.campaign_rows import ListWriter
from survey.storage.definitions import load_definition
from switchboard import aws
from switchboard.aws.conditional import WriteConflict
from switchboard.errors import BadRequest, Conflict, FieldError, ServiceUnavailable
from switchboard.http.request import Request
from switchboard.log import count, logger
from switchboard.settings import from_environment
from switchboard.timestamps import now_ms


@dataclass(frozen=True, slots=True)
class Created:
    """The result of a request.

    Attributes
    ----------
    campaign_id : str
        Empty after a dry run, and if nobody was accepted.
    intake : Intake
        The accepted and the rejected entries of the list.
    warnings : list[str]
        Things that work but were probably not intended.
    """

    campaign_id: str
    intake: Intake
    warnings: list[str] = field(default_factory=list)


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
    warnings = _check_survey(survey_id, wanted)
    now = now_ms()
    campaign_id, fingerprint = _identity(request, survey_id, wanted)
    earlier = None if wanted.dry_run else campaigns.load(survey_id, campaign_id)
    if earlier is not None:
        return _earlier(earlier, fingerprint, warnings)
    if wanted.dry_run:
        return Created("", read_list(survey_id, wanted, now, _leave), warnings)
    # Each request has a list of its own, so that two with the same key cannot mix theirs.
    writer = ListWriter(survey_id, campaign_id, uuid.uuid4().hex)
    try:
        intake = read_list(survey_id, wanted, now, writer.add)
        if not intake.accepted:
            return Created("", intake, warnings)
        writer.flush()
        campaign = _campaign(request, survey_id, wanted, campaign_id, fingerprint)
        campaigns.create(replace(campaign, rows=writer.rows, list_id=writer.list_id))
    except WriteConflict:
        # The same request at the same time, or an answer that was lost and a write that was repeated.
        earlier = campaigns.load(survey_id, campaign_id)
        if earlier is None:
            raise ServiceUnavailable("The campaign cannot be stored. Try again later.") from None
        if earlier.list_id != writer.list_id:
            _discard(writer)
            return _earlier(earlier, fingerprint, warnings)
    except BadRequest:
        _discard(writer)
        raise
    count("CampaignCreated", medium=wanted.medium)
    logger.info("A campaign is created", extra={"campaign_id": campaign_id, "recipients": intake.accepted})
    return Created(campaign_id, intake, warnings)


def _campaign(
    request: Request, survey_id: str, wanted: CreateCampaign, campaign_id: str, fingerprint: str
) -> Campaign:
    """Return the campaign that is asked for, without its list."""
    return Campaign(
        campaign_id=campaign_id,
        survey_id=survey_id,
        medium=wanted.medium,
        rows=0,
        created_at=now_ms(),
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


def _earlier(campaign: Campaign, fingerprint: str, warnings: list[str]) -> Created:
    """Return the campaign that the same request created before; people contacted since count as accepted."""
    if campaign.fingerprint != fingerprint:
        raise Conflict("Idempotency-Key was used for a request with other content.")
    return Created(campaign.campaign_id, Intake(accepted=campaign.rows), warnings)


def _check_survey(survey_id: str, wanted: CreateCampaign) -> list[str]:
    """Raise if nobody could be asked: the survey, its prompts, or the sender is missing. Return warnings."""
    language = wanted.default_language or from_environment(DefinitionSettings).default_language
    try:
        definition = load_definition(SurveyRef(survey_id, language))
    except UnusableError as reason:
        named = {"surveyId": survey_id, "defaultLanguage": wanted.default_language, "To": "+10000000"}
        raise unusable(StartSurvey.model_validate(named), reason) from reason
    if wanted.medium == "voice":
        if not from_environment(CallSettings).caller_id:
            raise BadRequest.about(FieldError(field="medium", message="cannot be voice: CallerId is not set"))
        return []
    if not from_environment(MessageSettings).sender(wanted.medium):
        problem = f"cannot be {wanted.medium}: MessagingSender is not set"
        raise BadRequest.about(FieldError(field="medium", message=problem))
    return _template_warnings(definition) if wanted.medium == "whatsapp" else []


def _template_warnings(definition: Definition) -> list[str]:
    """Return that a template is missing: https://www.twilio.com/docs/api/errors/63016."""
    if definition.prompts.text("welcomeTemplate"):
        return []
    return [
        "The prompts have no welcomeTemplate: WhatsApp delivers other texts only to people who have written "
        "within the last 24 hours."
    ]


def _identity(request: Request, survey_id: str, wanted: CreateCampaign) -> tuple[str, str]:
    """Return the campaign's id, which an Idempotency-Key determines, and a hash of what is asked for."""
    key = request.headers.get("idempotency-key", "").strip()
    if len(key) > LONGEST_KEY:
        problem = f"must have at most {LONGEST_KEY} characters"
        raise BadRequest.about(FieldError(field="Idempotency-Key", message=problem))
    if not key:
        return uuid.uuid4().hex, ""
    campaign_id = _hash(f"{request.caller.key_id or ''} {survey_id} {key}")[:32]
    return campaign_id, _hash(f"{survey_id} {wanted!r}")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _leave(_recipient: Recipient) -> None:
    """Store nothing, in a dry run."""


def _discard(writer: ListWriter) -> None:
    try:
        writer.discard()
    except aws.AwsError:
        logger.warning("A list that no campaign has stays until it expires", exc_info=True)
