"""Customers, and a platform whose records and faults are this test's own."""

from collections.abc import Callable, Iterator

import pytest

from local.platform import Platform
from tests.integration.outbound_message.customers import Customer
from tests.support import Caller


@pytest.fixture(autouse=True)
def _own_records(caller: Caller) -> Iterator[None]:
    caller.local("DELETE", "/twilio/requests")
    yield
    caller.local("DELETE", "/twilio/faults")
    caller.local("DELETE", "/aws/faults")


@pytest.fixture
def customer(platform: Platform, caller: Caller) -> Customer:
    return Customer(platform, caller)


@pytest.fixture
def on_whatsapp(platform: Platform, caller: Caller) -> Customer:
    return Customer(platform, caller, "whatsapp:")


@pytest.fixture
def pass_time(caller: Caller) -> Callable[[float], None]:
    """Let seconds pass on the platform's clock."""

    def advance(seconds: float) -> None:
        caller.local("POST", "/clock", {"advanceSeconds": seconds})

    return advance
