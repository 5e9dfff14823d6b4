"""How many surveys an API key may start, on a platform with low limits."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from local.http_messages import HttpResponse
from local.log_lines import Terminal
from local.platform import Platform
from local.template.document import Names
from tests.data.surveys import MINIMAL_CONFIG, MINIMAL_PROMPTS
from tests.integration.survey.talk import Respondent, upload
from tests.support import Caller

People = Callable[..., Respondent]
ROUTES = ("/voice/initiate-call", "/sms/initiate-sms")
PER_MINUTE = 3
PER_DAY = 5
DAY = 86_400


@pytest.fixture(scope="module")
def limited() -> Iterator[Platform]:
    """A platform whose key may start three surveys a minute and five a day, in two countries."""
    limits = {
        "KeyMessagesPerMinute": str(PER_MINUTE),
        "KeyMessagesPerDay": str(PER_DAY),
        "AllowedCountryPrefixes": "+1,+44",
    }
    names = Names(stack="switchboard-key-limits", account_id="444444444444")
    with Platform(0, names=names, parameters=limits, watch=False, terminal=Terminal(quiet=True)) as platform:
        upload(platform, "minimal", MINIMAL_CONFIG, en_US=MINIMAL_PROMPTS)
        yield platform


@pytest.fixture
def person(limited: Platform) -> People:
    caller = Caller(limited)
    # Each test has a day of its own, from its first second on.
    now = datetime.fromisoformat(caller.local("GET", "/clock")["now"]).timestamp()
    caller.local("POST", "/clock", {"advanceSeconds": DAY - now % DAY + 1})

    def make(number: str | None = None) -> Respondent:
        return Respondent(limited, caller, number, "minimal")

    return make


def _starts(someone: Respondent, route: str) -> HttpResponse:
    fields = {"To": someone.number, "surveyId": "minimal", "again": "true"}
    return someone.caller.key_post(route, fields)


def _asked(someone: Respondent) -> int:
    sent = someone.caller.twilio_requests()
    return len([request for request in sent if request["params"].get("To") == someone.number])


@pytest.mark.slow
@pytest.mark.parametrize("route", ROUTES)
def test_an_api_key_beyond_its_minute_gets_retry_after(person: People, route: str) -> None:
    answers = [_starts(person(), route) for _ in range(PER_MINUTE)]
    assert [answer.status for answer in answers] == [201] * PER_MINUTE
    refused = person()
    answer = _starts(refused, route)
    assert answer.status == 429
    assert "limit of 3 a minute" in answer.json()["message"]
    seconds = int(answer.header("Retry-After"))
    assert 0 < seconds <= 60
    assert (refused.session(), _asked(refused)) == (None, 0)
    refused.caller.local("POST", "/clock", {"advanceSeconds": seconds})
    assert _starts(refused, route).status == 201


@pytest.mark.slow
def test_calls_and_messages_count_together_and_a_day_has_its_own_limit(person: People) -> None:
    statuses = []
    for number in range(PER_DAY + 1):
        someone = person()
        statuses.append(_starts(someone, ROUTES[number % 2]).status)
        someone.caller.local("POST", "/clock", {"advanceSeconds": 60})
    assert statuses == [201] * PER_DAY + [429]
    answer = _starts(person(), ROUTES[0])
    assert "limit of 5 a day" in answer.json()["message"]
    assert DAY - 3600 < int(answer.header("Retry-After")) <= DAY


@pytest.mark.parametrize("route", ROUTES)
def test_an_api_key_reaches_its_countries_only(person: People, route: str) -> None:
    elsewhere, allowed = person("+33142685300"), person("+442079460000")
    answer = _starts(elsewhere, route)
    assert answer.status == 400
    (error,) = answer.json()["errors"]
    assert error["field"] == "To"
    assert "+1, +44" in error["message"]
    assert (elsewhere.session(), _asked(elsewhere)) == (None, 0)
    assert _starts(allowed, route).status == 201


def test_a_reminder_counts_and_a_refused_request_does_not(person: People) -> None:
    someone = person()
    assert _starts(someone, "/sms/initiate-sms").status == 201
    for wrong in ({"To": "12"}, {"To": someone.number, "surveyId": "none-such"}):
        assert someone.caller.key_post("/sms/initiate-sms", wrong).status == 400
    for _ in range(PER_MINUTE - 1):
        someone.caller.local("POST", "/clock", {"advanceSeconds": 16})
        assert _starts(someone, "/sms/initiate-sms").status == 201
    assert _starts(someone, "/sms/initiate-sms").status == 429
    # The survey itself goes on.
    assert someone.texts("go") == "Rate us"
