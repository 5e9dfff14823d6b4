"""Each call to AWS and to Twilio fails in turn, on every route that Twilio calls."""

import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import pytest

from local.http_messages import HttpResponse
from local.lambda_runtime.functions import Concurrency
from local.log_lines import Terminal
from local.platform import Platform
from local.template.document import Names
from tests.integration.layer.test_who_may_call import stored
from tests.integration.layer.webhooks import CASES, Person, Webhook, write_config_files
from tests.support import Caller
from tools.event_payloads import Webhook as SampleWebhook
from tools.sample_events import SAMPLES

FAULTS: Final = {"refuses": 403, "throttles": 429, "closes the connection": 0}
SECRETS: Final = "ssm.GetParameter"
_CONVERSATIONS: Final = "POST https://conversations.twilio.com/v1/Conversations"
_NUMBERS: Final = "GET https://api.twilio.com/2010-04-01/Accounts/…/IncomingPhoneNumbers.json"
CALLS: Final = (
    SECRETS,
    "dynamodb.GetItem",
    "dynamodb.PutItem",
    "dynamodb.Query",
    "dynamodb.UpdateItem",
    "events.PutEvents",
    "s3.GetObject",
    _NUMBERS,
    "GET https://api.twilio.com/2010-04-01/Accounts/…/Queues/….json",
    "GET https://taskrouter.twilio.com/v1/Workspaces/…/Tasks",
    "POST https://taskrouter.twilio.com/v1/Workspaces/…/Tasks",
    "POST https://flex-api.twilio.com/v1/Interactions",
    _CONVERSATIONS,
    f"{_CONVERSATIONS}/…/Messages",
    f"{_CONVERSATIONS}/…/Participants",
    f"{_CONVERSATIONS}/…/Webhooks",
)
"""What these routes ask of AWS and Twilio."""
KEPT_IN_MEMORY: Final = (SECRETS, "s3.GetObject", _NUMBERS)
"""What a function asks for once."""
ONE_FOR_EACH_FUNCTION: Final = list({CASES[name].function: name for name in reversed(list(CASES))}.values())
ALWAYS: Final = 100_000


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A platform of its own: faults and new environments would disturb other tests."""
    files = write_config_files(tmp_path_factory.mktemp("config-files"))
    with Platform(
        0,
        names=Names("switchboard-bad-day", "444444444444"),
        parameters={"RoutesFreshSeconds": "0"},
        config_files=files,
        watch=False,
        terminal=Terminal(quiet=True),
        concurrency=Concurrency(running=2 * len(CASES), kept=3 * len(CASES)),
    ) as running:
        yield running


@pytest.fixture(scope="module")
def caller(platform: Platform) -> Caller:
    return Caller(platform)


def prepare(caller: Caller, names: Sequence[str]) -> dict[str, Webhook]:
    """Return a request of a new person for each case."""
    return dict(zip(names, in_parallel(lambda name: CASES[name].make(Person(caller)), names), strict=True))


def in_parallel(work: Any, things: Sequence[Any]) -> list[Any]:
    with ThreadPoolExecutor(len(things) or 1) as threads:
        return list(threads.map(work, things))


def send(caller: Caller, webhooks: Mapping[str, Webhook], *, forged: bool = False) -> dict[str, HttpResponse]:
    answers = in_parallel(lambda webhook: webhook.send(caller, forged=forged), list(webhooks.values()))
    return dict(zip(webhooks, answers, strict=True))


def kind_of(call: str) -> str:
    """Return a call without what differs from one to the next."""
    return re.sub(r"[A-Z]{2}[0-9a-f]{32}", "…", call)


def person_of(webhook: Webhook) -> str:
    """Return what a request is about, as it would be stored: a call, a number, or an event."""
    form = webhook.form
    named = (form.get(name) for name in ("CallSid", "callSid", "toNumber", "numberToCall", "From"))
    return next(filter(None, named), None) or str(webhook.content[0]["id"])


def order(caller: Caller, call: str, status: int, *, times: int = ALWAYS, delay: float = 0) -> None:
    """Let a call fail, however often it is tried."""
    fault = {"match": call, "status": status, "times": times, "delaySeconds": delay}
    if "://" in call:
        fault["match"] = re.escape(call).replace("…", "[^/]*") + r"(\?.*)?$"
    caller.local("POST", "/twilio/faults" if "://" in call else "/aws/faults", fault)


def pending(caller: Caller) -> list[int]:
    """Return how often the ordered faults are still to come."""
    faults = caller.local("GET", "/aws/faults") + caller.local("GET", "/twilio/faults")
    return [fault["times"] for fault in faults]


def end_faults(caller: Caller) -> None:
    caller.local("DELETE", "/aws/faults")
    caller.local("DELETE", "/twilio/faults")


@pytest.fixture(scope="module")
def good_day(caller: Caller) -> dict[str, tuple[Any, set[str]]]:
    """What each case is answered where nothing fails, and the calls that this takes."""
    found = {}
    for name, webhook in prepare(caller, list(CASES)).items():
        answer = webhook.send(caller)
        ran = caller.invocations(CASES[name].function)[-1]
        found[name] = (CASES[name].essence(answer), {kind_of(call) for call in (*ran["aws"], *ran["twilio"])})
        assert answer.status < 400, (name, answer.text)
    return found


def check(name: str, answer: HttpResponse, good: Any) -> None:
    """Check that an answer is the usual one, or the one that is for a bad day."""
    case = CASES[name]
    assert case.essence(answer) == good or case.bad_day(answer), (name, answer.status, answer.text)


def check_again(
    caller: Caller, webhooks: Mapping[str, Webhook], good_day: Mapping[str, tuple[Any, set[str]]]
) -> None:
    """Check that nothing was lost: the same requests, sent again, are answered as on a good day."""
    if wait := max(CASES[name].again_after for name in webhooks):
        caller.local("POST", "/clock", {"advanceSeconds": wait})
    for name, answer in send(caller, webhooks).items():
        assert CASES[name].essence(answer) == good_day[name][0], (name, answer.text)


def check_durations(caller: Caller, since: int) -> None:
    """Check that each function answered while its caller still waited."""
    limits = {case.function: case.seconds for case in CASES.values()}
    for ran in caller.invocations()[since:]:
        if ran["trigger"] == "http":
            assert ran["outcome"] == "success", ran
            assert ran["durationMs"] < limits[ran["function"]] * 1000, ran


def test_every_route_and_every_call_is_here(
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
def test_a_call_that_fails(
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
    check_durations(caller, since)

    end_faults(caller)
    if call in KEPT_IN_MEMORY:
        platform.functions.recycle()  # they leave alone for some seconds what has failed
    check_again(caller, webhooks, good_day)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_signature_that_cannot_be_checked_is_not_taken_for_a_valid_one(
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
    check_durations(caller, since)

    end_faults(caller)
    platform.functions.recycle()  # they leave alone for some seconds what has failed
    for name, answer in send(caller, webhooks, forged=True).items():
        assert answer.status == 403, name
    everything = stored(platform)
    assert not [person for person in strangers if person in everything]
    # Finished calls of other tests may still be recorded: for that Twilio is asked, and nothing more.
    assert {request["method"] for request in caller.twilio_requests()[asked:]} <= {"GET"}
    check_again(caller, webhooks, good_day)


def test_a_burst_of_cold_starts_that_ssm_throttles_is_served(
    platform: Platform, caller: Caller, good_day: Mapping[str, tuple[Any, set[str]]]
) -> None:
    webhooks = prepare(caller, ONE_FOR_EACH_FUNCTION)
    platform.functions.recycle()
    order(caller, SECRETS, FAULTS["throttles"], times=3 * len(webhooks))
    check_again(caller, webhooks, good_day)
    assert pending(caller) == []


@pytest.mark.parametrize("fault", ["throttles", "closes the connection"])
def test_who_comes_with_an_api_key_is_asked_to_come_again(
    platform: Platform, caller: Caller, fault: str
) -> None:
    key = {"Authorization": f"Bearer {platform.api_key}"}
    platform.functions.recycle()
    order(caller, SECRETS, FAULTS[fault])
    answer = caller.send("GET", "/ivr-paths", b"", key)
    assert (answer.status, answer.json()) == (503, {"message": "The service is busy. Try again later."})
    end_faults(caller)
    platform.functions.recycle()
    assert caller.send("GET", "/ivr-paths", b"", key).status == 200


@pytest.mark.parametrize(
    "silent", [[SECRETS], ["dynamodb", "events", "sqs", "s3"]], ids=["secrets", "others"]
)
def test_a_silent_service_keeps_nobody_waiting(
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
    check_durations(caller, since)

    end_faults(caller)
    platform.functions.recycle()  # they leave alone for some seconds what has failed
    check_again(caller, webhooks, good_day)
