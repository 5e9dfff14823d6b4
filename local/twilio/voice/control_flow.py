"""<Redirect>, <Hangup>, <Reject> and <Leave>: verbs that continue the call elsewhere or end it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from local.twilio.twiml import BadTwiml, Element, method_of, resolve
from local.twilio.voice.turns import Fetch, HungUp, LeftQueue

if TYPE_CHECKING:
    from local.twilio.voice.executor import Executor


def redirect(executor: Executor, verb: Element) -> Fetch:
    """Continue with another document, https://www.twilio.com/docs/voice/twiml/redirect.

    Raises
    ------
    BadTwiml
        No URL (11100).
    """
    if not verb.text:
        raise BadTwiml(11100, "Invalid URL format: <Redirect> names no URL")
    fetch = Fetch(resolve(executor.url, verb.text), method_of(verb))
    executor.call.note("redirect", method=fetch.method, url=fetch.url)
    return fetch


def hangup(_executor: Executor, _verb: Element) -> NoReturn:
    """End the call, https://www.twilio.com/docs/voice/twiml/hangup."""
    raise HungUp("app")


def reject(executor: Executor, verb: Element) -> NoReturn:
    """Refuse an incoming call, https://www.twilio.com/docs/voice/twiml/reject.

    Only the first verb of the first document can refuse it; later it is a <Hangup>.

    Raises
    ------
    BadTwiml
        A reason that does not exist (12200).
    """
    call, reason = executor.call, verb.get("reason", "rejected")
    if reason not in {"rejected", "busy"}:
        raise BadTwiml(12200, f"Schema validation: reason={reason!r} in <Reject>")
    if executor.at_first_verb and call.status == "ringing" and call.direction == "inbound":
        call.note("reject", reason=reason)
        call.status = "busy" if reason == "busy" else "no-answer"
    raise HungUp("app")


def leave(executor: Executor, _verb: Element) -> None:
    """Take the caller out of the queue for which the document is played."""
    if executor.waiting_in_queue:
        raise LeftQueue
    executor.warn("<Leave> outside a queue does nothing")
