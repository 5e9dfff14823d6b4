"""The outbound part of `switchboard demo`, on the tests' platform."""

import re
from collections.abc import Iterator

import pytest

from local.platform import Platform
from tools.demo.conversation import ConversationDemo
from tools.twilio_account import connect_to


@pytest.fixture
def _without_sinks(platform: Platform) -> Iterator[None]:
    """Take the sink away that the demo registers: it would send every later test's events."""
    yield
    events = connect_to(platform).events.v1
    for part in (events.subscriptions, events.sinks):
        for one in part.list():
            part(one.sid).delete()


@pytest.mark.usefixtures("_without_sinks")
def test_the_demo_shows_a_conversations_whole_life(
    platform: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    demo = ConversationDemo(platform, lambda _: None)
    assert demo.start()
    assert demo.end()
    assert demo.start_again()
    shown = capsys.readouterr().out
    first, second = re.findall("conversation (CH[0-9a-f]{32}), task", shown)
    assert first != second
    assert "47 hours later the conversation is active" in shown
    assert ' 2 hours later the conversation is closed: {"long_lived":false,"status":"INACTIVE"}' in shown
