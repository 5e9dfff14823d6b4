"""What a campaign costs a row does not depend on how many rows it has: counted, not timed."""

import tracemalloc
from collections.abc import Iterator

import pytest

from local.platform import Platform
from survey.campaigns import intake
from survey.campaigns.intake import read_list
from survey.requests.campaign import CreateCampaign
from survey.storage.campaign_rows import ListWriter
from switchboard.inputs.model import parse
from switchboard.timestamps import now_ms
from tests.integration.survey.campaign_world import CampaignWorld, campaign_world
from tests.support import Caller

pytestmark = pytest.mark.slow

CSV = "lists/size.csv"


@pytest.fixture
def world(
    platform: Platform, caller: Caller, survey: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[CampaignWorld]:
    with campaign_world(platform, caller, monkeypatch, survey) as made:
        yield made


def _calls_a_row(world: CampaignWorld, rows: int) -> float:
    people = world.create("sms", rows)
    world.calls = 0
    world.run()
    assert [len(world.contacts(person)) for person in (people[0], people[-1])] == [1, 1]
    assert world.stored().counts["started"] == rows
    return world.calls / rows


def test_a_row_costs_as_many_calls_among_many_as_among_few(world: CampaignWorld) -> None:
    few, many = _calls_a_row(world, 20), _calls_a_row(world, 150)
    assert many <= few
    assert many < 9


def _intake(world: CampaignWorld, rows: int) -> float:
    """Return the calls a row that reading a list and writing it takes."""
    people = "".join(f"+1505{number:07},Grace Hopper\n" for number in range(rows))
    s3 = world.platform.aws.client("s3")
    s3.put_object(Bucket=world.platform.bucket, Key=CSV, Body=f"number,name\n{people}".encode())
    wanted = parse(CreateCampaign, {"medium": "sms", "file": CSV})
    writer = ListWriter(world.survey, "size", f"of-{rows}")
    world.calls = 0
    read = read_list(world.survey, wanted, now_ms(), writer.add)
    writer.flush()
    assert (read.accepted, writer.rows) == (rows, rows)
    return world.calls / rows


def test_a_list_ten_times_as_long_takes_as_many_calls_a_row(world: CampaignWorld) -> None:
    assert _intake(world, 10_000) <= _intake(world, 1_000) < 0.05


def _memory(rows: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """Return the bytes that reading a list takes, the bucket and the tables left aside."""
    people = "".join(f"+1505{number:07},Grace Hopper\n" for number in range(rows))
    content = f"number,name\n{people}".encode()
    monkeypatch.setattr(intake.campaign_rows, "read_file", lambda _key: content)
    monkeypatch.setattr(intake, "find_obstacles", lambda *_: {})
    monkeypatch.setattr(intake, "country_problem", lambda _number: "")
    wanted = parse(CreateCampaign, {"medium": "sms", "file": CSV})
    tracemalloc.start()
    try:
        assert read_list("default", wanted, 0, lambda _one: None).accepted == rows
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_of_a_long_list_only_a_part_and_the_numbers_are_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    few, many = _memory(1_000, monkeypatch), _memory(20_000, monkeypatch)
    # The text of the file, and the number of each row for finding it again.
    assert (many - few) / 19_000 < 350
