"""The callbacks' part of ``switchboard bench``: what each request and each key in the queue costs."""

import itertools
import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import uuid4

from local.platform import Platform
from local.template.parameters import FLEX_NUMBER, WORKFLOW_SID
from local.twilio.voice.recordings import Recording
from tools.bench.events import queue_call
from tools.caller import Caller

HEADS = ("callbacks and voicemails", "AWS calls", "Twilio calls", "CPU ms")

_TIMES = 9
_CREATE = "/callback/studio/create-callback"
_WAIT = "/callback/studio/wait-experience"


def run(platform: Platform) -> list[tuple[str, str, str, str]]:
    """Return a row per route and situation: calls of one request, and the median of its CPU time."""
    bench = _Bench(platform)
    return [
        ("create: first request", *bench.costs("CallbackCreateFromStudio", bench.create)),
        ("create: the same request again", *bench.costs("CallbackCreateFromStudio", bench.create_again)),
        ("create: transcription of a voicemail", *bench.costs("CallbackCreateFromStudio", bench.transcribe)),
        ("requeue", *bench.costs("CallbackRequeue", bench.requeue)),
        ("fetch-voicemail", *bench.costs("CallbackFetchVoicemail", bench.fetch)),
        ("wait experience: enter the queue", *bench.costs("CallbackWaitExperience", bench.enter)),
        ("wait experience: a key of the menu", *bench.costs("CallbackWaitExperience", bench.press_star)),
        ("wait experience: callback confirmed", *bench.costs("CallbackWaitExperience", bench.confirm)),
    ]


class _Bench:
    """Sends each request for a person of its own, and reads what the last invocation cost."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._caller = Caller(platform)
        self._people = itertools.count(2_000_000)
        self._number = ""
        self._call: dict[str, str] = {}

    def costs(self, function: str, request: Callable[[], None]) -> tuple[str, str, str]:
        """Send a request several times; the first one, in a new execution environment, is left out."""
        records = []
        for _ in range(_TIMES):
            self._number = f"+1415{next(self._people)}"
            request()
            records.append(self._caller.invocations(function)[-1])
        return _medians(records[1:])

    def create(self) -> None:
        self._post(_CREATE, self._numbers())

    def create_again(self) -> None:
        self.create()
        self.create()

    def transcribe(self) -> None:
        recording = {"RecordingSid": _sid("RE"), "RecordingUrl": "https://api.twilio.com/recording"}
        self._post(_CREATE, self._numbers() | recording)
        self._post(_CREATE, self._numbers() | recording | {"TranscriptionText": "Please call me."})

    def requeue(self) -> None:
        sid = self._post(_CREATE, self._numbers())["taskSid"]
        self._caller.flex_post("/callback/flex/requeue-callback", {"taskSid": sid})

    def fetch(self) -> None:
        recording = Recording(_sid("RE"), _sid("CA"), "Hello", 10, self._platform.clock.now())
        self._platform.stand_in.recordings.add(recording)
        self._caller.flex_post("/callback/flex/fetch-voicemail", {"recordingSid": recording.sid})

    def enter(self) -> None:
        self._queue()
        self._caller.signed_post(f"{_WAIT}?workflowSid={WORKFLOW_SID}", self._call)

    def press_star(self) -> None:
        task_sid = self._queue()
        self._caller.signed_post(f"{_WAIT}/choice?task={task_sid}", self._call | {"Digits": "*"})

    def confirm(self) -> None:
        task_sid = self._queue()
        self._caller.signed_post(f"{_WAIT}/number?task={task_sid}", self._call | {"Digits": "1"})

    def _queue(self) -> str:
        """Let a call wait for a task; return the task."""
        self._call = {
            "AccountSid": self._platform.account_sid,
            "CallSid": _sid("CA"),
            "From": self._number,
            "To": FLEX_NUMBER,
        }
        return queue_call(self._platform, self._call["CallSid"])

    def _numbers(self) -> dict[str, str]:
        return {"numberToCall": self._number, "numberToCallFrom": FLEX_NUMBER}

    def _post(self, path: str, form: Mapping[str, str]) -> dict[str, Any]:
        answer: dict[str, Any] = self._caller.signed_post(path, form).json()
        return answer


def _sid(prefix: str) -> str:
    return prefix + uuid4().hex


def _medians(records: Sequence[Mapping[str, Any]]) -> tuple[str, str, str]:
    aws = statistics.mode(tuple(record["aws"]) for record in records)
    twilio = statistics.mode(tuple(call.split()[0] for call in record["twilio"]) for record in records)
    cpu = statistics.median(record["cpuMs"] for record in records)
    return ", ".join(aws) or "none", ", ".join(twilio) or "none", f"{cpu:.1f}"
