"""A person who asks to be called back, and no faults left behind."""

from collections.abc import Iterator

import pytest

from local.platform import Platform
from tests.integration.callback.desk import Desk
from tests.support import Caller


@pytest.fixture
def desk(platform: Platform, caller: Caller) -> Iterator[Desk]:
    yield Desk(platform, caller)
    for path in ("/twilio/faults", "/aws/faults"):
        caller.local("DELETE", path)
