"""The surveys' part of ``switchboard bench``: what each turn costs."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from local.platform import Platform
from tools.caller import Caller

_REPEATS = 15
_QUIET_SECONDS = 0.4


@dataclass(frozen=True)
class Row:
    """What one webhook cost, medians over several callers.

    Parameters
    ----------
    webhook : str
        Which webhook, and at which point of the talk.
    aws : str
        Calls to AWS on the caller's time.
    twilio : float
        Calls to Twilio's REST API on the caller's time.
    invocations : float
        Lambda invocations in all, processors behind the bus included.
    cpu_ms : float
        CPU time of the webhook's own invocation, in ms.
    """

    webhook: str
    aws: str
    twilio: float
    invocations: float
    cpu_ms: float


def settled(caller: Caller) -> list[dict[str, Any]]:
    """Return the invocations so far, oldest first, once no more of them come."""
    known = -1
    while len(records := caller.invocations()) != known:
        known = len(records)
        time.sleep(_QUIET_SECONDS)
    return records


def cost(
    caller: Caller, webhook: str, function: str, send: Callable[[int], object], repeats: int = _REPEATS
) -> Row:
    """Send a webhook to `function` for many callers; return the medians. `send` gets the caller's number."""
    before = len(settled(caller))
    for number in range(repeats):
        send(number)
    records = settled(caller)[before:]
    own = [record for record in records if record["function"] == function]
    usual = statistics.mode(tuple(record["aws"]) for record in own)
    return Row(
        webhook=webhook,
        aws=", ".join(usual) or "none",
        twilio=statistics.median(record["twilioCalls"] for record in own),
        invocations=len(records) / repeats,
        cpu_ms=statistics.median(record["cpuMs"] for record in own),
    )


def survey(platform: Platform) -> list[Row]:
    """Take the survey of config-files/ by SMS and by phone, and return what each turn costs."""
    caller = Caller(platform)

    def text(body: str) -> Callable[[int], object]:
        return lambda n: caller.signed_post(
            "/sms/webhook",
            {
                "MessageSid": f"SM{time.time_ns():032x}",
                "AccountSid": platform.account_sid,
                "From": f"+1202555{n:04}",
                "To": "+12025550100",
                "Body": body,
            },
        )

    pages: dict[int, str] = {}

    def call(**said: str) -> Callable[[int], object]:
        def send(n: int) -> None:
            pages[n] = caller.signed_post(
                _action(pages.get(n, "")),
                {
                    "CallSid": f"CA{n:032x}",
                    "AccountSid": platform.account_sid,
                    "From": f"+1303555{n:04}",
                    "To": "+12025550100",
                    "Direction": "inbound",
                    "CallStatus": "in-progress",
                    **said,
                },
            ).text

        return send

    def start(path: str, area: str) -> Callable[[int], object]:
        return lambda n: caller.key_post(path, {"To": f"+1{area}555{n:04}"})

    # The first invocation of a function is a cold one and fills its caches: it is not part of the medians.
    steps: Sequence[tuple[str, str, Callable[[int], object]]] = (
        ("POST /sms/webhook: first message", "SurveySmsWebhook", text("hello")),
        ("POST /sms/webhook: reply to the welcome", "SurveySmsWebhook", text("go")),
        ("POST /sms/webhook: an answer", "SurveySmsWebhook", text("4")),
        ("POST /sms/webhook: another answer", "SurveySmsWebhook", text("yes")),
        ("POST /sms/webhook: the last answer", "SurveySmsWebhook", text("shorter queues")),
        ("POST /voice/survey: a call comes in", "SurveyVoiceWebhook", call()),
        ("POST /voice/survey/…: the language", "SurveyVoiceWebhook", call(Digits="1")),
        ("POST /voice/survey/…: digits", "SurveyVoiceWebhook", call(Digits="4")),
        ("POST /voice/survey/…: speech", "SurveyVoiceWebhook", call(SpeechResult="yes", Confidence="0.9")),
        (
            "POST /voice/survey/…: the last answer",
            "SurveyVoiceWebhook",
            call(SpeechResult="hours", Confidence="0.9"),
        ),
        ("POST /sms/initiate-sms", "SurveyInitiateSms", start("/sms/initiate-sms", "404")),
        ("POST /voice/initiate-call", "SurveyInitiateCall", start("/voice/initiate-call", "505")),
    )
    return [cost(caller, webhook, function, send) for webhook, function, send in steps]


def _action(page: str) -> str:
    """Return where the last TwiML's Gather posts to; the start of the survey where there is none."""
    import xml.etree.ElementTree as ET

    gather = ET.fromstring(page).find("Gather") if page else None  # noqa: S314  # our own TwiML
    return gather.attrib["action"] if gather is not None else "/voice/survey"
