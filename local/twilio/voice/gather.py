"""<Gather>: digits or speech, https://www.twilio.com/docs/voice/twiml/gather."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.twilio.twiml import BadTwiml, Element, method_of, resolve
from local.twilio.voice.inputs import Keys, Silence, Speech
from local.twilio.voice.prompts import prompt
from local.twilio.voice.schema import flag, whole_number
from local.twilio.voice.turns import Fetch, Listening
from switchboard.gather_languages import GATHER_LANGUAGES

if TYPE_CHECKING:
    from local.twilio.voice.executor import Executor

_INPUTS = {"dtmf": ("dtmf",), "speech": ("speech",), "dtmf speech": ("dtmf", "speech")}
_KEYS = re.compile(r"[0-9#*]*")
_MOST_HINTS = 500
_LONGEST_HINT = 100


@dataclass(frozen=True)
class _Wanted:
    """A Gather's attributes, checked."""

    inputs: tuple[str, ...]
    number: int | None
    finish: str
    timeout: int
    language: str
    empty_too: bool


def gather(executor: Executor, verb: Element) -> Fetch | None:
    """Collect input and return the request to the action URL, or None to continue with the next verb.

    The time limits run on the platform's clock only when that is advanced; otherwise the call waits until the
    person presses, speaks or is said to be silent.

    Raises
    ------
    BadTwiml
        An attribute that Twilio would not understand.
    """
    wanted = _read(verb)
    executor.action(verb, {}, executor.url)  # a broken URL is refused before the prompt
    for child in verb.children:
        executor.call.check()
        prompt(executor, child, inside="Gather")
    executor.call.note(
        "gather",
        input=" ".join(wanted.inputs),
        numDigits=wanted.number,
        finishOnKey=wanted.finish,
        timeout=wanted.timeout,
        language=wanted.language,
        hints=verb.get("hints"),
    )
    params = _collect(executor, wanted, verb)
    if params is None and wanted.empty_too:
        params = {"msg": "Gather End", "Digits": "", "FinishedOnKey": ""} if "dtmf" in wanted.inputs else {}
    if params is None:
        return None
    return executor.action(verb, params, executor.url)


def _read(verb: Element) -> _Wanted:
    kinds = " ".join(sorted(verb.get("input", "dtmf").lower().split()))
    if kinds not in _INPUTS:
        raise BadTwiml(12200, f"Schema validation: input={verb.get('input')!r} in <Gather>")
    finish = verb.get("finishOnKey", "#")
    if not _KEYS.fullmatch(finish):
        raise BadTwiml(13310, f"Gather: Invalid finishOnKey value: {finish!r}")
    timeout = whole_number(verb, "timeout", 5) if verb.get("timeout", "5") != "auto" else 5
    if verb.get("speechTimeout", "auto") != "auto":
        whole_number(verb, "speechTimeout", 5)
    if "speech" in _INPUTS[kinds]:
        _check_recognition(verb)
    return _Wanted(
        inputs=_INPUTS[kinds],
        number=whole_number(verb, "numDigits", None, lowest=1),
        finish=finish,
        timeout=5 if timeout is None else timeout,
        language=verb.get("language", "en-US"),
        empty_too=flag(verb, "actionOnEmptyResult"),
    )


def _check_recognition(verb: Element) -> None:
    """Refuse what speech recognition does not support (13330, https://www.twilio.com/docs/api/errors/13331)."""
    language = verb.get("language", "en-US")
    if language not in GATHER_LANGUAGES:
        raise BadTwiml(13331, f"Gather: Invalid language value: {language!r}")
    hints = verb.get("hints").split(",")
    if len(hints) > _MOST_HINTS or any(len(hint.strip()) > _LONGEST_HINT for hint in hints):
        raise BadTwiml(13330, "Gather: Invalid hints value")


def _collect(executor: Executor, wanted: _Wanted, verb: Element) -> dict[str, str] | None:
    call, digits = executor.call, ""
    while True:
        item = executor.listen(Listening("Gather", _details(wanted, digits), wanted.timeout))
        if isinstance(item, Keys) and "dtmf" in wanted.inputs:
            call.note("digits", digits=item.digits)
            for key in item.digits:
                if key in wanted.finish:
                    return _digits(digits, key) if digits else None
                digits += key
                if len(digits) == wanted.number:
                    return _digits(digits, "")
            if not item.more:
                return _digits(digits, "") if digits else None
        elif isinstance(item, Speech) and "speech" in wanted.inputs and not digits:
            call.note("speech", text=item.text, confidence=item.confidence)
            _partial(executor, verb, item)
            return {
                "SpeechResult": item.text,
                "Confidence": f"{item.confidence:.8g}",
                "Language": wanted.language,
            }
        elif isinstance(item, Silence):
            if not digits:
                call.note("silence")
            return _digits(digits, "") if digits else None
        else:
            call.note("ignored", reason=f"<Gather> takes {' or '.join(wanted.inputs)} only")


def _details(wanted: _Wanted, digits: str) -> dict[str, object]:
    return {
        "input": " ".join(wanted.inputs),
        "numDigits": wanted.number,
        "finishOnKey": wanted.finish,
        "language": wanted.language,
        "digits": digits,
    }


def _digits(digits: str, key: str) -> dict[str, str]:
    return {"msg": "Gather End", "Digits": digits, "FinishedOnKey": key}


def _partial(executor: Executor, verb: Element, speech: Speech) -> None:
    """Send the speech as a partial result if the verb asks for those, asynchronously as Twilio does."""
    if reference := verb.get("partialResultCallback"):
        url, method = resolve(executor.url, reference), method_of(verb, "partialResultCallbackMethod")
        params = {"SequenceNumber": "0", "UnstableSpeechResult": speech.text, "Stability": "0.9"}
        executor.send_async(Fetch(url, method, params))
