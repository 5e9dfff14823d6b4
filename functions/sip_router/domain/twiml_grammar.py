"""The grammar of voice TwiML: verbs, nouns, their attributes and values, and what may stand inside of what.

https://www.twilio.com/docs/voice/twiml, and the twilio package's own classes. Used where TwiML is saved, and
not where a call gets it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from sip_router.domain.twiml_document import NotTwimlError, whole_document


@dataclass(frozen=True, slots=True)
class _Element:
    """Attributes of an element by their kinds of value, elements inside of it, and whether it has text."""

    attributes: Mapping[str, str] = field(default_factory=dict)
    inside: frozenset[str] = frozenset()
    has_text: bool = False


def _element(attributes: str = "", inside: str = "", *, text: bool = False) -> _Element:
    """Return an element; an attribute's kind of value follows its name after "=", if it has one."""
    pairs = (word.partition("=") for word in attributes.split())
    return _Element({name: kind for name, _, kind in pairs}, frozenset(inside.split()), text)


_VALUES: Final[Mapping[str, tuple[re.Pattern[str], str]]] = {
    name: (re.compile(pattern, re.IGNORECASE), message)
    for name, pattern, message in (
        ("count", r"[0-9]{1,9}", "must be a whole number"),
        ("seconds", r"auto|[0-9]{1,9}", 'must be a whole number of seconds, or "auto"'),
        ("flag", r"true|false", 'must be "true" or "false"'),
        ("method", r"GET|POST", "must be GET or POST"),
        ("input", r"dtmf|speech|dtmf speech|speech dtmf", 'must be "dtmf", "speech" or "dtmf speech"'),
        ("keys", r"[0-9*#]*", "must be digits, * and #"),
        ("digits", r"[0-9*#wA-D]+", "must be digits, *, # and w"),
        ("reason", r"rejected|busy", 'must be "rejected" or "busy"'),
        ("trim", r"trim-silence|do-not-trim", 'must be "trim-silence" or "do-not-trim"'),
        ("track", r"inbound|outbound|both|(?:inbound|outbound|both)_tracks?", "must be a track of the call"),
        ("beep", r"true|false|onEnter|onExit", 'must be "true", "false", "onEnter" or "onExit"'),
        (
            "dialRecord",
            r"true|false|do-not-record|record-from-(?:answer|ringing)(?:-dual)?",
            'must be "do-not-record" or, for example, "record-from-answer"',
        ),
        (
            "conferenceRecord",
            r"true|false|do-not-record|record-from-start",
            'must be "do-not-record" or "record-from-start"',
        ),
        ("detection", r"Enable|DetectMessageEnd|false|true", 'must be "Enable" or "DetectMessageEnd"'),
        ("url", r"(?s:.+)", "must be a URL"),
        ("weight", r"[0-9]{1,9}", "must be a whole number"),
    )
}  # fmt: skip

MAX_QUOTED_CHARACTERS: Final = 40

_CALLBACK = "statusCallback=url statusCallbackMethod=method statusCallbackEvent"
_RECORDING = (
    "recordingStatusCallback=url recordingStatusCallbackMethod=method recordingStatusCallbackEvent "
    "recordingConfigurationId"
)
_DETECTION = (
    "machineDetection=detection machineDetectionTimeout=count machineDetectionSpeechThreshold=count "
    "machineDetectionSpeechEndThreshold=count machineDetectionSilenceTimeout=count "
    "amdStatusCallback=url amdStatusCallbackMethod=method"
)
_WORDS = "break emphasis lang phoneme prosody say-as sub w"
_SPEECH = f"{_WORDS} p s"
_AMAZON = "amazon:auto-breaths amazon:domain amazon:effect"
_PROMPTS = "Say Play Pause"

