"""Widgets: each answers the call with TwiML, or returns the event of its transition at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from twilio.twiml.voice_response import VoiceResponse

from local.twilio.studio.conditions import holds
from local.twilio.studio.liquid import fill
from local.twilio.webhook import WebhookFailed

if TYPE_CHECKING:
    from local.twilio.account import Account
    from local.twilio.studio.flow import Widget

Context = Mapping[str, Any]
Outcome = tuple[str, dict[str, Any]]
"""The event of a widget's transition, and the values that other widgets can refer to."""


def say_play(widget: Widget, context: Context, back: Callable[[str], str]) -> VoiceResponse:
    """Say/Play: https://www.twilio.com/docs/studio/widget-library/sayplay."""
    response = VoiceResponse()
    _speak(response, widget, context)
    response.redirect(back("audioComplete"), method="POST")
    return response


def gather_input(widget: Widget, context: Context, back: Callable[[str], str]) -> VoiceResponse:
    """Gather Input On Call: https://www.twilio.com/docs/studio/widget-library/gather-input-call."""
    properties = widget.properties
    options: dict[str, Any] = {
        "input": "dtmf speech",
        "timeout": int(properties.get("timeout", 5)),
        "action": back("gather"),
        "method": "POST",
    }
    if digits := properties.get("number_of_digits"):
        options["num_digits"] = int(digits)
    if language := properties.get("gather_language"):
        options["language"] = language
    response = VoiceResponse()
    _speak(response.gather(**options), widget, context)
    response.redirect(back("timeout"), method="POST")
    return response


def connect_call(widget: Widget, context: Context, back: Callable[[str], str]) -> VoiceResponse:
    """Connect Call To: https://www.twilio.com/docs/studio/widget-library/connect-call."""
    response = VoiceResponse()
    dial = response.dial(action=back("callCompleted"), method="POST")
    dial.number(fill(widget.properties["to"], context))
    return response


def send_to_flex(widget: Widget, context: Context, back: Callable[[str], str]) -> VoiceResponse:
    """Send to Flex: https://www.twilio.com/docs/studio/widget-library/send-to-flex."""
    properties = widget.properties
    wait_url = fill(properties.get("waitUrl", ""), context)
    response = VoiceResponse()
    enqueue = response.enqueue(
        action=back("callComplete"),
        method="POST",
        workflow_sid=fill(properties["workflow"], context),
        **({"wait_url": wait_url} if wait_url else {}),
    )
    limits = {name: int(properties[name]) for name in ("priority", "timeout") if properties.get(name)}
    enqueue.task(fill(properties.get("attributes", "{}"), context), **limits)
    return response


def record_voicemail(widget: Widget, context: Context, back: Callable[[str], str]) -> VoiceResponse:
    """Record Voicemail: https://www.twilio.com/docs/studio/widget-library/record-voicemail."""
    properties = widget.properties
    options: dict[str, Any] = {
        "action": back("record"),
        "method": "POST",
        "timeout": int(properties.get("timeout", 5)),
        "max_length": int(properties.get("max_length", 3600)),
        "play_beep": str(properties.get("play_beep", "true")) == "true",
        "finish_on_key": str(properties.get("finish_on_key", "")),
        "trim": properties.get("trim", "trim-silence"),
    }
    if properties.get("transcribe"):
        options["transcribe"] = True
        if url := fill(properties.get("transcription_callback_url", ""), context):
            options["transcribe_callback"] = url
    if url := fill(properties.get("recording_status_callback_url", ""), context):
        options["recording_status_callback"] = url
    response = VoiceResponse()
    response.record(**options)
    response.redirect(back("noAudio"), method="POST")
    return response


def recorded(params: Mapping[str, str]) -> Outcome:
    """Return the event of a Record Voicemail widget that has a recording: complete, or hung up in it."""
    names = ("RecordingSid", "RecordingUrl", "RecordingDuration")
    event = "hangup" if params.get("Digits") == "hangup" else "recordingComplete"
    return event, {name: params[name] for name in names if name in params}


def gathered(params: Mapping[str, str]) -> Outcome:
    """Return the event of a Gather widget: keypress or speech."""
    if "Digits" in params:
        return "keypress", {"Digits": params["Digits"]}
    result = {"SpeechResult": params.get("SpeechResult", "")}
    if "Confidence" in params:
        result["Confidence"] = params["Confidence"]
    return "speech", result


def split(widget: Widget, context: Context) -> Outcome:
    """Split Based On…: https://www.twilio.com/docs/studio/widget-library/split-based-on."""
    for way in widget.transitions:
        if way.event == "match" and way.conditions and all(holds(item, context) for item in way.conditions):
            return f"match:{way.next}", {}
    return "noMatch", {}


def set_variables(widget: Widget, context: Context) -> Outcome:
    """Set Variables: https://www.twilio.com/docs/studio/widget-library/set-variables."""
    pairs = widget.properties.get("variables", ())
    return "next", {pair["key"]: fill(pair["value"], context) for pair in pairs}


def make_http_request(account: Account, widget: Widget, context: Context, call_sid: str) -> Outcome:
    """Make HTTP Request: https://www.twilio.com/docs/studio/widget-library/http-request; signed like any."""
    properties = widget.properties
    params = {pair["key"]: fill(pair["value"], context) for pair in properties.get("parameters", ())}
    url = fill(properties["url"], context)
    try:
        answer = account.webhooks.send(properties.get("method", "POST"), url, params)
    except WebhookFailed as failure:
        account.alert(81016, failure.message, sid=call_sid, url=url)
        return "failed", {}
    result: dict[str, Any] = {
        "status_code": answer.status,
        "content_type": answer.header("content-type"),
        "body": answer.text,
    }
    try:
        result["parsed"] = json.loads(answer.text)
    except ValueError:
        result["parsed"] = None
    return "success", result


TALKING: dict[str, Callable[[Widget, Context, Callable[[str], str]], VoiceResponse]] = {
    "say-play": say_play,
    "gather-input-on-call": gather_input,
    "connect-call-to": connect_call,
    "record-voicemail": record_voicemail,
    "send-to-flex": send_to_flex,
}
"""Widgets that the caller hears, by type."""

AT_ONCE = frozenset({"make-http-request", "set-variables", "split-based-on"})
"""Widgets that the caller does not hear, by type."""


def _speak(response: Any, widget: Widget, context: Context) -> None:
    properties = widget.properties
    if properties.get("play"):
        response.play(fill(properties["play"], context), loop=int(properties.get("loop", 1)))
    elif properties.get("say"):
        voice = {name: properties[name] for name in ("voice", "language") if properties.get(name)}
        response.say(fill(properties["say"], context), loop=int(properties.get("loop", 1)), **voice)
