"""Requests with an Idempotency-Key: equal ones within a day are carried out once, and all get the answer.

A try whose outcome is unknown keeps the key. The next one is told since when that try may have contacted the
respondent, and looks at Twilio before it sends anything.
"""

import hashlib
import time
import uuid
from collections.abc import Callable
from typing import Any, Final

from survey.failures import Unconfirmed
from survey.requests.start_survey import StartSurvey
from survey.storage import start_records
from survey.storage.start_records import StartClaim
from switchboard.deadline import remaining
from switchboard.errors import (
    BadRequest,
    Conflict,
    FieldError,
    ServiceUnavailable,
    SwitchboardError,
    TwilioUnreachable,
)
from switchboard.http.request import Request
from switchboard.log import logger

Answer = dict[str, Any]

LONGEST_KEY: Final = 255

_WAIT_SECONDS: Final = 8.0
_PAUSE_SECONDS: Final = 0.2


def start_once(request: Request, start: StartSurvey, carry_out: Callable[[int | None], Answer]) -> Answer:
    """Carry out a request that starts a survey, unless one with the same key was; return the answer.

    Parameters
    ----------
    carry_out : callable
        Starts the survey. Its argument is the time, in ms, since when an earlier try may have contacted the
        respondent; None if none has.

    Raises
    ------
    Conflict
        The key is another request's.
    ServiceUnavailable
        The same request is still being carried out.
    """
    given = request.headers.get("idempotency-key", "").strip()
    if not given:
        return carry_out(None)
    if len(given) > LONGEST_KEY:
        problem = f"must have at most {LONGEST_KEY} characters"
        raise BadRequest.about(FieldError(field="Idempotency-Key", message=problem))
    # Each caller has its own keys.
    key = _hash(f"{request.caller.kind} {request.caller.key_id or ''} {given}")
    claimed = _claim(key, _hash(f"{request.path} {start!r}"))
    if claimed.answer is not None:
        return claimed.answer
    try:
        answer = carry_out(None if claimed.is_first else claimed.since)
    except Exception as error:
        _release_key(claimed, is_kept=not claimed.is_first or not _did_nothing(error))
        raise
    start_records.complete(claimed, answer)
    return answer


def _claim(key: str, fingerprint: str) -> StartClaim:
    deadline = time.monotonic() + min(_WAIT_SECONDS, remaining(2 * _WAIT_SECONDS) / 2)
    owner = uuid.uuid4().hex
    while True:
        try:
            return start_records.claim(key, fingerprint, owner)
        except start_records.KeyReused:
            raise Conflict("Idempotency-Key was used for a request with other content.") from None
        except start_records.StillRunning:
            if time.monotonic() >= deadline:
                problem = "The same request is still being worked on. Send it again."
                raise ServiceUnavailable(problem, retry_after=5) from None
        time.sleep(_PAUSE_SECONDS)


def _did_nothing(error: Exception) -> bool:
    """Tell whether a request that failed has contacted nobody for certain."""
    if isinstance(error, TwilioUnreachable):
        return error.never_connected
    return isinstance(error, SwitchboardError) and not isinstance(error, Unconfirmed)


def _release_key(claimed: StartClaim, *, is_kept: bool) -> None:
    try:
        if is_kept:
            start_records.suspend(claimed)
        else:
            start_records.release(claimed)
    except Exception:  # noqa: BLE001  # the caller must learn of the first failure
        logger.warning("The request's key stays claimed until its lease ends", exc_info=True)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
