"""The verbs of voice TwiML, their attributes, and the verbs that can be nested in them.

https://www.twilio.com/docs/voice/twiml
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.twilio.twiml import BadTwiml, Element

if TYPE_CHECKING:
    from collections.abc import Mapping

_PROMPTS = frozenset({"Say", "Play", "Pause"})
_SSML = frozenset(
    {
        "break",
        "emphasis",
        "lang",
        "p",
        "phoneme",
        "prosody",
        "s",
        "say-as",
        "sub",
        "w",
        "amazon:effect",
        "amazon:domain",
        "amazon:auto-breaths",
    }
)
_CALLBACKS = "statusCallback statusCallbackMethod statusCallbackEvent"
_DETECTION = (
    "machineDetection machineDetectionTimeout machineDetectionSpeechThreshold "
    "machineDetectionSpeechEndThreshold machineDetectionSilenceTimeout "
    "amdStatusCallback amdStatusCallbackMethod"
)
_RECORDING = "recordingStatusCallback recordingStatusCallbackMethod recordingStatusCallbackEvent"

_ATTRIBUTES: Mapping[str, str] = {
    "Say": "voice language loop",
    "Play": "loop digits",
    "Pause": "length",
    "Gather": (
        "action method input timeout numDigits finishOnKey speechTimeout speechModel enhanced hints language "
        "profanityFilter partialResultCallback partialResultCallbackMethod actionOnEmptyResult bargeIn debug "
        "minDigits maxSpeechTime dtmfDetection"
    ),
    "Redirect": "method",
    "Hangup": "",
    "Reject": "reason",
    "Leave": "",
    "Record": (
        "action method timeout finishOnKey maxLength playBeep trim transcribe transcribeCallback "
        f"{_RECORDING}"
    ),
    "Dial": (
        "action method timeout hangupOnStar timeLimit callerId record trim answerOnBridge ringTone "
        f"recordingTrack sequential callReason referUrl referMethod {_RECORDING}"
    ),
    "Enqueue": "action method waitUrl waitUrlMethod workflowSid maxQueueSize",
    "Refer": "action method",
    "Number": f"sendDigits url method byoc phoneNumberSid {_CALLBACKS} {_DETECTION}",
    "Client": f"url method {_CALLBACKS}",
    "Sip": f"username password url method codecs {_CALLBACKS} {_DETECTION}",
    "Application": f"url method copyParentTo customerId {_CALLBACKS}",
    "Queue": "url method reservationSid postWorkActivitySid",
    "Conference": (
        "muted beep startConferenceOnEnter endConferenceOnExit participantLabel jitterBufferSize waitUrl "
        f"waitMethod maxParticipants record region coach trim eventCallbackUrl {_CALLBACKS} {_RECORDING}"
    ),
    "Sim": f"url method {_CALLBACKS}",
    "Task": "priority timeout",
}

_INSIDE: Mapping[str, frozenset[str]] = {
    "Say": _SSML,
    "Gather": _PROMPTS,
    "Dial": frozenset({"Number", "Client", "Sip", "Application", "Queue", "Conference", "Sim"}),
    "Client": frozenset({"Identity", "Parameter"}),
    "Application": frozenset({"ApplicationSid", "Parameter"}),
    "Enqueue": frozenset({"Task"}),
    "Refer": frozenset({"Sip", "ReferSip"}),
}

VERBS = frozenset(
    {
        "Say",
        "Play",
        "Pause",
        "Gather",
        "Redirect",
        "Hangup",
        "Reject",
        "Leave",
        "Record",
        "Dial",
        "Enqueue",
        "Refer",
    }
)
_OTHER_VERBS = frozenset({"Connect", "Start", "Stop", "Pay", "Prompt", "Sms", "Echo", "Siprec", "Stream"})


def check_verb(verb: Element) -> list[str]:
    """Check a verb and everything in it.

    Returns
    -------
    list of str
        Attributes that the schema does not know. Twilio ignores them, with a warning (12200).

    Raises
    ------
    BadTwiml
        An element that the schema does not know here (12200). What Twilio makes of such a document is
        nowhere promised, so here it is an error and never passes unseen.
    """
    if verb.name in _OTHER_VERBS:
        raise BadTwiml(12200, f"The local phone does not carry out <{verb.name}>")
    if verb.name not in VERBS:
        raise BadTwiml(12200, f"Schema validation: unknown verb <{verb.name}>")
    return _check(verb)


def _check(element: Element) -> list[str]:
    warnings = []
    if element.name in _ATTRIBUTES:
        known = _ATTRIBUTES[element.name].split()
        warnings = [
            f"Attribute '{name}' is not allowed to appear in element '{element.name}'."
            for name in element.attributes
            if name not in known
        ]
    allowed = _SSML if element.name in _SSML else _INSIDE.get(element.name, frozenset())
    for child in element.children:
        if child.name not in allowed:
            raise BadTwiml(12200, f"Schema validation: <{child.name}> inside <{element.name}>")
        warnings += _check(child)
    return warnings


def whole_number(verb: Element, attribute: str, default: int | None, lowest: int = 0) -> int | None:
    """Return an attribute that is a whole number.

    Raises
    ------
    BadTwiml
        Something else (12200).
    """
    value = verb.attributes.get(attribute)
    if value is None:
        return default
    if not value.strip().isdecimal() or len(value.strip()) > 9 or int(value) < lowest:
        raise BadTwiml(12200, f"Schema validation: {attribute}={value!r} in <{verb.name}>")
    return int(value)


def flag(verb: Element, attribute: str, *, default: bool = False) -> bool:
    """Return an attribute that is "true" or "false".

    Raises
    ------
    BadTwiml
        Something else (12200).
    """
    value = verb.get(attribute, str(default)).strip().lower()
    if value not in {"true", "false"}:
        raise BadTwiml(12200, f"Schema validation: {attribute}={value!r} in <{verb.name}>")
    return value == "true"
