"""Asking Twilio for the call or the message that starts a survey, and what follows where that fails."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from survey import progress
from survey.start import OPTED_OUT, Invited
from survey.storage import sessions
from switchboard.errors import BadRequest, Conflict, FieldError, SwitchboardError, TwilioUnreachable
from switchboard.log import logger
from switchboard.secrets import SecretError
from switchboard.settings import SettingsError
from switchboard.twilio_errors import NUMBER_REFUSED, definitely_not_sent
from switchboard.twilio_errors import OPTED_OUT as OPTED_OUT_CODE

T = TypeVar("T")


def reach(invited: Invited, attempt: Callable[[], T], what: str) -> T:
    """Place the call or send the message; where Twilio surely did not, leave no trace of the survey.

    Where it may have done so (no answer in time, an error of its own), the survey stays: whoever got the
    message can reply to it, and whoever is called is asked.

    Parameters
    ----------
    attempt : callable
        Asks Twilio, and returns what it said.
    what : str
        What is asked for, to say so: ``"The call may have been placed"``.

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
    except (TwilioRestException, TwilioUnreachable) as error:
        if not definitely_not_sent(error):
            _announce(invited)
            raise SwitchboardError(502, f"{what}: Twilio did not confirm it.") from error
        take_back(invited)
        if isinstance(error, TwilioRestException):
            raise _refusal(error.code, error.msg) from error
        raise SwitchboardError(502, "Twilio did not answer. Try again later.") from error
    except (SecretError, SettingsError):
        take_back(invited)
        raise
    except Exception as error:
        # An answer that cannot be read, for one.
        logger.exception("Twilio was asked, and it is not known what came of it")
        _announce(invited)
        raise SwitchboardError(502, f"{what}: Twilio did not confirm it.") from error
    _announce(invited)
    return result


def take_back(invited: Invited) -> None:
    """Put back what was stored before, unless the respondent has been heard of meanwhile."""
    if not invited.begins:
        return
    try:
        if invited.previous is None:
            sessions.delete(invited.session)
        else:
            sessions.put(replace(invited.previous, version=invited.session.version + 1), invited.session)
    except sessions.StaleSessionError:
        logger.info("The respondent answered meanwhile; the survey goes on")


def _announce(invited: Invited) -> None:
    if invited.begins:
        progress.announce(invited.session)


def _refusal(code: int | None, message: str) -> SwitchboardError:
    if code == OPTED_OUT_CODE:
        return Conflict(OPTED_OUT)
    if code in NUMBER_REFUSED:
        problem = f"Twilio refuses this number ({code}: {message})"
        return BadRequest.about(FieldError(field="To", message=problem))
    return SwitchboardError(502, f"Twilio refused the request ({code}: {message})")
