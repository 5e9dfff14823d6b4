"""A call of its own for every test, and no faults left behind."""

from collections.abc import Callable, Iterator

import pytest

from local.platform import Platform
from tests.integration.ivr_path.calls import StudioCall
from tests.support import Caller

NewCall = Callable[..., StudioCall]


@pytest.fixture(autouse=True)
def _no_faults_left(request: pytest.FixtureRequest) -> Iterator[None]:
    caller: Caller | None = request.getfixturevalue("caller") if "platform" in request.fixturenames else None
    yield
    if caller is not None:
        for path in ("/twilio/faults", "/aws/faults", "/operator"):
            caller.local("DELETE", path)


@pytest.fixture
def new_call(platform: Platform, caller: Caller) -> NewCall:
    return lambda flow_sid=None: StudioCall(platform, caller, flow_sid)


@pytest.fixture
def call(new_call: NewCall) -> StudioCall:
    return new_call()
