"""The clean-up on the running platform, and its code in this process on a table of its own."""

from collections.abc import Iterator

import pytest

from local.platform import Platform
from switchboard import aws
from switchboard.aws.secrets import clear_secrets
from switchboard.settings import clear_settings
from switchboard.twilio import rest_client
from tests.integration.channel_cleanup.channels import Channels
from tests.integration.channel_cleanup.world import World
from tests.support import Caller


@pytest.fixture
def channels(platform: Platform, caller: Caller) -> Channels:
    found = Channels(platform, caller)
    found.forget_requests()
    return found


@pytest.fixture
def world(channels: Channels, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    made = World(channels, monkeypatch)
    yield made
    monkeypatch.undo()
    clear_settings()
    clear_secrets()
    aws.clear_clients()
    rest_client.clear_client()
