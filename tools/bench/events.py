"""Events to measure functions with: their samples, each about another caller.

A text is an answer amid a survey, and a call that waits has its task in the queue, as the newest of many.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from local.http_api.routing import Router
from local.platform import Platform
from local.template.parameters import WORKFLOW_SID
from tools.event_payloads import Sample, Webhook, to_event
from tools.sample_events import SAMPLES

_NUMBER: Final = re.compile(r"\+1202555014\d")
_SID: Final = re.compile(r"\b(CA|CH|EZ|FN|FT|SM|WT)0{28}00\d\d\b")
_SMS: Final = "SurveySmsWebhook"
_WAIT: Final = "CallbackWaitExperience"


def names(beginning: str = "") -> list[str]:
    """Return the functions that can be measured, webhooks of Twilio's first."""
    found = [name for name in SAMPLES if name.startswith(beginning)]
    return sorted(found, key=lambda name: not isinstance(SAMPLES[name], Webhook))


def prepared_event(platform: Platform, name: str, number: int) -> Any:
    """Return an event for a function, about the caller of a number, once that caller has come so far."""
    sample = SAMPLES[name]
    if name == _SMS and isinstance(sample, Webhook):
        *said, sample = _messages(sample)
        for message in said:
            platform.functions.invoke(name, _event(platform, name, message, number), "bench", "bench")
    if name == _WAIT and isinstance(sample, Webhook):
        queue_call(platform, varied(sample.form["CallSid"], number))
    return _event(platform, name, sample, number)


def queue_call(platform: Platform, call_sid: str) -> str:
    """Let a call wait for a task; return the task's SID."""
    attributes = json.dumps({"call_sid": call_sid})
    return platform.stand_in.taskrouter.create(WORKFLOW_SID, attributes).sid


def _messages(sample: Webhook) -> Iterator[Webhook]:
    """Yield the texts that lead into a survey, and an answer: what a respondent sends most."""
    for turn, body in enumerate(("hello", "go", "4")):
        yield replace(sample, form={**sample.form, "Body": body, "MessageSid": f"SM{turn:032}"})


def _event(platform: Platform, name: str, sample: Sample, number: int) -> Any:
    parts = sample if isinstance(sample, list) else vars(sample)
    changed: Any = varied(parts, number)
    other: Sample = changed if isinstance(sample, list) else type(sample)(**changed)
    application = platform.application
    return to_event(other, Router(application.routes), application.functions[name])


def varied(value: Any, number: int) -> Any:
    """Return a sample with other phone numbers, calls and messages in it, those of a number."""
    if isinstance(value, str):
        value = _NUMBER.sub(lambda found: f"+1{int(found[0][-1]) + 20}3{number:07}", value)
        return _SID.sub(lambda found: f"{found[1]}{number:030x}{found[0][-2:]}", value)
    if isinstance(value, Mapping):
        return {name: varied(member, number) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [varied(member, number) for member in value]
    return value
