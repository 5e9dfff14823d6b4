"""Starting a survey with somebody: what the two initiate routes share before they ask Twilio."""

from dataclasses import dataclass

from survey import clock, entry, leaving, progress
from survey.domain.definition import Definition, DefinitionError, MissingFileError, UnusableError
from survey.domain.session import Medium, Session
from survey.storage import definitions, sessions
from survey.webhook_params import Choice, chosen
from switchboard.errors import BadRequest, Conflict, FieldError, ServiceUnavailable, SwitchboardError
from switchboard.request import Params, Request
from switchboard.validation import is_e164

OPTED_OUT = "To has opted out by STOP, and is not contacted until it sends START."


@dataclass(frozen=True)
class Invited:
    """Somebody with whom a survey is being started.

    Attributes
    ----------
    to : str
        E.164 number.
    session : Session
        As stored now. It is the previous one, unchanged, where the respondent completed the survey before or
        is taking it: a call that nobody answers, or a message that reminds, must not disturb it.
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
        """Whether the request stored a session that begins, or goes on again."""
        return self.session is not self.previous


def invite(request: Request, medium: Medium) -> Invited:
    """Store the session of a survey that is about to be started, unless it is under way already.

    Raises
    ------
    BadRequest
        Naming To, surveyId or defaultLanguage.
    Conflict
        The respondent has opted out, is on a call about this survey, or somebody else is starting it at this
        moment.
    SwitchboardError
        500: the survey's files cannot be used; the message says which and why.
    """
    to = _number(request)
    choice = chosen(request.params)
    known = sessions.of_respondent(to)
    if known.opted_out:
        raise Conflict(OPTED_OUT)
    previous = known.session(choice.survey_id)
    now = clock.now()
    try:
        definitions.definition(choice.survey_id, choice.language)
        if previous is not None and _stays(previous, medium, now):
            return Invited(to, previous, previous, definitions.of_session(previous))
        session = entry.entered(choice, previous, respondent=to, medium=medium, now=now)
        definition = definitions.of_session(session)
    except UnusableError as reason:
        raise _unusable(request.params, choice, reason) from reason
    session = progress.to_be_recorded(session, previous, now)
    try:
        sessions.put(session, previous)
    except sessions.StaleSessionError:
        # Refused too where the write succeeded, the answer was lost, and the AWS client wrote again.
        if sessions.of_respondent(to).session(choice.survey_id) != session:
            raise Conflict("This survey is being started or taken by To at this moment.") from None
    if leaving.has_left(to):
        raise Conflict(OPTED_OUT)
    return Invited(to, session, previous, definition)


def _number(request: Request) -> str:
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


def _stays(previous: Session, medium: Medium, now: int) -> bool:
    """Whether a session stays as it is; Conflict where nothing is to be sent or placed either."""
    if previous.status == "COMPLETED":
        return True
    if not previous.is_under_way(now):
        return False
    if previous.is_on_call(now):
        raise Conflict("To is on this survey now.")
    if previous.is_being_started(now):
        raise Conflict("This survey is being started with To at this moment.")
    # By text message, one goes on with a survey whose call is long over by entering it anew.
    return medium == "voice" or previous.medium == "sms"


def _unusable(params: Params, choice: Choice, reason: UnusableError) -> SwitchboardError:
    """Return 400 where the request named what does not exist, else 500 or 503."""
    if isinstance(reason, MissingFileError):
        is_config = reason.file == definitions.config_file_name(choice.survey_id)
        field = "surveyId" if is_config else "defaultLanguage"
        if params.get(field):
            problem = "there is no such survey" if is_config else "the survey has no prompts in this language"
            return BadRequest.about(FieldError(field=field, message=problem))
    if isinstance(reason, DefinitionError):
        return SwitchboardError(500, f"The survey cannot be used: {reason}")
    return ServiceUnavailable("The survey's files cannot be read. Try again later.")
