"""Start of a survey: what the two initiate routes do before and after their request to Twilio."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from survey import turns
from survey.domain import engine
from survey.domain.definition import (
    Definition,
    DefinitionError,
    Medium,
    MissingFileError,
    SurveyRef,
    UnusableError,
    config_file_name,
)
from survey.domain.session import Session
from survey.requests.webhook_params import parse_survey_ref
from survey.storage import sessions
from survey.storage.definitions import load_definition
from switchboard.auth.rate_limit import check_limits
from switchboard.aws.conditional import WriteConflict
from switchboard.aws.secrets import SecretError
from switchboard.errors import (
    BadRequest,
    Conflict,
    FieldError,
    ServiceUnavailable,
    SwitchboardError,
    TwilioUnreachable,
)
from switchboard.log import logger
from switchboard.request import Request
from switchboard.settings import SettingsError
from switchboard.twilio import errors as twilio_errors
from switchboard.validation import is_e164

T = TypeVar("T")

OPTED_OUT: Final = "To has opted out by STOP, and is not contacted until it sends START."


@dataclass(frozen=True)
class Invitation:
    """A survey that is being started.

    Attributes
    ----------
    to : str
        E.164 number.
    session : Session
        As stored now. It is the previous one, unchanged, if the respondent has completed the survey or is
        taking it: a call that nobody answers, or a message that reminds, must not disturb it.
    previous : Session or None
        As stored before.
    definition : Definition
        The survey in the session's language.
    """

    to: str
    session: Session
    previous: Session | None
    definition: Definition

    @property
    def begins(self) -> bool:
        """Whether the request stored a session that begins, or is resumed."""
        return self.session is not self.previous


def invite(request: Request, medium: Medium) -> Invitation:
    """Store the session of a survey that is about to be started, unless it is under way already.

    Raises
    ------
    BadRequest
        Naming To, surveyId or defaultLanguage.
    Conflict
        The respondent has opted out or is on a call about this survey, or a concurrent request starts it.
    TooManyRequests
        The API key's limit is reached.
    SwitchboardError
        500: the survey's files cannot be used; the message says which and why.
    """
    to = _parse_to(request)
    ref = parse_survey_ref(request.params)
    state = sessions.load_respondent(to)
    if state.opted_out:
        raise Conflict(OPTED_OUT)
    previous = state.session(ref.survey_id)
    context = turns.new_context()
    try:
        load_definition(ref)
        is_kept = previous is not None and _is_kept(previous, medium, context.now)
        definition = load_definition(previous.next_ref(ref, context.now) if previous else ref)
    except UnusableError as reason:
        raise _unusable(request.params, ref, reason) from reason
    check_limits(request.caller, to, "To")
    if previous is not None and is_kept:
        return Invitation(to, previous, previous, definition)
    session = engine.start_session(
        definition,
        previous=previous,
        respondent=to,
        medium=medium,
        session_id=context.session_id,
        now=context.now,
        lifetime=context.lifetime,
    )
    session = turns.mark_for_recording(session, previous, context.now)
    try:
        sessions.save(session, previous)
    except WriteConflict:
        # Refused too if the write succeeded, the answer was lost, and the AWS client wrote again.
        if sessions.load_respondent(to).session(ref.survey_id) != session:
            raise Conflict("This survey is being started or taken by To at this moment.") from None
    if turns.end_if_opted_out(to):
        raise Conflict(OPTED_OUT)
    return Invitation(to, session, previous, definition)


def send_or_roll_back(invitation: Invitation, send: Callable[[], T], what: str) -> T:
    """Place the call or send the message; where Twilio definitely did not, roll the survey back.

    Where Twilio may have done it (no answer in time, an error of its own), the survey stays: the respondent
    who got the message can reply to it, and the one who is called is asked.

    Parameters
    ----------
    send : callable
        Asks Twilio, and returns what it said.
    what : str
        What is asked for, as the error states it: ``"The call may have been placed"``.

    Raises
    ------
    BadRequest
        Twilio cannot reach that number.
    Conflict
        Twilio knows that the respondent has opted out.
    SwitchboardError
        502: any other failure.
    """
    from twilio.base.exceptions import TwilioRestException

    try:
        result = send()
    except (TwilioRestException, TwilioUnreachable) as error:
        if not twilio_errors.definitely_not_sent(error):
            _publish(invitation)
            raise SwitchboardError(502, f"{what}: Twilio did not confirm it.") from error
        roll_back(invitation)
        if isinstance(error, TwilioRestException):
            raise _refusal(error.code, error.msg) from error
        raise SwitchboardError(502, "Twilio did not answer. Try again later.") from error
    except (SecretError, SettingsError):
        roll_back(invitation)
        raise
    except Exception as error:
        # An answer that cannot be read, for one.
        logger.exception("Twilio was asked, and its answer cannot be read")
        _publish(invitation)
        raise SwitchboardError(502, f"{what}: Twilio did not confirm it.") from error
    _publish(invitation)
    return result


def roll_back(invitation: Invitation) -> None:
    """Restore what was stored before, unless the respondent replied meanwhile."""
    if not invitation.begins:
        return
    session, previous = invitation.session, invitation.previous
    try:
        if previous is None:
            sessions.delete(session)
        else:
            sessions.save(replace(previous, version=session.version + 1), session)
    except WriteConflict:
        logger.info("The respondent replied meanwhile; the survey goes on")


def _publish(invitation: Invitation) -> None:
    if invitation.begins:
        turns.publish(invitation.session)


def _parse_to(request: Request) -> str:
    """Return To; BadRequest where the request is not one for a survey."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    # The JSON document null is no body to the layer; a form is not JSON.
    if not isinstance(request.json, dict) and (request.json is not None or media_type.endswith("json")):
        raise BadRequest("The body must be a JSON object.")
    fields = request.json or {}
    given = {name: fields[name] for name in ("To", "surveyId", "defaultLanguage") if name in fields}
    wrong = [
        name
        for name, value in given.items()
        if not isinstance(value, str) and (value is not None or name == "To")
    ]
    if wrong:
        raise BadRequest.about(*(FieldError(field=name, message="must be text") for name in wrong))
    to = request.params.get("To", "").strip()
    if not is_e164(to):
        problem = "must be a phone number in E.164 form: + and 7 to 15 digits" if to else "is missing"
        raise BadRequest.about(FieldError(field="To", message=problem))
    return to


