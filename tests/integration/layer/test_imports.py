"""What a fresh process imports up to its first answer, for which a person waits (docs/cold-start.md)."""

import os
from typing import Any, Final

import pytest

from local.platform import Platform
from tests.data.template import FUNCTIONS
from tests.support import make_ready_for_sample
from tools.bench.cold_start import Interpreter
from tools.event_payloads import Webhook
from tools.sample_events import SAMPLES, sample_events

pytestmark = pytest.mark.slow

REST: Final = "twilio.rest"
"""Hundreds of modules, for who asks Twilio something."""

ASK_TWILIO: Final = {"CallbackCreateFromStudio", "CallbackWaitExperience"}
"""Webhooks that find or make a task before they answer."""

ROUTES: Final = sorted(
    name
    for name, properties in FUNCTIONS.items()
    if any(event["Type"] == "HttpApi" for event in properties.get("Events", {}).values())
)
TWIML_ONLY: Final = {name for name in ROUTES if isinstance(SAMPLES[name], Webhook)} - ASK_TWILIO


@pytest.fixture(scope="module")
def events() -> dict[str, Any]:
    return sample_events()


@pytest.mark.parametrize("name", ROUTES)
def test_a_fresh_process_answers_and_a_webhook_that_asks_twilio_nothing_loads_no_rest_client(
    platform: Platform, events: dict[str, Any], name: str
) -> None:
    make_ready_for_sample(platform, name)
    function = platform.application.functions[name]
    kept = {variable: os.environ[variable] for variable in ("PYTHONPYCACHEPREFIX",) if variable in os.environ}
    environment = kept | platform.functions.environment(function)
    started = Interpreter().start(function.handler, [events[name]], environment, function.paths)
    # Some samples are about what only another request would have made: they find nothing, and are answered.
    assert started.answers[0]["statusCode"] in {200, 201, 202, 204, 302, 404}, started.answers
    assert name not in TWIML_ONLY or REST not in started.modules


def test_the_webhooks_are_told_apart() -> None:
    assert {"SurveySmsWebhook", "SurveyVoiceWebhook", "SipInbound", "SipStatusCallback"} < TWIML_ONLY
    assert {"IvrPathLinkExecution", "IvrPathCallStatus", "EventStreamReceive"} < TWIML_ONLY