_ELEMENTS: Final[Mapping[str, _Element]] = {
    "Response": _element(
        "",
        "Connect Dial Echo Enqueue Gather Hangup Leave Pause Pay Play Prompt Queue Record Redirect Refer "
        "Reject Say Sms Start Stop",
    ),
    # Speech
    "Say": _element("voice language loop=count", f"{_SPEECH} {_AMAZON}", text=True),
    "Play": _element("loop=count digits=digits", text=True),
    "Pause": _element("length=count"),
    "break": _element("strength time"),
    "emphasis": _element("level", _WORDS, text=True),
    "lang": _element("xml:lang", _SPEECH, text=True),
    "p": _element("", f"{_WORDS} s", text=True),
    "phoneme": _element("alphabet ph", text=True),
    "prosody": _element("volume rate pitch", _SPEECH, text=True),
    "s": _element("", f"{_WORDS} s", text=True),
    "say-as": _element("interpret-as format", text=True),
    "sub": _element("alias", text=True),
    "w": _element("role", "break emphasis phoneme prosody say-as sub", text=True),
    # Input
    "Gather": _element(
        "action=url method=method input=input timeout=seconds numDigits=count minDigits=count "
        "finishOnKey=keys speechTimeout=seconds speechModel enhanced=flag hints language "
        "profanityFilter=flag partialResultCallback=url partialResultCallbackMethod=method "
        "actionOnEmptyResult=flag bargeIn=flag debug=flag maxSpeechTime=count dtmfDetection",
        _PROMPTS,
    ),
    "Record": _element(
        "action=url method=method timeout=count finishOnKey=keys maxLength=count playBeep=flag trim=trim "
        f"transcribe=flag transcribeCallback=url {_RECORDING}"
    ),
    "Pay": _element(
        "action=url method=method input bankAccountType chargeAmount currency description language "
        "maxAttempts=count minPostalCodeLength=count paymentConnector paymentMethod postalCode "
        "securityCode=flag timeout=count tokenType validCardTypes requireMatchingInputs confirmation "
        "statusCallback=url statusCallbackMethod=method",
        "Prompt Parameter",
    ),
    "Prompt": _element("for attempt cardType errorType requireMatchingInputs", _PROMPTS),
    # Flow of control
    "Redirect": _element("method=method", text=True),
    "Hangup": _element("", "Parameter"),
    "Reject": _element("reason=reason", "Parameter"),
    "Leave": _element(),
    "Echo": _element(),
    "Refer": _element("action=url method=method", "Sip"),
    "Sms": _element("action=url method=method to from statusCallback=url", text=True),
    # Connections
    "Dial": _element(
        "action=url method=method timeout=count hangupOnStar=flag timeLimit=count callerId record=dialRecord "
        "trim=trim answerOnBridge=flag ringTone recordingTrack=track sequential=flag callReason referUrl=url "
        f"referMethod=method events passports {_RECORDING}",
        "Application Client Conference Number Queue Sim Sip WhatsApp",
        text=True,
    ),
    "Number": _element(
        f"sendDigits=digits url=url method=method byoc phoneNumberSid {_CALLBACK} {_DETECTION}", text=True
    ),
    "Client": _element(
        f"url=url method=method clientNotificationUrl=url {_CALLBACK}", "Identity Parameter", text=True
    ),
    "Identity": _element(text=True),
    "Sip": _element(
        f"username password url=url method=method codecs {_CALLBACK} {_DETECTION}", "Headers Uri", text=True
    ),
    "Headers": _element("", "Header"),
    "Header": _element("name value"),
    "Uri": _element("priority=weight weight=weight username password", text=True),
    "Sim": _element(f"url=url method=method {_CALLBACK}", text=True),
    "WhatsApp": _element(f"url=url method=method {_CALLBACK}", text=True),
    "Application": _element(
        f"url=url method=method customerId copyParentTo=flag {_CALLBACK}",
        "ApplicationSid Parameter",
        text=True,
    ),
    "ApplicationSid": _element(text=True),
    "Queue": _element("url=url method=method reservationSid postWorkActivitySid", text=True),
    "Conference": _element(
        "muted=flag beep=beep startConferenceOnEnter=flag endConferenceOnExit=flag participantLabel "
        "jitterBufferSize waitUrl waitMethod=method maxParticipants=count record=conferenceRecord region "
        f"coach trim=trim eventCallbackUrl=url {_CALLBACK} {_RECORDING}",
        text=True,
    ),
    "Enqueue": _element(
        "action=url method=method waitUrl=url waitUrlMethod=method workflowSid maxQueueSize=count",
        "Task",
        text=True,
    ),
    "Task": _element("priority=count timeout=count", text=True),
    # Media and assistants
    "Connect": _element(
        "action=url method=method",
        "AiSession Assistant Autopilot Conversation ConversationRelay ConversationRelaySession Room Stream "
        "VirtualAgent",
    ),
    "Start": _element("action=url method=method", "Recording Siprec Stream Transcription"),
    "Stop": _element("", "Siprec Stream Transcription"),
    "Parameter": _element("name value"),
    "Config": _element("name value"),
}

