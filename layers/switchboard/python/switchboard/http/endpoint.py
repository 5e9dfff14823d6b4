"""The one way to answer HTTP: authenticate, decode, call the handler, reply."""

import functools
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from switchboard import aws
from switchboard.deadline import within
from switchboard.errors import Forbidden, ServiceUnavailable, SwitchboardError
from switchboard.http.auth import Authenticator, FlexToken, TwilioSignature, authenticate
from switchboard.http.event import MAX_BODY_BYTES, RawRequest
from switchboard.http.reply import Reply, error_reply, json_reply
from switchboard.http.request import Request
from switchboard.http.warm_up import Used, is_initializing, warm_up
from switchboard.invocation import append_sids, begin, seconds_left
from switchboard.log import count, logger
from switchboard.settings import common
from switchboard.tracing import traced

FLEX_ORIGIN = "https://flex.twilio.com"

Handler = Callable[[Request], Reply]
Fallback = Callable[[RawRequest], Reply]
LambdaHandler = Callable[[Mapping[str, Any], Any], dict[str, Any]]

WEBHOOK_SECONDS: Final = 9.0
REQUEST_SECONDS: Final = 25.0
ANSWER_SECONDS: Final = 1.0
"""What is kept of a function's timeout for its answer."""


@dataclass(frozen=True)
class Endpoint:
    """A Lambda handler that says who may call it: docs/openapi.yaml is made of that.

    Attributes
    ----------
    invoke : callable
        Answers an event.
    authenticators : tuple[Authenticator, ...]
        The proofs of which any one suffices.
    has_fallback : bool
        Whether errors that would become a 5xx are answered in another way.
    """

    invoke: LambdaHandler
    authenticators: tuple[Authenticator, ...]
    has_fallback: bool = False

    def __call__(self, event: Mapping[str, Any], context: Any) -> dict[str, Any]:
        """Answer an event."""
        return self.invoke(event, context)


def endpoint(
    *authenticators: Authenticator,
    fallback: Fallback | None = None,
    answer_within: float | None = None,
    max_body: int = MAX_BODY_BYTES,
    replace_surrogates: bool = False,
    services: Sequence[Used] = ("dynamodb",),
) -> Callable[[Handler], Endpoint]:
    """Turn a function from Request to Reply into a Lambda handler for API Gateway's payload format 2.0.

    Whatever the function raises becomes a reply: a SwitchboardError with its own status, message and field
    errors; an AWS call that may succeed later 503; anything else is logged and becomes 500
    ``{"message": "Internal error"}``.

    Parameters
    ----------
    *authenticators : Authenticator
        Who may call: `TwilioSignature()`, `ApiKey()`, `FlexToken()`, `FlexToken(role="admin")`; of several
        any one suffices.
    fallback : Callable[[RawRequest], Reply], optional
        Answers instead of every error that would become a 5xx, for a caller who can do nothing with one:
        TwiML that says sorry, a redirect, 204. The request may be unproven and undecodable then, so it is
        no reason to do anything.
    answer_within : float, optional
        Seconds after which AWS and Twilio are no longer asked. 9 where Twilio may call, which gives up after
        15 (https://www.twilio.com/docs/api/errors/11200); otherwise 25, API Gateway's limit being 30. In any
        case a second before the function's own timeout, so that there is time for an answer.
    max_body : int
        The most bytes that a request's body may have, unpacked; more is answered with 413.
    replace_surrogates : bool
        Put U+FFFD in the place of half a surrogate pair in a JSON body, rather than answer 400: for a body
        that holds the messages of many, where one must not keep the others back.
    services : Sequence[str]
        The AWS services to which connections are opened while Lambda initialises the function.

    Example
    -------
        >>> @endpoint(TwilioSignature(), fallback=apologize)
        ... def handler(request: Request) -> Reply:
        ...     return twiml("<Response><Say>Hello</Say></Response>")
    """
    if not authenticators:
        raise TypeError("an endpoint names who may call it")
    if is_initializing():
        warm_up(authenticators, services)
    is_webhook = any(isinstance(authenticator, TwilioSignature) for authenticator in authenticators)
    seconds = answer_within or (WEBHOOK_SECONDS if is_webhook else REQUEST_SECONDS)

    def decorate(handle: Handler) -> Endpoint:
        @functools.wraps(handle)
        def lambda_handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
            started = time.perf_counter()
            begin(context, event.get("requestContext", {}).get("requestId", ""))
            try:
                raw = RawRequest(
                    event, common().public_base_url, max_body, replace_surrogates=replace_surrogates
                )
                with within(min(seconds, seconds_left() - ANSWER_SECONDS)):
                    reply, is_error = _answer(raw, authenticators, handle)
                if fallback is not None and is_error and reply.status >= 500:
                    count("FallbackAnswer")
                    reply = fallback(raw)
                headers = _cors(raw, authenticators)
            except Exception:  # noqa: BLE001  # Lambda's own answer would be API Gateway's bare 500
                # Only an event that is not API Gateway's, or settings that are missing, lead here.
                logger.exception("The event could not be read")
                return _failure().payload()
            elapsed = round((time.perf_counter() - started) * 1000, 1)
            logger.info(
                f"{raw.method} {raw.path} {reply.status}",
                extra={"status": reply.status, "duration_ms": elapsed},
            )
            return reply.payload(headers)

        return Endpoint(traced(lambda_handler), authenticators, fallback is not None)

    return decorate


def _answer(
    raw: RawRequest, authenticators: tuple[Authenticator, ...], handle: Handler
) -> tuple[Reply, bool]:
    """Return the reply, and whether an error was raised instead of the handler's own reply."""
    logger.append_keys(method=raw.method, path=raw.path)
    try:
        request = raw.to_request(authenticate(raw, authenticators))
        logger.append_keys(caller=request.caller.kind)
        append_sids(request.params)
        return handle(request), False
    except SwitchboardError as error:
        return _refusal(error), True
    except Exception as error:  # noqa: BLE001  # logged whole; the caller learns nothing of it
        logger.exception("The handler failed")
        count("InternalError")
        if aws.is_temporary(error):
            return _refusal(ServiceUnavailable("The service is busy. Try again later.")), True
        return _failure(), True


def _refusal(error: SwitchboardError) -> Reply:
    if error.status >= 500:
        logger.error("The request could not be served", exc_info=error)
    if isinstance(error, Forbidden):
        count("Refused")
    return error_reply(error)


def _failure() -> Reply:
    return json_reply({"message": "Internal error"}, 500)


def _cors(raw: RawRequest, authenticators: tuple[Authenticator, ...]) -> dict[str, str]:
    """Return the headers that let an allowed page read the answer; API Gateway answers preflight requests."""
    origin = raw.headers.get("origin")
    if origin is None or not any(isinstance(authenticator, FlexToken) for authenticator in authenticators):
        return {}
    if origin != FLEX_ORIGIN and origin not in common().allowed_origins:
        return {"vary": "Origin"}
    return {"access-control-allow-origin": origin, "vary": "Origin"}
