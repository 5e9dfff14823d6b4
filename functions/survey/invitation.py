"""Invitations to a survey: store the session, make the request to Twilio, roll back if that fails."""

from collections.abc import Callable
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
from survey.domain.session import STARTING_MS, Session
from survey.failures import NotContacted, Unconfirmed
from survey.requests.start_survey import StartSurvey
from survey.storage import sessions
from survey.storage.definitions import load_definition
from switchboard.aws.conditional import WriteConflict
from switchboard.aws.secrets import SecretError
from switchboard.errors import (
    BadRequest,
    FieldError,
    ServiceUnavailable,
    SwitchboardError,
    TwilioUnreachable,
)
from switchboard.http.auth.rate_limit import check_limits
from switchboard.http.request import Caller
from switchboard.log import logger
from switchboard.settings import SettingsError
from switchboard.twilio.outcome import NUMBER_REFUSED, Refused, definitely_not_sent
from switchboard.twilio.outcome import OPTED_OUT as RECIPIENT_OPTED_OUT

T = TypeVar("T")

QUEUE_FULL: Final = 21611
"""Too many messages of the sender wait to be sent: https://www.twilio.com/docs/api/errors/21611."""


@dataclass(frozen=True)
class Invitation:
    """A survey that is being started.

    Attributes
    ----------
    to : str
        E.164 number.
    session : Session
        As stored now. It is the previous one, unchanged, if the respondent is taking the survey: an
        unanswered call, or a reminder by text message, must not disturb it.
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


@dataclass(frozen=True, slots=True)
class Occasion:
    """Circumstances of a contact that the request does not state.

    Attributes
    ----------
    since : int or None
        Since when an earlier try of the same request may have contacted the respondent, in ms. What Twilio
        shows since then is the request's, and the session that the try has stored is no obstacle.
    reminds : bool
        A survey that is under way is continued; one that was completed meanwhile is left alone.
    """

    since: int | None = None
    reminds: bool = False


FIRST: Final = Occasion()


def invite(request: StartSurvey, caller: Caller, medium: Medium, occasion: Occasion = FIRST) -> Invitation:
    """Store the session of a survey that is about to be started, unless the survey is under way already.

    Where the request says ``again``, a completed survey starts anew (its result stays as an older version of
    the file), and one that is under way is continued.

    Raises
    ------
    BadRequest
        The survey or the language does not exist.
    NotContacted
        The respondent has opted out, has completed the survey, is taking it, or is on a call about it; a
        concurrent request starts it; or the survey is closed.
    TooManyRequests
        The API key's limit is reached.
    SwitchboardError
        500: the survey's files cannot be used; the message says which and why.
    """
    to, ref = request.to, request.ref
    state = sessions.load_respondent(to)
    if state.opted_out:
        raise NotContacted("optedOut")
    previous = state.session(ref.survey_id)
    context = turns.new_context()
    try:
        load_definition(ref)
        is_kept = previous is not None and _is_kept(previous, medium, context.now, request, occasion)
        definition = load_definition(_next_ref(previous, ref, context.now))
    except UnusableError as reason:
        raise unusable(request, reason) from reason
    if (previous is None or not previous.is_resumable(context.now)) and turns.is_closed(definition, context):
        raise NotContacted("closed")
    check_limits(caller, to, "To")
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
        fields=request.fields,
    )
    session = turns.mark_for_recording(session, previous, context.now)
    try:
        sessions.save(session, previous)
    except WriteConflict:
        # Refused too if the write succeeded, the answer was lost, and the AWS client wrote again.
        if sessions.load_respondent(to).session(ref.survey_id) != session:
            raise NotContacted("busy", retry_after=STARTING_MS // 1000) from None
    if turns.end_if_opted_out(to):
        raise NotContacted("optedOut")
    return Invitation(to, session, previous, definition)


def send_or_roll_back(invitation: Invitation, send: Callable[[], T], what: str) -> T:
    """Place the call or send the message; roll the survey back if Twilio definitely did not.

    If Twilio may have done it (no answer in time, a 5xx), the survey stays: the respondent who got the
    message can reply to it, and the one who is called is asked.

    Parameters
    ----------
    send : callable
        Makes the request to Twilio.
    what : str
        What may have happened, for the error: ``"The call may have been placed"``.

    Raises
    ------
    BadRequest
        Twilio cannot reach that number.
    Conflict
        Twilio knows that the respondent has opted out.
    ServiceUnavailable
        Twilio is too busy or out of reach; the same request may succeed later.
    SwitchboardError
        502: any other failure.
    """
    try:
        result = send()
    except (Refused, TwilioUnreachable) as error:
        if not definitely_not_sent(error):
            _publish(invitation)
            raise Unconfirmed(what) from error
        roll_back(invitation)
        raise _refusal(error) from error
    except (SecretError, SettingsError):
        roll_back(invitation)
        raise
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
        logger.info("The respondent replied meanwhile; the survey continues")


def _publish(invitation: Invitation) -> None:
    if invitation.begins:
        turns.publish(invitation.session)


def _next_ref(previous: Session | None, ref: SurveyRef, now: int) -> SurveyRef:
    """Return the survey and language of the contact; a completed survey starts anew in the request's."""
    if previous is None or previous.status == "COMPLETED":
        return ref
    return previous.next_ref(ref, now)


