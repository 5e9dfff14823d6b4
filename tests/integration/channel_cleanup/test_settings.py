"""What a release does by the settings: attributes only, closing, deleting; and legacy Chat."""

from typing import Any

import pytest

from tests.integration.channel_cleanup.channels import CONVERSATIONS, RELEASED, new_sid, task_event
from tests.integration.channel_cleanup.world import QUIET_SECONDS, World

SERVICE = "IS" + "5" * 32
CHAT = f"chat.twilio.com/v2/Services/{SERVICE}/Channels"
ATTRIBUTES = {"customer": "Ada", "status": "ACTIVE", "long_lived": True}
LOOK = ("GET", {"Order": "desc", "PageSize": "50"}, 200)
"""The request for the latest messages."""
MERGED = {"customer": "Ada", **RELEASED}


def due(world: World, sid: str) -> None:
    world.track(task_event(sid, "task.completed", new_sid("WT"), world.now - QUIET_SECONDS - 60))
    world.channels.forget_requests()


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("deactivate", [("GET", {}, 200), LOOK, ("POST", {"Attributes": MERGED}, 200)]),
        ("close", [("GET", {}, 200), LOOK, ("POST", {"Attributes": MERGED, "State": "closed"}, 200)]),
        ("delete", [LOOK, ("DELETE", {}, 204)]),
    ],
)
def test_the_release_mode_determines_what_happens_to_a_conversation(
    world: World, mode: str, expected: list[Any]
) -> None:
    sid = world.channels.conversation(**ATTRIBUTES)
    world.set(RELEASE_MODE=mode)
    due(world, sid)
    world.run()
    asked = world.channels.requests(sid)
    assert [(method, params, status) for method, _, params, status in asked] == expected
    urls = {url.partition("/Messages")[0] for _, url, _, _ in asked}
    assert urls == {f"{CONVERSATIONS}/{sid}"}
    assert "releasedAt" in world.row(sid)


@pytest.mark.parametrize("attributes", [MERGED, {"other": 1, "status": "INACTIVE", "long_lived": False}])
def test_attributes_that_are_already_right_are_not_written(world: World, attributes: dict[str, Any]) -> None:
    sid = world.channels.conversation(**attributes)
    world.set(RELEASE_MODE="deactivate")
    due(world, sid)
    world.run()
    assert [one[0] for one in world.channels.requests(sid)] == ["GET"]


def test_the_quiet_time_can_be_set(world: World) -> None:
    sid = world.channels.conversation()
    world.set(QUIET_SECONDS="3600")
    world.track(task_event(sid, "task.completed", new_sid("WT"), world.now - 3_599))
    world.run()
    assert world.releases(sid) == 0
    world.now += 2
    world.run()
    assert world.releases(sid) == 1


@pytest.mark.parametrize("mode", ["deactivate", "close"])
def test_a_legacy_chat_channel_gets_new_attributes_in_every_mode(world: World, mode: str) -> None:
    world.set(LEGACY_CHAT_SERVICE_SID=SERVICE, RELEASE_MODE=mode)
    made = world.channels.twilio("POST", CHAT, Attributes='{"customer":"Ada","status":"ACTIVE"}')
    task = task_event("", "task.completed", new_sid("WT"), world.now - QUIET_SECONDS, channelSid=made["sid"])
    world.track(task)
    world.channels.forget_requests()
    world.run()
    url = f"{CHAT}/{made['sid']}"
    assert world.channels.requests(made["sid"]) == [
        ("GET", url, {}, 200),
        ("POST", url, {"Attributes": MERGED}, 200),
    ]
    world.run()
    assert len(world.channels.requests(made["sid"])) == 2


def test_a_legacy_chat_channel_can_be_deleted_and_may_be_missing(world: World) -> None:
    world.set(LEGACY_CHAT_SERVICE_SID=SERVICE, RELEASE_MODE="delete")
    made = world.channels.twilio("POST", CHAT, Attributes="{}")
    gone = new_sid("CH")
    for sid in (made["sid"], gone):
        due(world, sid)
    world.run()
    assert world.channels.requests(made["sid"]) == [("DELETE", f"{CHAT}/{made['sid']}", {}, 204)]
    assert "releasedAt" in world.row(gone)


@pytest.mark.parametrize("text", ["[]", '"text"', "null"])
def test_attributes_that_are_not_an_object_are_replaced(world: World, text: str) -> None:
    sid = world.channels.twilio("POST", CONVERSATIONS, Attributes=text)["sid"]
    due(world, sid)
    world.run()
    assert world.channels.state(sid) == ("closed", RELEASED)
