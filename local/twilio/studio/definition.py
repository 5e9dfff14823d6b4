"""What Studio accepts as a flow definition.

https://www.twilio.com/docs/studio/rest-api/v2/schemas and https://www.twilio.com/docs/api/errors/81022
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SCHEMA: Final = "https://schemas.twilio.com/studio/draft/2019-09/flow-definition"
_MOST_STATES: Final = 1000
_PAIR: Final = frozenset({"key", "value"})
_CONDITION: Final = frozenset({"friendly_name", "arguments", "type", "value"})


@dataclass(frozen=True)
class Problem:
    """Something that Studio refuses: a JSON pointer into the definition, and what is wrong there."""

    path: str
    message: str


@dataclass(frozen=True)
class Kind:
    """A type of widget.

    Parameters
    ----------
    properties
        Names by JSON type: text, whole numbers, booleans, lists of ``{"key", "value"}``; ``offset`` besides.
    required
        Properties that must be there.
    events
        Of its transitions; empty where they are not checked.
    """

    text: str = ""
    whole: str = ""
    flags: str = ""
    pairs: str = ""
    required: str = ""
    events: str = ""

    def type_of(self, name: str) -> type | None:
        """Return the Python type of a property; None where the widget has no such property."""
        types = ((self.text, str), (self.whole, int), (self.flags, bool), (self.pairs, list))
        return next((kind for names, kind in types if name in names.split()), None)


KINDS: Mapping[str, Kind] = {
    "trigger": Kind(
        events="incomingMessage incomingCall incomingConversationMessage incomingRequest incomingParent"
    ),
    "say-play": Kind(text="say play voice language digits", whole="loop", events="audioComplete"),
    "gather-input-on-call": Kind(
        text="finish_on_key save_response_as say play voice language hints gather_language speech_timeout "
        "speech_model profanity_filter",
        whole="timeout number_of_digits loop",
        flags="stop_gather",
        events="keypress speech timeout",
    ),
    "split-based-on": Kind(text="input", required="input", events="noMatch match"),
    "set-variables": Kind(pairs="variables", events="next"),
    "make-http-request": Kind(
        text="method url body content_type",
        flags="add_twilio_auth",
        pairs="parameters",
        required="url",
        events="success failed",
    ),
    "run-function": Kind(
        text="url service_sid environment_sid function_sid", pairs="parameters", required="url"
    ),
    "run-subflow": Kind(text="flow_sid flow_revision", pairs="parameters", events="completed failed"),
    "send-to-flex": Kind(
        text="workflow channel attributes timeout priority waitUrl waitUrlMethod",
        required="workflow channel",
        events="callComplete failedToEnqueue callFailure",
    ),
    "enqueue-call": Kind(
        text="workflow_sid queue_name task_attributes wait_url wait_url_method", whole="priority timeout"
    ),
    "record-voicemail": Kind(
        text="finish_on_key transcription_callback_url trim play_beep recording_status_callback_url",
        whole="timeout max_length",
        flags="transcribe",
        events="recordingComplete noAudio hangup",
    ),
    "connect-call-to": Kind(
        text="to caller_id noun sip_endpoint sip_username sip_password time_limit",
        whole="timeout",
        flags="record",
        required="noun",
        events="callCompleted hangup",
    ),
    "record-call": Kind(
        text="recording_status_callback recording_status_callback_method recording_status_callback_events "
        "recording_channels trim",
        flags="record_call",
    ),
    "add-twiml-redirect": Kind(text="url method timeout", required="url"),
    "send-message": Kind(
        text="body from to media_url service channel attributes content_sid message_type",
        pairs="content_variables",
        required="from",
    ),
    "send-and-wait-for-reply": Kind(
        text="body from timeout save_response_as media_url service channel attributes content_sid "
        "message_type",
        pairs="content_variables",
        required="from",
    ),
    "make-outgoing-call-v2": Kind(
        text="from to recording_channels recording_status_callback trim machine_detection "
        "machine_detection_timeout machine_detection_speech_threshold machine_detection_silence_timeout "
        "machine_detection_speech_end_threshold send_digits sip_auth_username sip_auth_password",
        whole="timeout",
        flags="record detect_answering_machine",
        required="from to",
    ),
    "fork-stream": Kind(
        text="stream_action stream_name stream_transport_type stream_connector stream_url stream_track",
        pairs="stream_parameters",
    ),
}
"""Types of widgets whose properties the stand-in checks; it takes those of any other type as they are."""


def check(definition: Any) -> Iterator[Problem]:
    """Yield everything for which Studio refuses a definition."""
    if not isinstance(definition, dict):
        yield Problem("#", "must be an object")
        return
    known = {"$schema", "description", "flags", "initial_state", "states"}
    yield from (Problem(f"#/{name}", "is not a property of a flow") for name in definition.keys() - known)
    if definition.get("$schema", _SCHEMA) != _SCHEMA:
        yield Problem("#/$schema", f"must be {_SCHEMA}")
    flags = definition.get("flags", {"allow_concurrent_calls": True})
    if not isinstance(flags, dict) or not isinstance(flags.get("allow_concurrent_calls"), bool):
        yield Problem("#/flags", "must have allow_concurrent_calls, true or false")
    states = definition.get("states")
    if not isinstance(states, list) or not 1 <= len(states) <= _MOST_STATES:
        yield Problem("#/states", f"must be a list of 1 to {_MOST_STATES} widgets")
        return
    names = [state.get("name") for state in states if isinstance(state, dict)]
    if definition.get("initial_state") not in names:
        yield Problem("#/initial_state", "must be the name of a widget")
    for index, state in enumerate(states):
        yield from _state(f"#/states/{index}", state, names)


def _state(path: str, state: Any, names: list[Any]) -> Iterator[Problem]:
    if not isinstance(state, dict):
        yield Problem(path, "must be an object")
        return
    missing = {"name", "type", "transitions", "properties"} - state.keys()
    yield from (Problem(f"{path}/{name}", "is required") for name in sorted(missing))
    if names.count(state.get("name")) > 1:
        yield Problem(f"{path}/name", f"is the name of two widgets: {state['name']}")
    if missing:
        return
    kind = KINDS.get(str(state["type"]))
    if kind is not None:
        yield from _properties(f"{path}/properties", kind, state["properties"])
    if not isinstance(state["transitions"], list):
        yield Problem(f"{path}/transitions", "must be a list")
        return
    for index, way in enumerate(state["transitions"]):
        yield from _transition(f"{path}/transitions/{index}", kind, way, names)


def _properties(path: str, kind: Kind, properties: Any) -> Iterator[Problem]:
    if not isinstance(properties, dict):
        yield Problem(path, "must be an object")
        return
    yield from (
        Problem(f"{path}/{name}", "is required") for name in kind.required.split() if name not in properties
    )
    for name, value in properties.items():
        if name == "offset":
            continue
        wanted = kind.type_of(name)
        if wanted is None:
            yield Problem(f"{path}/{name}", "is not a property of this widget")
        elif type(value) is not wanted:
            yield Problem(f"{path}/{name}", f"must be {_WORDS[wanted]}")
        elif isinstance(value, list) and not all(map(_is_pair, value)):
            yield Problem(f"{path}/{name}", "must hold objects with key and value")


def _is_pair(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() >= _PAIR


def _transition(path: str, kind: Kind | None, way: Any, names: list[Any]) -> Iterator[Problem]:
    if not isinstance(way, dict) or not isinstance(way.get("event"), str):
        yield Problem(path, "must be an object with an event")
        return
    if kind is not None and kind.events and way["event"] not in kind.events.split():
        yield Problem(f"{path}/event", f"must be one of {', '.join(kind.events.split())}")
    if way.get("next") is not None and way["next"] not in names:
        yield Problem(f"{path}/next", f"is no widget of this flow: {way['next']}")
    for index, condition in enumerate(way.get("conditions", ())):
        if not isinstance(condition, dict) or not condition.keys() >= _CONDITION:
            yield Problem(f"{path}/conditions/{index}", f"must have {', '.join(sorted(_CONDITION))}")


_WORDS: Final = {str: "a text", int: "a whole number", bool: "true or false", list: "a list"}
