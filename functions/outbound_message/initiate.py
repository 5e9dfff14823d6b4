"""Handle a request: check limits, deduplicate, start the message."""

import hashlib
import time
import uuid
from dataclasses import dataclass
from typing import Any, Final

from outbound_message.domain.message import WHATSAPP, OutboundMessage
from outbound_message.failures import Unconfirmed
from outbound_message.settings import TableSettings
from outbound_message.start import start
from outbound_message.storage import lease, requests, threads
from switchboard.deadline import remaining
from switchboard.errors import BadRequest, Conflict, FieldError, ServiceUnavailable
from switchboard.http.auth.rate_limit import check_limits
from switchboard.http.request import Request
from switchboard.log import logger
from switchboard.settings import from_environment

_LONGEST_KEY: Final = 255
_RESERVE_SECONDS: Final = 0.5
_TURN_SECONDS: Final = 3.0
"""Time for the steps: a request that gets its turn later than this before the deadline is refused."""


def initiate(request: Request, message: OutboundMessage) -> dict[str, Any]:
    """Start the requested message once, and return the JSON answer.

    Raises
    ------
    SwitchboardError
        400: Twilio refuses what a field says. 409: the customer has opted out, or the idempotency key is
        another request's. 429: the API key's limit. 503: the same request later may succeed.
    """
    key = _key(request, message)
    deadline = time.monotonic() + remaining(10.0) - _RESERVE_SECONDS
    owner = uuid.uuid4().hex
    claimed = _claim(key, owner, message, deadline)
    if claimed.answer is not None:
        return dict(claimed.answer)
    thread = None
    try:
        check_limits(request.caller, message.to_number.removeprefix(WHATSAPP), "toNumber")
        pair = (message.from_number, message.to_number)
        with threads.turn(*pair, claimed.marker, owner, deadline - _TURN_SECONDS) as thread:
            answer = start(message, claimed, thread).to_answer(message)
    except Exception as error:
        has_traces = claimed.progress.conversation_sid or (thread is not None and thread.unattached)
        _release_key(claimed, is_kept=bool(has_traces) or isinstance(error, Unconfirmed))
        raise
    requests.complete(claimed, answer)
    return answer


@dataclass(frozen=True)
class _Key:
    """A request's key, a hash of its content, and how many seconds the key holds."""

    id: str
    fingerprint: str
    seconds: int


def _key(request: Request, message: OutboundMessage) -> _Key:
    """Return the request's key.

    Each caller has its own keys. Without a key in a header, the content is the key, for a short time.
    """
    caller = request.caller
    fingerprint = _hash(repr(message))
    given = request.headers.get("idempotency-key", "").strip()
    if len(given) > _LONGEST_KEY:
        problem = f"must have at most {_LONGEST_KEY} characters"
        raise BadRequest.about(FieldError(field="Idempotency-Key", message=problem))
    scope = f"{caller.kind} {caller.identity or ''} {caller.key_id or ''}"
    if given:
        return _Key(_hash(f"{scope} given {given}"), fingerprint, lease.DAY_SECONDS)
    if caller.kind == "twilio" and request.idempotency_token:
        return _Key(_hash(f"{scope} token {request.idempotency_token}"), fingerprint, lease.DAY_SECONDS)
    seconds = from_environment(TableSettings).same_content_seconds
    return _Key(_hash(f"{scope} content {fingerprint}"), fingerprint, seconds)


def _claim(key: _Key, owner: str, message: OutboundMessage, deadline: float) -> requests.Claim:
    record = f"{requests.PREFIX}{key.id}"
    while True:
        try:
            return requests.claim(record, key.fingerprint, owner, key.seconds, message)
        except requests.KeyReused:
            raise Conflict("Idempotency-Key was used for a request with other content.") from None
        except requests.StillRunning:
            if not lease.wait_for_another(deadline):
                problem = "The same request is still being worked on. Send it again."
                raise ServiceUnavailable(problem, retry_after=5) from None


def _release_key(claimed: requests.Claim, *, is_kept: bool) -> None:
    """Release the key: keep the record of a request that has left something at Twilio, else delete it."""
    try:
        if is_kept:
            requests.suspend(claimed)
        else:
            requests.release(claimed)
    except Exception:  # noqa: BLE001  # the caller must learn of the first failure
        logger.warning("The request's key stays claimed until its lease ends", exc_info=True)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
