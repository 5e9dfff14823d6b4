"""What all tests share: one running platform."""

from collections.abc import Iterator

import pytest

from local.log_lines import Terminal
from local.platform import Platform
from tests.support import Caller


@pytest.fixture(scope="session")
def platform() -> Iterator[Platform]:
    """The whole application, on free ports, with nothing kept on disk; shared by the session."""
    with Platform(port=0, terminal=Terminal(quiet=True), watch=False) as running:
        yield running


@pytest.fixture(scope="session")
def caller(platform: Platform) -> Caller:
    """Sends requests to the platform, signed or with a key."""
    return Caller(platform)