def _is_kept(previous: Session, medium: Medium, now: int) -> bool:
    """Tell whether a session stays as it is; Conflict if nothing is to be sent or placed either."""
    if previous.status == "COMPLETED":
        return True
    if not previous.is_under_way(now):
        return False
    if previous.is_on_call(now):
        raise Conflict("To is on this survey now.")
    if previous.is_being_started(now):
        raise Conflict("This survey is being started with To at this moment.")
    # A survey whose call is long over is resumed by text message.
    return medium == "voice" or previous.medium == "sms"


def _unusable(params: Mapping[str, str], ref: SurveyRef, reason: UnusableError) -> SwitchboardError:
    """Return 400 where the request named what does not exist, else 500 or 503."""
    if isinstance(reason, MissingFileError):
        is_config = reason.file == config_file_name(ref.survey_id)
        field = "surveyId" if is_config else "defaultLanguage"
        if params.get(field):
            problem = "names no survey" if is_config else "names a language that the survey has no prompts in"
            return BadRequest.about(FieldError(field=field, message=problem))
    if isinstance(reason, DefinitionError):
        return SwitchboardError(500, f"The survey cannot be used: {reason}")
    return ServiceUnavailable("The survey's files cannot be read. Try again later.")


def _refusal(code: int | None, message: str) -> SwitchboardError:
    if code == twilio_errors.OPTED_OUT:
        return Conflict(OPTED_OUT)
    if code in twilio_errors.NUMBER_REFUSED:
        return BadRequest.about(FieldError(field="To", message=f"is refused by Twilio ({code}: {message})"))
    return SwitchboardError(502, f"Twilio refused the request ({code}: {message})")
