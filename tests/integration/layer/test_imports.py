"""What a fresh process imports up to its first answer, for which a person waits (docs/cold-start.md)."""

import os
from typing import Any, Final

import pytest

from local.platform import Platform
from tests.data.template import FUNCTIONS
from tests.support import make_ready_for_sample
from tools.bench.cold_start import first_answer
from tools.event_payloads import Webhook
from tools.sample_events import SAMPLES, sample_events

SLOW: Final = {"aws_lambda_powertools", "boto3", "botocore", "pydantic", "pydantic_core"}
"""Packages that no caller waits for."""

REST: Final = "twilio.rest"
"""Hundreds of modules, for callers who start something at Twilio. Webhooks answer with TwiML."""

ROUTES: Final = sorted(
    name
    for name, properties in FUNCTIONS.items()
    if any(event["Type"] == "HttpApi" for event in properties.get("Events", {}).values())
)
WEBHOOKS: Final = [name for name in ROUTES if isinstance(SAMPLES.get(name), Webhook)]


@pytest.fixture(scope="module")
def events() -> dict[str, Any]:
    return sample_events()


@pytest.mark.parametrize("name", ROUTES)
def test_a_first_answer_imports_nothing_slow(platform: Platform, events: dict[str, Any], name: str) -> None:
    make_ready_for_sample(platform, name)
    function = platform.application.functions[name]
    variables = {
        **{kept: os.environ[kept] for kept in ("PYTHONPYCACHEPREFIX",) if kept in os.environ},
        **platform.functions.environment(function),
        "PYTHONPATH": os.pathsep.join(function.paths),
    }
    answered = first_answer(function.handler, events[name], variables)
    # Some samples are about what only another request would have made: they find nothing, and are answered.
    assert answered.answer["statusCode"] in {200, 201, 202, 204, 302, 404}, answered.answer
    assert SLOW & {module.partition(".")[0] for module in answered.modules} == set()
    assert name not in WEBHOOKS or REST not in answered.modules


def test_every_function_that_twilio_calls_is_checked() -> None:
    assert {"SurveySmsWebhook", "SurveyVoiceWebhook", "SipInbound", "SipStatusCallback"} < set(WEBHOOKS)
    assert {"IvrPathLinkExecution", "IvrPathCallStatus", "EventStreamReceive"} < set(WEBHOOKS)
