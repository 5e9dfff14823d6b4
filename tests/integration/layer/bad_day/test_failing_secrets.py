"""The secrets cannot be read, or a whole service is silent: nobody is let in, and nobody kept waiting."""

from collections.abc import Mapping
from typing import Any

import pytest

from local.platform import Platform
from tests.integration.layer.bad_day.sweep import (
    FAULTS,
    ONE_FOR_EACH_FUNCTION,
    SECONDS,
    SECRETS,
    check,
    check_again,
    end_faults,
    order,
    pending,
    person_of,
    prepare,
    send,
)
from tests.integration.layer.test_who_may_call import stored
from tests.integration.layer.webhooks import CASES
from tests.support import Caller, check_durations

pytestmark = pytest.mark.slow

SECRET_CACHE_SECONDS = 300
"""template.yaml's, for every function."""


@pytest.mark.parametrize("fault", FAULTS)
def test_while_secrets_cannot_be_read_no_signature_is_accepted(
    platform: Platform, caller: Caller, good_day: Mapping[str, tuple[Any, set[str]]], fault: str
) -> None:
    webhooks = prepare(caller, ONE_FOR_EACH_FUNCTION)
    platform.functions.recycle()
    before, asked = stored(platform), len(caller.twilio_requests())
    strangers = [person for person in map(person_of, webhooks.values()) if person not in before]
    assert len(strangers) > len(webhooks) / 2
    since = len(caller.invocations())
    order(caller, SECRETS, FAULTS[fault])
    for forged in (True, False):
        for name, answer in send(caller, webhooks, forged=forged).items():
            assert CASES[name].bad_day(answer), (name, answer.status, answer.text)
    check_durations(caller.invocations()[since:], SECONDS)

    end_faults(caller)
    for name, answer in send(caller, webhooks, forged=True).items():
        assert answer.status == 403, name
    everything = stored(platform)
    assert not [person for person in strangers if person in everything]
    # Finished calls of other tests may still be recorded: for that Twilio is asked, and nothing more.
    assert {request["method"] for request in caller.twilio_requests()[asked:]} <= {"GET"}
    check_again(caller, webhooks, good_day)


def test_cold_starts_that_ssm_throttles_are_served(
    platform: Platform, caller: Caller, good_day: Mapping[str, tuple[Any, set[str]]]
) -> None:
    webhooks = prepare(caller, ONE_FOR_EACH_FUNCTION)
    platform.functions.recycle()
    order(caller, SECRETS, FAULTS["throttles"], times=3 * len(webhooks))
    check_again(caller, webhooks, good_day)
    assert pending(caller) == []


@pytest.mark.parametrize("fault", ["throttles", "closes the connection"])
def test_while_secrets_cannot_be_read_a_request_with_an_api_key_gets_503(
    platform: Platform, caller: Caller, fault: str
) -> None:
    key = {"Authorization": f"Bearer {platform.api_key}"}
    platform.functions.recycle()
    order(caller, SECRETS, FAULTS[fault])
    answer = caller.send("GET", "/ivr-paths", b"", key)
    assert (answer.status, answer.json()) == (503, {"message": "The service is busy. Try again later."})
    end_faults(caller)
    assert caller.send("GET", "/ivr-paths", b"", key).status == 200


def test_while_ssm_is_silent_no_caller_waits_for_a_secret_that_has_been_read_before(
    platform: Platform, caller: Caller, good_day: Mapping[str, tuple[Any, set[str]]]
) -> None:
    for answer in send(caller, prepare(caller, ONE_FOR_EACH_FUNCTION)).values():
        assert answer.status < 400, answer.text
    webhooks = prepare(caller, ONE_FOR_EACH_FUNCTION)
    caller.local("POST", "/clock", {"advanceSeconds": SECRET_CACHE_SECONDS + 1})
    since = len(caller.invocations())
    order(caller, SECRETS, 503, delay=30)
    for name, answer in send(caller, webhooks).items():
        assert CASES[name].essence(answer) == good_day[name][0], (name, answer.status, answer.text)
    check_durations(caller.invocations()[since:], {name: seconds / 2 for name, seconds in SECONDS.items()})
    end_faults(caller)


@pytest.mark.parametrize(
    "silent", [[SECRETS], ["dynamodb", "events", "sqs", "s3"]], ids=["secrets", "others"]
)
def test_while_a_service_is_silent_every_route_answers_in_time(
    platform: Platform, caller: Caller, good_day: Mapping[str, tuple[Any, set[str]]], silent: list[str]
) -> None:
    webhooks = prepare(caller, list(CASES) if SECRETS not in silent else ONE_FOR_EACH_FUNCTION)
    if SECRETS in silent:
        platform.functions.recycle()
    since = len(caller.invocations())
    for call in silent:
        order(caller, call, 503, delay=30)
    for name, answer in send(caller, webhooks).items():
        check(name, answer, good_day[name][0])
    check_durations(caller.invocations()[since:], SECONDS)

    end_faults(caller)
    check_again(caller, webhooks, good_day)
