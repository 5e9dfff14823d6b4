"""What an API key may start, on a platform with low limits; Flex users and flows have none here."""

from collections.abc import Iterator

import pytest

from local.log_lines import Terminal
from local.platform import Platform
from local.template.document import Names
from tests.integration.outbound_message.customers import SMS, TASK, Customer
from tests.support import Caller

DAY = 86_400
ROUTES = (TASK, SMS)


@pytest.fixture(scope="module")
def limited() -> Iterator[Platform]:
    """A platform whose key may start two messages a minute and three a day, in two countries."""
    limits = {"KeyMessagesPerMinute": "2", "KeyMessagesPerDay": "3", "AllowedCountryPrefixes": "+1,+44"}
    names = Names(stack="switchboard-message-limits", account_id="555555555555")
    with Platform(0, names=names, parameters=limits, watch=False, terminal=Terminal(quiet=True)) as platform:
        yield platform


@pytest.fixture
def ask(limited: Platform) -> Caller:
    """A caller at the first second of a day that no other test has."""
    made = Caller(limited)
    now = made.local("GET", "/clock")["epochSeconds"]
    made.local("POST", "/clock", {"advanceSeconds": DAY - now % DAY + 1})
    made.local("DELETE", "/twilio/requests")
    return made


@pytest.mark.slow
@pytest.mark.parametrize("route", ROUTES)
def test_beyond_the_limit_nothing_is_sent_and_retry_after_is_set(
    limited: Platform, ask: Caller, route: str
) -> None:
    for _ in range(2):
        assert Customer(limited, ask).post(route, messageBody="Hello").status == 200
    refused = Customer(limited, ask)
    answer = refused.post(route, messageBody="Hello")
    assert answer.status == 429
    seconds = int(answer.header("Retry-After"))
    assert 0 < seconds <= 60
    assert (refused.conversations(), refused.inbox()) == ([], [])
    ask.local("POST", "/clock", {"advanceSeconds": seconds})
    assert refused.post(route, messageBody="Hello").status == 200
    ask.local("POST", "/clock", {"advanceSeconds": 60})
    answer = Customer(limited, ask).post(route, messageBody="Hello")
    assert (answer.status, int(answer.header("Retry-After")) > 60) == (429, True)


def test_a_repeated_request_counts_once_towards_the_limit(limited: Platform, ask: Caller) -> None:
    customer = Customer(limited, ask)
    answers = [customer.post(SMS, messageBody="Hello") for _ in range(5)]
    assert [answer.status for answer in answers] == [200] * 5
    assert len({answer.text for answer in answers}) == 1
    assert Customer(limited, ask).post(SMS, messageBody="Hello").status == 200


@pytest.mark.parametrize("number", ["+4915550123456", "whatsapp:+4915550123456"])
def test_a_number_in_a_country_that_is_not_allowed_is_refused(
    limited: Platform, ask: Caller, number: str
) -> None:
    customer = Customer(limited, ask)
    customer.number = number
    answer = customer.post(SMS, messageBody="Hello")
    assert answer.status == 400
    assert answer.json()["errors"][0]["field"] == "toNumber"
    assert customer.requests() == []


@pytest.mark.slow
def test_flex_users_and_flows_are_not_subject_to_a_keys_limit(limited: Platform, ask: Caller) -> None:
    for _ in range(3):
        fields = Customer(limited, ask).fields(messageBody="Hello")
        assert ask.flex_post(SMS, fields).status == 200
        assert ask.signed_json(SMS, {**fields, "messageBody": "Hello again"}).status == 200
