"""Asking Twilio for the call or the message that starts a survey, and what follows where that fails."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final, TypeVar

from survey import progress
from survey.start import OPTED_OUT, Invited
from survey.storage import sessions
from switchboard.errors import BadRequest, Conflict, FieldError, SwitchboardError, TwilioUnreachable
from switchboard.log import logger
from switchboard.secrets import SecretError
from switchboard.settings import SettingsError

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
        if not surely_did_nothing(error):
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


def surely_did_nothing(error: Exception) -> bool:
    """Whether a request that failed did not reach Twilio, or was refused by it.

    Twilio refuses with 4xx, and with 503 before it does anything; any other 5xx says nothing about what was
    done (https://www.twilio.com/docs/usage/twilios-response).
    """
    import requests
    from twilio.base.exceptions import TwilioRestException
    from urllib3.exceptions import MaxRetryError, NewConnectionError

    if isinstance(error, TwilioRestException):
        return 400 <= error.status < 500 or error.status == 503
    cause = error.__cause__
    if not isinstance(cause, requests.ConnectionError):
        return False
    reason = cause.args[0] if cause.args else None
    if isinstance(reason, MaxRetryError):
        reason = reason.reason
    return isinstance(cause, requests.ConnectTimeout) or isinstance(reason, NewConnectionError)


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
    if code == _UNSUBSCRIBED:
        return Conflict(OPTED_OUT)
    if code in _NUMBER_REFUSED:
        problem = f"Twilio refuses this number ({code}: {message})"
        return BadRequest.about(FieldError(field="To", message=problem))
    return SwitchboardError(502, f"Twilio refused the request ({code}: {message})")
