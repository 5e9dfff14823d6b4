"""Nobody is asked twice or forgotten, wherever a run is killed and whatever comes twice or late."""

import threading
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.platform import Platform
from survey.campaigns.control import act
from survey.domain.campaign.campaign import OUTCOMES
from tests.integration.survey.campaign_world import CampaignWorld, campaign_world
from tests.integration.survey.talk import Respondent
from tests.support import Caller

pytestmark = pytest.mark.slow

AFTER_A_KILL = 200
"""Seconds after which leases and claims of a run that was killed have ended."""

HOUR = 3600


@pytest.fixture
def world(
    platform: Platform, caller: Caller, survey: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[CampaignWorld]:
    with campaign_world(platform, caller, monkeypatch, survey) as made:
        yield made


def _recover(world: CampaignWorld) -> None:
    for _ in range(2):
        world.passes(AFTER_A_KILL)
        world.run()


@pytest.mark.parametrize("medium", ["sms", "voice"])
def test_a_run_that_is_killed_anywhere_is_made_good_by_the_next_ones(
    world: CampaignWorld, medium: str
) -> None:
    people = world.create(medium, 2)  # type: ignore[arg-type]
    _ring(world, people)
    world.changes = 0
    world.run()
    changes = world.changes
    assert changes > 8
    for change in range(1, changes + 1):
        people = world.create(medium, 2)  # type: ignore[arg-type]
        _ring(world, people)
        with world.dying_after(change):
            world.run()
        _recover(world)
        assert [len(world.contacts(person)) for person in people] == [1, 1], change
        counts = world.stored().counts
        assert (counts["asked"], counts["started"], world.stored().waiting) == (2, 2, 0), change


def _ring(world: CampaignWorld, people: list[Respondent]) -> None:
    for person in people:
        world.caller.local("PUT", f"/phone/phones/{person.number}", {"calls": "ring"})


@pytest.mark.parametrize("medium", ["sms", "voice"])
def test_an_answer_of_twilio_that_is_lost_is_looked_up(world: CampaignWorld, medium: str) -> None:
    people = world.create(medium, 3)  # type: ignore[arg-type]
    _ring(world, people)
    world.lost = 2
    world.run()
    assert [len(world.contacts(person)) for person in people] == [1, 1, 1]
    assert world.stored().counts["started"] == 1
    _recover(world)
    assert [len(world.contacts(person)) for person in people] == [1, 1, 1]
    assert world.stored().counts["started"] == 3


def test_two_runs_at_once_contact_each_once(world: CampaignWorld) -> None:
    people = world.create("sms", 12)
    runs = [threading.Thread(target=world.run) for _ in range(3)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    world.run()
    assert [len(world.contacts(person)) for person in people] == [1] * 12
    assert world.stored().counts["started"] == 12


def test_the_end_of_a_survey_that_is_told_twice_or_early_is_counted_once(world: CampaignWorld) -> None:
    (person,) = world.create("sms", 1)
    world.tell_end(person)
    world.run()
    world.tell_end(person)
    world.run()
    assert world.stored().counts == {"asked": 1, "started": 1}
    for body in ("go", "5", "fine"):
        person.texts(body)
    for _ in range(2):
        world.tell_end(person)
        world.run()
        world.tell_end(person)
    assert world.stored().status == "finished"
    assert world.stored().counts == {"asked": 0, "started": 1, "completed": 1}
    assert len(world.contacts(person)) == 1


PERSON = st.integers(0, 2)
STEP = st.one_of(
    st.tuples(st.just("run"), st.just(0)),
    st.tuples(st.just("killed"), st.integers(1, 20)),
    st.tuples(st.just("lost"), st.integers(1, 2)),
    st.tuples(st.just("reply"), PERSON),
    st.tuples(st.just("told"), PERSON),
    st.tuples(st.just("passes"), st.sampled_from([30, AFTER_A_KILL, HOUR, 4 * HOUR, 28 * HOUR])),
    st.tuples(st.just("pause"), st.just(0)),
    st.tuples(st.just("resume"), st.just(0)),
)


def _do(world: CampaignWorld, people: list[Respondent], step: str, number: int) -> None:
    match step:
        case "run":
            world.run()
        case "killed":
            with world.dying_after(number):
                world.run()
        case "lost":
            world.lost = number
        case "reply":
            if world.contacts(people[number]):
                people[number].texts("go")
        case "told":
            world.tell_end(people[number])
        case "passes":
            world.passes(number)
        case _ if world.stored().status in {"running", "paused"}:
            act(world.survey, world.campaign.campaign_id, step)  # type: ignore[arg-type]


def _drain(world: CampaignWorld, people: list[Respondent]) -> None:
    """Let the campaign come to its end."""
    world.lost = 0
    if world.stored().status == "paused":
        act(world.survey, world.campaign.campaign_id, "resume")
    for _ in range(12):
        world.run()
        if world.stored().status == "finished":
            return
        world.passes(14 * HOUR)
        world.caller.local("POST", "/schedules/SurveyExpireSessions")
        for person in people:
            world.tell_end(person)
    raise AssertionError(world.stored())


@settings(max_examples=8)
@given(steps=st.lists(STEP, min_size=3, max_size=10), remind=st.booleans())
def test_by_message_each_is_asked_once_and_reminded_once_at_most(
    world: CampaignWorld, steps: list[tuple[str, int]], remind: bool
) -> None:
    people = world.create("sms", 3, remind_after_ms=HOUR * 1000 if remind else 0)
    for step, number in steps:
        _do(world, people, step, number)
        most = 2 if remind else 1
        assert max(len(world.contacts(person)) for person in people) <= most
    _drain(world, people)
    assert min(len(world.contacts(person)) for person in people) == 1
    assert all(sum("Welcome" in text for text in world.contacts(person)) == 1 for person in people)
    counts = world.stored().counts
    assert sum(counts.get(name, 0) for name in OUTCOMES) == 3
    assert counts["started"] == 3


@settings(max_examples=8)
@given(
    steps=st.lists(STEP, min_size=3, max_size=10), behaviour=st.sampled_from(["busy", "no-answer", "ring"])
)
def test_by_phone_each_is_called_three_times_at_most(
    world: CampaignWorld, steps: list[tuple[str, int]], behaviour: str
) -> None:
    people = world.create("voice", 3)
    for person in people:
        world.caller.local("PUT", f"/phone/phones/{person.number}", {"calls": behaviour})
    for step, number in steps:
        if step != "reply":
            _do(world, people, step, number)
        assert max(len(world.contacts(person)) for person in people) <= 3
    _drain(world, people)
    for person in people:
        assert 1 <= len(world.contacts(person)) <= 3
    counts = world.stored().counts
    assert sum(counts.get(name, 0) for name in OUTCOMES) == 3
    assert counts["started"] == 3
    assert counts.get("started", 0) + counts.get("retried", 0) == sum(
        len(world.contacts(person)) for person in people
    )
