"""The platform's clock moves for everyone: functions, AWS, schedules, expiry."""

import time
from datetime import datetime

import pytest
import time_machine

from local.lambda_runtime.worker import PlatformTime
from tests.integration.local.sample import Sample
from tests.support import eventually

MILLISECOND = 0.001


def test_functions_see_the_platforms_time(sample: Sample) -> None:
    sample.echo()  # a warm environment must follow, too
    day = 86400.0
    before = sample.local("GET", "/clock")["offsetSeconds"]
    moved = sample.local("POST", "/clock", {"advanceSeconds": day})
    offset = moved["offsetSeconds"]
    assert offset == before + day
    asked = time.time() + offset
    seen = sample.echo()
    answered = time.time() + offset
    received = seen["event"]["requestContext"]["timeEpoch"] / 1000
    began = datetime.fromisoformat(sample.invocations("Echo")[-1]["at"]).timestamp()
    assert asked - MILLISECOND <= received <= seen["now"] + MILLISECOND
    assert asked - MILLISECOND <= began <= seen["now"] + MILLISECOND
    assert seen["now"] <= answered + MILLISECOND
    assert seen["context"]["remaining"] > 0


def test_a_functions_clock_stays_exact_when_moving_it_takes_time(monkeypatch: pytest.MonkeyPatch) -> None:
    start, real = time_machine.travel.start, time_machine.escape_hatch.time.time

    def slow(travel: time_machine.travel) -> time_machine.Traveller:
        time.sleep(0.05)
        traveller = start(travel)
        travels.append(travel)
        time.sleep(0.05)
        return traveller

    travels: list[time_machine.travel] = []
    monkeypatch.setattr(time_machine.travel, "start", slow)
    clock = PlatformTime()
    try:
        for offset in (86400.0, 90000.5):
            clock.follow(offset)
            time.sleep(0.05)
            before, seen, after = real(), time.time(), real()
            assert before + offset - MILLISECOND <= seen <= after + offset + MILLISECOND
    finally:
        for travel in travels:
            travel.stop()


def test_objects_have_the_platforms_time_as_their_modification_time(sample: Sample) -> None:
    sample.local("POST", "/clock", {"advanceSeconds": 3600})
    client = sample.platform.aws.client("s3")
    bucket = sample.platform.bucket
    before = sample.platform.clock.now()
    client.put_object(Bucket=bucket, Key="stamped", Body=b"")
    modified = client.head_object(Bucket=bucket, Key="stamped")["LastModified"].timestamp()
    assert int(before) <= modified <= sample.platform.clock.now()


def test_a_schedule_that_came_due_several_times_runs_once(sample: Sample) -> None:
    sample.local("POST", "/clock", {"advanceSeconds": 3601})
    before = len(sample.invocations("Sweep"))
    assert sample.local("POST", "/clock", {"advanceSeconds": 60})["schedulesRun"] == []
    assert sample.local("POST", "/clock", {"advanceSeconds": 36000})["schedulesRun"] == ["Sweep"]
    ran = sample.invocations("Sweep")[before:]
    assert [item["trigger"] for item in ran] == ["schedule"]
    (item,) = sample.items("schedule")
    assert item["event"]["source"] == "aws.scheduler"


@pytest.mark.parametrize("name", ["Sweep", "sample.consume.on_schedule", "sample-2-Sweep"])
def test_a_scheduled_function_can_be_run_at_once_by_any_of_its_names(sample: Sample, name: str) -> None:
    answer = sample.local("POST", f"/schedules/{name}")
    assert answer == {"function": "Sweep", "outcome": "success", "result": {"swept": True}}


@pytest.mark.parametrize("name", ["none", "Echo"])
def test_running_a_function_without_a_schedule_is_refused_with_the_names_of_those_that_have_one(
    sample: Sample, name: str
) -> None:
    before = len(sample.invocations("Echo"))
    answer = sample.send("POST", f"/_local/schedules/{name}")
    assert answer.status == 404
    assert answer.json()["message"].endswith(f"{name} has no schedule; these have: Sweep")
    assert len(sample.invocations("Echo")) == before


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"advanceSeconds": -1}',
        b'{"advanceSeconds": "x"}',
        b'{"advanceSeconds": true}',
        b'{"advanceSeconds": NaN}',
        b'{"advanceSeconds": Infinity}',
        b'{"advanceSeconds": 1e300}',
    ],
)
def test_the_clock_is_not_moved_by_an_invalid_number_of_seconds(sample: Sample, body: bytes) -> None:
    before = sample.platform.clock.offset
    assert sample.send("POST", "/_local/clock", body).status == 400
    assert sample.platform.clock.offset == before


def test_items_whose_time_to_live_has_passed_by_the_platforms_clock_are_deleted(sample: Sample) -> None:
    client, table = sample.platform.aws.client("dynamodb"), sample.platform.resource_name("Things")
    now = int(sample.platform.clock.now())
    for identity, expires in (
        ("soon", {"N": str(now + 60)}),
        ("later", {"N": str(now + 6000)}),
        ("never", {"S": "no number"}),
    ):
        client.put_item(TableName=table, Item={"id": {"S": identity}, "expires": expires})
    sample.local("POST", "/clock", {"advanceSeconds": 120})
    left = {item["id"]["S"] for item in client.scan(TableName=table)["Items"]}
    assert {"later", "never"} <= left
    assert "soon" not in left
    for identity in ("later", "never"):
        client.delete_item(TableName=table, Key={"id": {"S": identity}})


def test_schedules_are_listed_with_their_next_time(sample: Sample) -> None:
    (listed,) = sample.local("GET", "/schedules")
    assert (listed["function"], listed["expression"]) == ("Sweep", "rate(1 hour)")
    due = datetime.fromisoformat(listed["next"]).timestamp()
    assert eventually(lambda: 0 < due - sample.platform.clock.now() <= 3600)
