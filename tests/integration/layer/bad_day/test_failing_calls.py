"""Each call to AWS and to Twilio fails in turn, on every route that Twilio calls."""

from collections.abc import Mapping
from typing import Any

import pytest

from local.platform import Platform
from tests.integration.layer.bad_day.sweep import (
    ALWAYS,
    CALLS,
    FAULTS,
    KEPT_IN_MEMORY,
    SECONDS,
    SECRETS,
    check,
    check_again,
    end_faults,
    order,
    pending,
    prepare,
    send,
)
from tests.integration.layer.webhooks import CASES
from tests.support import Caller, check_durations
from tools.event_payloads import Webhook as SampleWebhook
from tools.sample_events import SAMPLES

pytestmark = pytest.mark.slow


def test_every_route_that_twilio_calls_and_every_call_to_a_service_is_tested(
    platform: Platform, good_day: Mapping[str, tuple[Any, set[str]]]
) -> None:
    functions = {name for name, sample in SAMPLES.items() if isinstance(sample, SampleWebhook)}
    assert functions <= {case.function for case in CASES.values()}
    for function in {case.function for case in CASES.values()}:
        routes = {route.key for route in platform.application.routes if route.function == function}
        assert routes == {case.route for case in CASES.values() if case.function == function}
    assert {SECRETS}.union(*(calls for _, calls in good_day.values())) == set(CALLS)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("call", CALLS[1:])
def test_while_a_call_fails_every_route_answers_in_time_and_nothing_is_lost(
    platform: Platform,
    caller: Caller,
    good_day: Mapping[str, tuple[Any, set[str]]],
    call: str,
    fault: str,
) -> None:
    webhooks = prepare(caller, [name for name, (_, calls) in good_day.items() if call in calls])
    if call in KEPT_IN_MEMORY:
        platform.functions.recycle()
    since = len(caller.invocations())
    order(caller, call, FAULTS[fault])
    answers = send(caller, webhooks)
    assert pending(caller)[0] < ALWAYS
    for name, answer in answers.items():
        check(name, answer, good_day[name][0])
    check_durations(caller.invocations()[since:], SECONDS)

    end_faults(caller)
    check_again(caller, webhooks, good_day)
