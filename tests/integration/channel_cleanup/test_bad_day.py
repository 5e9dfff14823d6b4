"""Faults of Twilio and runs that die: every due channel is released once in the end, no other ever."""

import contextlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from switchboard.processor import ProcessingFailed
from tests.integration.channel_cleanup.channels import Channels, message_event, new_sid, task_event
from tests.integration.channel_cleanup.world import QUIET_SECONDS, Killed, World, due_sids
from tests.support import eventually

pytestmark = pytest.mark.slow

HOUR, LEASE = 3_600, 900
KINDS = ("due", "due", "open", "recent", "written", "closed", "gone")


def make(world: World, kind: str, age: float = 60.0) -> str:
    """Make a channel; ``age``: for how many seconds it has been due."""
    at = world.now - QUIET_SECONDS - age
    sid = new_sid("CH") if kind == "gone" else world.channels.conversation()
    task = new_sid("WT")
    world.track(task_event(sid, "task.created", task, at - 1), task_event(sid, "task.completed", task, at))
    if kind == "open":
        world.track(task_event(sid, "task.created", new_sid("WT"), at - 0.5))
    elif kind == "recent":
        world.track(task_event(sid, "task.completed", new_sid("WT"), world.now - QUIET_SECONDS + 2 * HOUR))
    elif kind == "written":
        world.track(message_event(sid, "+12025550142", world.now - 60))
    elif kind == "closed":
        world.channels.twilio("POST", f"conversations.twilio.com/v1/Conversations/{sid}", State="closed")
    return sid


def check(world: World, made: dict[str, str]) -> None:
    world.channels.caller.local("DELETE", "/aws/faults")
    for sid, kind in made.items():
        assert world.releases(sid) == (kind == "due"), kind
        is_done = kind in {"due", "closed", "gone"}
        assert ("releasedAt" in world.row(sid), "idleSince" in world.row(sid)) == (is_done, not is_done), kind


@settings(max_examples=4, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.lists(st.sampled_from(KINDS), min_size=1, max_size=6), st.data())
def test_every_due_channel_is_released_once_although_runs_are_interrupted(
    world: World, kinds: list[str], data: st.DataObject
) -> None:
    world.empty()
    world.set(RELEASE_TRIES="20")
    world.channels.forget_requests()
    made = {make(world, kind): kind for kind in kinds}
    world.channels.forget_requests()
    answers = ["ok", "ok", "ok", "429", "503", "500", "silent", "lost"]
    for _ in range(data.draw(st.integers(1, 3), label="runs")):
        plan = data.draw(st.lists(st.sampled_from(answers), max_size=12), label="answers")
        world.twilio_answer = lambda _method, _url, plan=plan: plan.pop(0) if plan else "ok"  # type: ignore[misc]
        end = data.draw(st.integers(0, 40), label="dies at")
        # If TaskRouter does not answer, the run fails, and the next one continues.
        with world.dying_at(end), contextlib.suppress(ProcessingFailed):
            world.run()
        world.now += LEASE + 1
    world.twilio_answer = lambda _method, _url: "ok"
    world.run_to_the_end()
    check(world, made)
    assert world.letters() == []


@pytest.mark.parametrize("status", ["429", "503"])
def test_a_short_refusal_of_twilio_is_retried(world: World, status: str) -> None:
    made = {make(world, kind): kind for kind in KINDS}
    world.channels.forget_requests()
    plan, part = [status] * 4, "/Tasks" if status == "429" else "/Conversations/"
    world.twilio_answer = lambda _method, url: plan.pop() if plan and part in url else "ok"
    world.run_to_the_end()
    if status == "503":  # Another hour, another try.
        world.now += HOUR
        world.run_to_the_end()
    check(world, made)


def test_while_twilio_throttles_the_run_slows_down_and_gives_up_nothing(world: World) -> None:
    made = {make(world, "due"): "due" for _ in range(3)}
    world.set(RELEASE_TRIES="1")
    world.channels.forget_requests()
    asked = []

    def throttle(_method: str, url: str) -> str:
        asked.append(url)
        return "429"

    world.twilio_answer = throttle
    world.run(seconds=200)
    assert world.published == []  # without any progress, the next hour is early enough
    assert len(asked) < 40
    assert world.slept > 100
    assert all(world.row(sid).get("attempts", 0) == 0 for sid in made)
    world.twilio_answer = lambda _method, _url: "ok"
    world.run()
    check(world, made)
    assert world.letters() == []


def test_a_channel_that_keeps_failing_goes_to_the_dead_letter_queue_and_the_others_are_released(
    world: World,
) -> None:
    bad = make(world, "due", age=600)
    made = {make(world, "due"): "due" for _ in range(30)}
    world.set(RELEASE_TRIES="3")
    world.channels.forget_requests()
    world.twilio_answer = lambda _method, url: "400" if bad in url else "ok"
    world.run_to_the_end()
    check(world, made)
    assert len(world.channels.requests(bad)) == 0
    assert (world.row(bad)["attempts"], world.letters()) == (1, [])
    world.now += HOUR
    world.run()
    assert (world.row(bad)["attempts"], world.letters()) == (2, [])
    world.now += HOUR
    world.run()
    letter = {
        "conversationSid": bad,
        "attempts": 3,
        "error": "Refused",
        "code": 20400,
        "status": 400,
    }
    assert world.letters() == [letter]
    row = world.row(bad)
    assert ("failedAt" in row, "idleSince" in row) == (True, False)
    world.twilio_answer = lambda _method, _url: "ok"
    world.run()
    assert world.releases(bad) == 0


