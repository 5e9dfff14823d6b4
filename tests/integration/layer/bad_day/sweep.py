"""What the sweep over all calls and routes uses: requests of new people, faults, and what must hold."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from local.http_messages import HttpResponse
from switchboard.cache import RETRY_SECONDS
from tests.integration.layer.webhooks import CASES, Person, Webhook
from tests.support import Caller, in_parallel

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
    "GET https://taskrouter.twilio.com/v1/Workspaces/…/Tasks/…",
    "POST https://taskrouter.twilio.com/v1/Workspaces/…/Tasks/…",
    "POST https://api.twilio.com/2010-04-01/Accounts/…/Calls/….json",
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
SECONDS: Final = {case.function: case.seconds for case in CASES.values()}
"""How long each function's caller waits."""


def prepare(caller: Caller, names: Sequence[str]) -> dict[str, Webhook]:
    """Return a request of a new person for each case."""
    return dict(zip(names, in_parallel(lambda name: CASES[name].make(Person(caller)), names), strict=True))


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
    """Let all calls succeed again, and let the time pass for which functions leave alone what has failed."""
    caller.local("DELETE", "/aws/faults")
    caller.local("DELETE", "/twilio/faults")
    caller.local("POST", "/clock", {"advanceSeconds": RETRY_SECONDS})


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
