"""A fresh stand-in for each test, with an application that answers as the test scripts it."""

from collections.abc import Iterator

import pytest

from tests.integration.twilio.app import World


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    yield world
    world.stand_in.stop()
