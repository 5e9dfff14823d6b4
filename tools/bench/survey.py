"""The surveys' part of ``switchboard bench``: what each turn costs."""

import time
from collections.abc import Callable, Sequence

from local.platform import Platform
from tools.bench import requests
from tools.caller import Caller

HEADS = ("surveys", *requests.HEADS)


def run(platform: Platform) -> list[tuple[str, ...]]:
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
    return requests.table(caller, steps)


def _action(page: str) -> str:
    """Return where the last TwiML's Gather posts to; the start of the survey where there is none."""
    import xml.etree.ElementTree as ET

    gather = ET.fromstring(page).find("Gather") if page else None  # noqa: S314  # our own TwiML
    return gather.attrib["action"] if gather is not None else "/voice/survey"