def test_deeply_nested_attributes_of_one_channel_do_not_hold_up_the_others(world: World) -> None:
    deep = '{"a":' + "[" * 5_000 + "]" * 5_000 + "}"
    stand_in = world.channels.platform.stand_in
    conversations = stand_in.conversations.conversations
    bad = make(world, "due", age=600)
    conversations[bad].attributes = deep
    made = {make(world, "due"): "due" for _ in range(3)}
    health = world.channels.caller.local("GET", "/health")
    tasks = f"taskrouter.twilio.com/v1/Workspaces/{health['workspaceSid']}/Tasks"
    task = world.channels.twilio("POST", tasks, WorkflowSid=health["workflowSid"], Attributes="{}")
    waiting = stand_in.taskrouter.get(task["sid"])
    assert waiting is not None
    waiting.attributes = deep
    world.channels.forget_requests()
    world.run()
    check(world, made)
    assert world.row(bad)["attempts"] == 1
    world.channels.twilio("DELETE", f"{tasks}/{task['sid']}")
    conversations[bad].attributes = "{}"


def test_a_new_task_gives_a_channel_that_was_given_up_another_chance(world: World) -> None:
    bad = make(world, "due")
    world.set(RELEASE_TRIES="1")
    world.twilio_answer = lambda _method, _url: "400"
    world.run()
    assert "failedAt" in world.row(bad)
    world.track(task_event(bad, "task.completed", new_sid("WT"), world.now))
    assert not {"failedAt", "attempts"} & set(world.row(bad))
    world.twilio_answer = lambda _method, _url: "ok"
    world.now += QUIET_SECONDS + 1
    world.run()
    assert world.releases(bad) == 1


def test_a_channel_that_every_run_dies_of_ends_in_the_dead_letter_queue(world: World) -> None:
    bad = make(world, "due")
    world.set(RELEASE_TRIES="2")

    def kill(_method: str, url: str) -> str:
        if bad in url:
            raise Killed
        return "ok"

    world.twilio_answer = kill
    for _ in range(2):
        with world.dying_at(1_000):
            world.run()
        assert world.letters() == []
        world.now += LEASE + 1
    world.run()
    assert [one["conversationSid"] for one in world.letters()] == [bad]


def test_while_taskrouter_is_silent_no_channel_is_released_or_given_up(world: World) -> None:
    made = {make(world, "due"): "due" for _ in range(3)}
    world.set(RELEASE_TRIES="1")
    world.channels.forget_requests()
    asked = []

    def answer(_method: str, url: str) -> str:
        asked.append(url)
        return "503" if "taskrouter" in url else "ok"

    world.twilio_answer = answer
    with pytest.raises(ProcessingFailed):
        world.run()
    assert sum("taskrouter" in url for url in asked) == 1
    assert all(world.releases(sid) == 0 for sid in made)
    world.twilio_answer = lambda _method, _url: "ok"
    world.run()
    check(world, made)
    assert world.letters() == []


def test_a_run_continues_in_the_next_invocation_where_it_stopped(world: World) -> None:
    made = {make(world, "due", age=600 - number): "due" for number in range(60)}
    world.set(TWILIO_REQUESTS_PER_SECOND="1")  # so each invocation has time for some only
    world.channels.forget_requests()
    world.run(seconds=60)
    assert 0 < sum(world.releases(sid) for sid in made) < 60
    (kind, detail) = world.published.pop()
    assert kind == "release.unfinished"
    started_at = detail["startedAt"]
    late = make(world, "due", age=-1)
    world.now += 2  # It comes due while the run is under way.
    number = 0
    while True:
        world.run(seconds=60, detail=detail)
        number += 1
        if not world.published:
            break
        assert world.published.pop() == ("release.unfinished", {"startedAt": started_at})
    assert number > 1
    check(world, made)
    assert world.releases(late) == 0
    assert due_sids(world.now - QUIET_SECONDS) == [late]


def test_the_bus_starts_the_next_invocation(channels: Channels) -> None:
    environment = channels.platform.application.functions["ChannelCleanupReleaseChannels"].environment
    known = len(channels.caller.invocations("ChannelCleanupReleaseChannels"))
    entry = {
        "Source": "switchboard.channel_cleanup",
        "DetailType": "release.unfinished",
        "Detail": '{"startedAt": 1772355600000}',
        "EventBusName": environment["EVENT_BUS_NAME"],
    }
    channels.platform.aws.client("events").put_events(Entries=[entry])
    found: Any = eventually(lambda: channels.caller.invocations("ChannelCleanupReleaseChannels")[known:])
    assert [(one["trigger"], one["outcome"]) for one in found] == [("rule", "success")]


def test_concurrent_runs_release_every_channel_once(channels: Channels) -> None:
    sids = [channels.conversation() for _ in range(12)]
    for sid in sids:
        channels.tell(task_event(sid, "task.completed", new_sid("WT"), channels.now() - 3 * 86_400))
    channels.forget_requests()
    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(channels.run) for _ in range(3)]:
            done.result()
    for sid in sids:
        closed = [one for one in channels.requests(sid) if one[0] == "POST" and one[3] == 200]
        assert len(closed) == 1
