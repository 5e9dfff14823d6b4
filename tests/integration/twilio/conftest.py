"""A new stand-in and a scripted application for each test."""

from collections.abc import Iterator

import pytest

from tests.integration.twilio.app import World


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    yield world
    world.stand_in.stop()
