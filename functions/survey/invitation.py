"""Starting a survey with somebody: what the two initiate routes share."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from survey import clock, entry, library, outbox, store
from survey.definition import Definition, DefinitionError, MissingFileError, UnusableError
from survey.session import Medium, Session
from survey.survey_choice import Choice, chosen
from switchboard.errors import BadRequest, Conflict, FieldError, ServiceUnavailable, SwitchboardError
from switchboard.log import logger
from switchboard.request import Params, Request
from switchboard.validation import E164, parse

T = TypeVar("T")

# Twilio's errors that are about whom the message or call is for, https://www.twilio.com/docs/api/errors
_NUMBER_REFUSED: Final = frozenset(
    {
        21202,
        21211,
        21214,
        21215,
        21216,
        21217,
        21219,
        21265,
        21408,
        21612,
        21614,
        21635,
        13223,
        13224,
        13225,
        13227,
    }
)
_UNSUBSCRIBED: Final = 21610
_OPTED_OUT: Final = "To has opted out by STOP, and is not contacted until it sends START."


class _Fields(BaseModel):
    model_config = ConfigDict(frozen=True)
    to: E164 = Field(alias="To")


@dataclass(frozen=True)
class Invited:
    """Somebody with whom a survey is being started.

    Attributes
    ----------
    to : str
        E.164 number.
    session : Session
        As stored now; where the respondent completed the survey before, that session, unchanged.
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
    def has_completed(self) -> bool:
        """Whether the respondent has answered this survey before."""
        return self.session.status == "COMPLETED"


def invite(request: Request, medium: Medium) -> Invited:
    """Store the session of a survey that is about to be started.

    Raises
    ------
    BadRequest
        Naming To, surveyId or defaultLanguage.
    Conflict
        The respondent has opted out, or somebody else is starting the survey at this moment.
    SwitchboardError
        500: the survey's files cannot be used; the message says which and why.
    """
    to = parse(_Fields, request.params).to
    choice = chosen(request.params)
    known = store.of_respondent(to)
    if known.opted_out:
        raise Conflict(_OPTED_OUT)
    previous = known.session(choice.survey_id)
    now = clock.now()
    try:
        library.definition(choice.survey_id, choice.language)
        if previous is not None and previous.status == "COMPLETED":
            return Invited(to, previous, previous, library.of_session(previous))
        session = entry.entered(choice, previous, respondent=to, medium=medium, now=now)
        definition = library.of_session(session)
    except UnusableError as reason:
        raise _unusable(request.params, choice, reason) from reason
    session = outbox.to_be_recorded(session, previous, now)
    try:
        store.put(session, previous)
    except store.StaleSessionError:
        # Refused too where the write succeeded, the answer was lost, and the AWS client wrote again.
        if store.get(to, choice.survey_id) != session:
            raise Conflict("This survey is being started or taken by To at this moment.") from None
    return Invited(to, session, previous, definition)


def reach(invited: Invited, attempt: Callable[[], T]) -> T:
    """Place the call or send the message; where that fails, leave no trace of the survey.

    Parameters
    ----------
    attempt : callable
        Asks Twilio, and returns what it said.

    Raises
    ------
    BadRequest
        Twilio cannot reach that number.
    Conflict
        Twilio knows that the respondent has opted out.
    SwitchboardError
        502: anything else that kept Twilio from it.
    """
    from twilio.base.exceptions import TwilioRestException

    try:
        result = attempt()
    except TwilioRestException as error:
        _take_back(invited)
        raise _refusal(error.code, error.msg) from error
    except SwitchboardError as error:
        _take_back(invited)
        raise SwitchboardError(502, "Twilio did not answer. Try again later.") from error
    except Exception:
        _take_back(invited)
        raise
    if not invited.has_completed:
        outbox.announce(invited.session)
    return result


def _unusable(params: Params, choice: Choice, reason: UnusableError) -> SwitchboardError:
    """Return 400 where the request named what does not exist, else 500 or 503."""
    if isinstance(reason, MissingFileError):
        is_config = reason.file == library.config_file_name(choice.survey_id)
        field = "surveyId" if is_config else "defaultLanguage"
        if params.get(field):
            problem = "there is no such survey" if is_config else "the survey has no prompts in this language"
            return BadRequest.about(FieldError(field=field, message=problem))
    if isinstance(reason, DefinitionError):
        return SwitchboardError(500, f"The survey cannot be used: {reason}")
    return ServiceUnavailable("The survey's files cannot be read. Try again later.")


def _refusal(code: int | None, message: str) -> SwitchboardError:
    if code == _UNSUBSCRIBED:
        return Conflict(_OPTED_OUT)
    if code in _NUMBER_REFUSED:
        problem = f"Twilio refuses this number ({code}: {message})"
        return BadRequest.about(FieldError(field="To", message=problem))
    return SwitchboardError(502, f"Twilio refused the request ({code}: {message})")


def _take_back(invited: Invited) -> None:
    """Put back what was stored before, unless the respondent has been heard of meanwhile."""
    if invited.has_completed:
        return
    try:
        if invited.previous is None:
            store.delete(invited.session)
        else:
            store.put(replace(invited.previous, version=invited.session.version + 1), invited.session)
    except store.StaleSessionError:
        logger.info("The respondent answered meanwhile; the survey goes on")