# Elements with many attributes that Twilio adds to: their own attributes are Twilio's to check.
_OPEN: Final[Mapping[str, frozenset[str]]] = {
    name: frozenset(inside.split())
    for name, inside in {
        "AiSession": "",
        "Assistant": "Parameter",
        "Autopilot": "",
        "Conversation": "",
        "ConversationRelay": "Language Parameter",
        "ConversationRelaySession": "",
        "Language": "",
        "Recording": "",
        "Room": "",
        "Siprec": "Parameter",
        "Stream": "Parameter",
        "Transcription": "Config Parameter",
        "VirtualAgent": "Config Parameter",
        "amazon:auto-breaths": _SPEECH,
        "amazon:effect": _SPEECH,
        "amazon:domain": _SPEECH,
    }.items()
}


def grammar_problem(text: str) -> str | None:
    """Return what is wrong with TwiML by the grammar; None if nothing is.

    Parameters
    ----------
    text : str
        Verbs, or a document whose root is ``<Response>``, which is well-formed.
    """
    try:
        document = whole_document(text)
    except NotTwimlError as error:
        return str(error)
    checker = _Checker()
    parser = expat.ParserCreate()
    parser.StartElementHandler = checker.start
    parser.EndElementHandler = checker.end
    parser.CharacterDataHandler = checker.characters
    try:
        is_last = True
        parser.Parse(document.encode("utf-8", "surrogatepass"), is_last)
    except _GrammarError as error:
        return str(error)
    return None


class _GrammarError(ValueError):
    """The document breaks the grammar; the message says where."""


class _Checker:
    """Follows a document from element to element."""

    def __init__(self) -> None:
        self._open: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        parent = self._open[-1] if self._open else None
        self._open.append(name)
        if parent is None:
            return
        if name not in _inside(parent):
            raise _GrammarError(_misplaced(name, parent))
        if name in _OPEN:
            return
        kinds = _ELEMENTS[name].attributes
        for attribute, value in attributes.items():
            if attribute.startswith("xmlns"):
                continue
            if attribute not in kinds:
                raise _GrammarError(
                    f"has an attribute that <{name}> does not have: {attribute[:MAX_QUOTED_CHARACTERS]}"
                )
            self._check_value(name, attribute, kinds[attribute], value)

    def end(self, _name: str) -> None:
        self._open.pop()

    def characters(self, text: str) -> None:
        name = self._open[-1]
        if text.strip() and name in _ELEMENTS and not _ELEMENTS[name].has_text:
            raise _GrammarError(f"has text inside of <{name}>, where none belongs")

    def _check_value(self, name: str, attribute: str, kind: str, value: str) -> None:
        if kind:
            pattern, message = _VALUES[kind]
            if not pattern.fullmatch(value.strip()):
                quoted = value[:MAX_QUOTED_CHARACTERS]
                raise _GrammarError(f'has {attribute} in <{name}>, which {message}: "{quoted}"')


def _inside(parent: str) -> frozenset[str]:
    return _OPEN[parent] if parent in _OPEN else _ELEMENTS[parent].inside


def _misplaced(name: str, parent: str) -> str:
    known = {other.lower(): other for other in (*_ELEMENTS, *_OPEN)}
    meant = known.get(name.lower())
    if meant is None:
        return f"has an element that TwiML does not have: <{name[:MAX_QUOTED_CHARACTERS]}>"
    if meant != name:
        return f"has <{name}>, which must be written <{meant}>"
    return (
        f"has <{name}> as a verb, which it is not"
        if parent == "Response"
        else f"has <{name}> inside of <{parent}>, where it does not belong"
    )
