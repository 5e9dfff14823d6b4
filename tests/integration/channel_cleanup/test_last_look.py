"""What happens between a channel's claim and its release, or is told only later, saves the conversation."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from switchboard.twilio import conversations
from tests.integration.channel_cleanup.channels import CONVERSATIONS, message_event, new_sid, task_event
from tests.integration.channel_cleanup.world import QUIET_SECONDS, World

CUSTOMER = "+12025550142"
MODES = ("deactivate", "close", "delete")


def due(world: World, mode: str = "close") -> str:
    """Make a channel that is due, and return its SID."""
    world.set(RELEASE_MODE=mode)
    sid = world.channels.conversation(long_lived=True, status="ACTIVE")
    world.track(task_event(sid, "task.completed", new_sid("WT"), world.now - QUIET_SECONDS - 60))
    return sid


def write(world: World, sid: str, author: str) -> None:
    """Add a message whose event has not come yet."""
    world.channels.twilio("POST", f"{CONVERSATIONS}/{sid}/Messages", Author=author, Body="Hello?")


def is_untouched(world: World, sid: str) -> bool:
    state = ("active", {"long_lived": True, "status": "ACTIVE"})
    return world.channels.state(sid) == state and "releasedAt" not in world.row(sid)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("author", [CUSTOMER, "agent"])
def test_a_message_whose_event_is_still_to_come_saves_the_conversation(
    world: World, mode: str, author: str
) -> None:
    sid = due(world, mode)
    write(world, sid, author)
    world.now += 2
    world.run()
    assert is_untouched(world, sid)
    world.now += QUIET_SECONDS - 10
    world.run()
    assert is_untouched(world, sid)
    world.now += 20
    world.run()
    assert "releasedAt" in world.row(sid)


@pytest.mark.parametrize("mode", MODES)
def test_what_the_account_writes_does_not_save_the_conversation(world: World, mode: str) -> None:
    sid = due(world, mode)
    write(world, sid, "system")
    world.run()
    assert "releasedAt" in world.row(sid)


def test_an_older_message_does_not_save_the_conversation(world: World) -> None:
    sid = due(world)
    write(world, sid, CUSTOMER)
    world.now += QUIET_SECONDS + 1
    world.run()
    assert world.releases(sid) == 1


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", ["message", "task"])
def test_an_event_that_comes_between_claim_and_release_saves_the_conversation(
    world: World, monkeypatch: pytest.MonkeyPatch, mode: str, kind: str
) -> None:
    sid = due(world, mode)
    event = message_event(sid, CUSTOMER, world.now)
    if kind == "task":
        event = task_event(sid, "task.created", new_sid("WT"), world.now)
    look: Any = conversations.latest_messages

    def look_while_the_event_comes(asked: str) -> Any:
        if asked == sid:
            with ThreadPoolExecutor(1) as pool:
                pool.submit(world.track, event).result()
        return look(asked)

    monkeypatch.setattr(conversations, "latest_messages", look_while_the_event_comes)
    world.run()
    assert is_untouched(world, sid)


def test_a_conversation_that_is_gone_at_the_last_look_counts_as_done(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sid = due(world)
    look: Any = conversations.latest_messages

    def look_too_late(asked: str) -> Any:
        world.channels.twilio("DELETE", f"{CONVERSATIONS}/{asked}")
        return look(asked)

    monkeypatch.setattr(conversations, "latest_messages", look_too_late)
    world.run()
    assert "releasedAt" in world.row(sid)


def test_messages_that_twilio_does_not_list_leave_the_channel_to_the_next_run(world: World) -> None:
    sid = due(world)
    world.twilio_answer = lambda _method, url: "500" if "/Messages" in url else "ok"
    world.run()
    assert is_untouched(world, sid)
    world.twilio_answer = lambda _method, _url: "ok"
    world.now += 60
    world.run()
    assert world.releases(sid) == 1
