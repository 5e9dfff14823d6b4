"""<Dial>, https://www.twilio.com/docs/voice/twiml/dial: connect the call to another party."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.twilio.sids import is_e164
from local.twilio.twiml import BadTwiml, Element, method_of, resolve
from local.twilio.voice.inputs import Keys, OtherSide, Speech
from local.twilio.voice.schema import flag, whole_number
from local.twilio.voice.turns import CallSettings, Fetch, HungUp, Listening, Redirected

if TYPE_CHECKING:
    from local.twilio.voice.call import Call
    from local.twilio.voice.executor import Executor

_MOST_NOUNS = 10
_ROOMS = frozenset({"Queue", "Conference"})


def dial(executor: Executor, verb: Element) -> Fetch | None:
    """Call the other side and stay connected until one of the two hangs up.

    Each number, client or SIP address behaves as its own local phone was told to; the first that answers is
    connected. A conference or a queue always takes the call.

    Returns
    -------
    Fetch or None
        The request to the action URL; without one the call goes on with the next verb.

    Raises
    ------
    BadTwiml
        There is no address to call, or one that cannot be called (13223, 13224).
    """
    nouns = verb.children or [Element("Number", {}, [verb.own_text])]
    if len(nouns) > _MOST_NOUNS:
        raise BadTwiml(13220, f"Dial: more than {_MOST_NOUNS} nouns")
    addresses = [_address(noun) for noun in nouns]
    timeout, limit = (
        whole_number(verb, "timeout", 30, lowest=1),
        whole_number(verb, "timeLimit", 14400, lowest=1),
    )
    executor.action(verb, {})
    executor.call.note("dial", to=addresses, timeout=timeout, callerId=verb.get("callerId"))
    result, child = _ring(executor, verb, nouns, addresses)
    if result == "answered":
        return _talk(executor, verb, child, limit, addresses)
    return executor.action(verb, _params(result, child, 0))


def _address(noun: Element) -> str:
    text = noun.own_text
    if noun.name in {"Client", "Application"} and not text:
        text = next(
            (child.text for child in noun.children if child.name in {"Identity", "ApplicationSid"}), ""
        )
    digits = text.translate(str.maketrans("", "", " ()-."))
    match noun.name:
        case "Number":
            if not is_e164(digits) and not (digits.isdecimal() and 3 <= len(digits) <= 15):
                raise BadTwiml(13223, f"Dial: Invalid phone number format: {text!r}")
            return digits
        case "Sip" if not text.lower().startswith(("sip:", "sips:")):
            raise BadTwiml(13241, f"Dial->Sip: Invalid SIP URI: {text!r}")
        case "Client":
            return f"client:{text}"
        case _ if not text:
            raise BadTwiml(12200, f"Schema validation: empty <{noun.name}>")
    return text


def _ring(
    executor: Executor, verb: Element, nouns: list[Element], addresses: list[str]
) -> tuple[str, Call | None]:
    result, child = "failed", None
    for noun, address in zip(nouns, addresses, strict=True):
        if noun.name in _ROOMS:
            return "answered", None
        calls = executor.calls
        child = calls.add_child(
            executor.call, verb.get("callerId") or executor.call.phone, address, _settings(executor, noun)
        )
        calls.report(child, "initiated")
        result = executor.account.phones.behaviour(address).calls
        if result not in {"busy", "no-answer", "failed"}:
            calls.report(child, "ringing")
            if _accepts(executor, noun, child):
                calls.answer_child(child)
                return "answered", child
            result = "no-answer"
        calls.end_child(child, result)
    return result, child


def _settings(executor: Executor, noun: Element) -> CallSettings:
    callback = noun.get("statusCallback")
    return CallSettings(
        fetch=Fetch(""),
        status_callback=resolve(executor.url, callback) if callback else "",
        status_callback_method=method_of(noun, "statusCallbackMethod"),
        status_callback_events=tuple(noun.get("statusCallbackEvent", "completed").split()),
    )


def _accepts(executor: Executor, noun: Element, child: Call) -> bool:
    """Run the document that the called side hears first, which may hang up."""
    if not (url := noun.get("url")) or noun.name == "Application":
        return True
    child.is_machine = True
    try:
        executor.whisper(child, Fetch(resolve(executor.url, url), method_of(noun)))
    except HungUp:
        return False
    return True


def _talk(
    executor: Executor, verb: Element, child: Call | None, limit: int | None, addresses: list[str]
) -> Fetch | None:
    call, calls = executor.call, executor.calls
    call.note("connected", to=child.to if child else addresses[0])
    result, seconds = "completed", 0
    try:
        result, seconds = _until_over(executor, verb, addresses, limit)
    except (HungUp, Redirected) as over:
        if child is not None:
            calls.end_child(child, "completed")
        action = executor.action(verb, _params("completed", child, seconds))
        if action is not None:
            executor.final_callback(action, "completed" if isinstance(over, HungUp) else call.status)
        raise
    if child is not None:
        calls.end_child(child, result)
    call.note("disconnected", result=result, seconds=seconds)
    return executor.action(verb, _params(result, child, seconds))


def _until_over(
    executor: Executor, verb: Element, addresses: list[str], limit: int | None
) -> tuple[str, int]:
    """Connect the two sides; return how the call ended and its duration in seconds."""
    star = flag(verb, "hangupOnStar")
    while True:
        item = executor.listen(Listening("Dial", {"to": addresses, "hangupOnStar": star}, limit))
        if isinstance(item, OtherSide):
            return item.result, item.seconds
        if isinstance(item, Speech):
            executor.call.note("speech", text=item.text, confidence=item.confidence)
        elif isinstance(item, Keys):
            executor.call.note("digits", digits=item.digits)
            if star and "*" in item.digits:
                return "completed", 0
        else:
            return "completed", 0


def _params(result: str, child: Call | None, seconds: int) -> dict[str, str]:
    params = {"DialCallStatus": result, "DialBridged": str(result == "completed").lower()}
    if child is not None:
        params["DialCallSid"] = child.sid
    if result == "completed":
        params["DialCallDuration"] = str(seconds or (child.duration if child else 0))
    return params
