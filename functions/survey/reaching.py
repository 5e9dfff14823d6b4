"""Asking Twilio for the call or the message that starts a survey, and what follows where that fails."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final, TypeVar

from survey import outbox, store
from survey.invitation import OPTED_OUT, Invited
from switchboard.errors import BadRequest, Conflict, FieldError, SwitchboardError
from switchboard.log import logger

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
        take_back(invited)
        raise _refusal(error.code, error.msg) from error
    except SwitchboardError as error:
        take_back(invited)
        raise SwitchboardError(502, "Twilio did not answer. Try again later.") from error
    except Exception:
        take_back(invited)
        raise
    if invited.begins:
        outbox.announce(invited.session)
    return result


def take_back(invited: Invited) -> None:
    """Put back what was stored before, unless the respondent has been heard of meanwhile."""
    if not invited.begins:
        return
    try:
        if invited.previous is None:
            store.delete(invited.session)
        else:
            store.put(replace(invited.previous, version=invited.session.version + 1), invited.session)
    except store.StaleSessionError:
        logger.info("The respondent answered meanwhile; the survey goes on")


def _refusal(code: int | None, message: str) -> SwitchboardError:
    if code == _UNSUBSCRIBED:
        return Conflict(OPTED_OUT)
    if code in _NUMBER_REFUSED:
        problem = f"Twilio refuses this number ({code}: {message})"
        return BadRequest.about(FieldError(field="To", message=problem))
    return SwitchboardError(502, f"Twilio refused the request ({code}: {message})")
