"""A call of its own for every test."""

from collections.abc import Callable

import pytest

from local.platform import Platform
from tests.integration.ivr_path.calls import StudioCall
from tests.support import Caller

NewCall = Callable[..., StudioCall]


@pytest.fixture
def new_call(platform: Platform, caller: Caller) -> NewCall:
    return lambda flow_sid=None: StudioCall(platform, caller, flow_sid)


@pytest.fixture
def call(new_call: NewCall) -> StudioCall:
    return new_call()