def _is_kept(previous: Session, medium: Medium, now: int, request: StartSurvey, occasion: Occasion) -> bool:
    """Tell whether a session stays as it is; NotContacted if nothing is to be sent or placed either."""
    if previous.status == "COMPLETED":
        if not request.again:
            raise NotContacted("completed")
        return False
    if not previous.is_under_way(now):
        return False
    if previous.is_on_call(now):
        raise NotContacted("busy", "To is on this survey now.")
    if previous.is_being_started(now):
        raise NotContacted("busy", retry_after=STARTING_MS // 1000)
    if not (request.again or occasion.reminds or _is_left_behind(previous, occasion.since)):
        raise NotContacted("underWay")
    # A survey whose call is long over is resumed by text message.
    return medium == "voice" or previous.medium != "voice"


def _is_left_behind(session: Session, since: int | None) -> bool:
    """Tell whether an earlier try of the request may have stored a session; nobody has replied to it then."""
    if since is None or session.updated_at < since:
        return False
    waits_at_welcome = session.state == "welcome_wait" and not session.attempts
    return waits_at_welcome or session.preamble == "welcome"


def unusable(request: StartSurvey, reason: UnusableError) -> SwitchboardError:
    """Return 400 if the request named what does not exist, else 500 or 503."""
    if isinstance(reason, MissingFileError):
        if reason.file == config_file_name(request.survey_id):
            if "survey_id" in request.model_fields_set:
                return BadRequest.about(FieldError(field="surveyId", message="names no survey"))
        elif request.default_language:
            problem = "names a language that the survey has no prompts in"
            return BadRequest.about(FieldError(field="defaultLanguage", message=problem))
    if isinstance(reason, DefinitionError):
        return SwitchboardError(500, f"The survey cannot be used: {reason}")
    return ServiceUnavailable("The survey's files cannot be read. Try again later.")


def _refusal(error: Refused | TwilioUnreachable) -> SwitchboardError:
    if isinstance(error, TwilioUnreachable):
        return error
    if error.code == RECIPIENT_OPTED_OUT:
        return NotContacted("optedOut")
    reason = f"{error.code}: {error.message}"
    if error.is_temporary or error.code == QUEUE_FULL:
        return ServiceUnavailable(f"Twilio cannot take the request now ({reason}). Try again later.")
    if error.code in NUMBER_REFUSED:
        return BadRequest.about(FieldError(field="To", message=f"is refused by Twilio ({reason})"))
    return SwitchboardError(502, f"Twilio refused the request ({reason})")
