"""With DATA the platform continues with the state of the last run."""

import json
import os
from pathlib import Path

import pytest

from local.log_lines import Terminal
from local.platform import Platform
from local.state import UnreadableStateError
from local.template.document import Names
from local.twilio.messaging.message import Message
from tests.integration.local.sample import Sample, sample_platform
from tests.support import Caller, eventually

pytestmark = pytest.mark.slow


def test_tables_objects_messages_and_the_clock_survive_a_restart(tmp_path: Path) -> None:
    with sample_platform("000000000005", data=tmp_path) as platform:
        sample = Sample(platform)
        sample.act("claim", id="kept")
        sample.act("upload", key="folder/kept.txt")
        client = platform.aws.client("s3")
        client.put_object(Bucket=platform.bucket, Key="binary", Body=b"\xff\x00", ContentType="audio/mpeg")
        queues = platform.aws.client("sqs")
        url = queues.get_queue_url(QueueName=sample.platform.resource_name("Heard"))["QueueUrl"]
        queues.send_message(QueueUrl=url, MessageBody='{"kept": true}')
        sample.local("POST", "/clock", {"advanceSeconds": 5000})
    with sample_platform("000000000005", data=tmp_path) as platform:
        sample = Sample(platform)
        client = platform.aws.client("s3")
        assert platform.clock.offset == 5000
        assert (
            client.get_object(Bucket=platform.bucket, Key="folder/kept.txt")["Body"].read()
            == b"by the function"
        )
        binary = client.get_object(Bucket=platform.bucket, Key="binary")
        assert (binary["Body"].read(), binary["ContentType"]) == (b"\xff\x00", "audio/mpeg")
        assert sample.messages("Heard") == [{"kept": True}]
        item = platform.aws.client("dynamodb").get_item(
            TableName=sample.platform.resource_name("Things"), Key={"id": {"S": "kept"}}
        )["Item"]
        assert item["n"] == {"N": "1"}


def test_without_a_data_directory_nothing_survives_a_restart() -> None:
    for _ in range(2):
        with sample_platform("000000000006") as platform:
            sample = Sample(platform)
            assert sample.act("claim", id="forgotten").json() == {"won": True}
            table = sample.platform.resource_name("Things")
            items = platform.aws.client("dynamodb").scan(TableName=table)["Items"]
            assert [item["n"] for item in items] == [{"N": "1"}]


def test_the_state_file_is_replaced_as_a_whole_while_the_platform_runs(tmp_path: Path) -> None:
    with sample_platform("000000000007", data=tmp_path) as platform:
        sample = Sample(platform)
        sample.act("claim", id="written")
        file = tmp_path / "state.json"
        assert eventually(lambda: file.exists() and "written" in file.read_text())
        kept = json.loads(file.read_text())
        assert kept["tables"][sample.platform.resource_name("Things")] == [
            {"id": {"S": "written"}, "n": {"N": "1"}}
        ]


SECTIONS = {"clockOffset": 0, "tables": {}, "objects": {}, "messages": {}, "twilio": {}}
TABLE, QUEUE = "sample-8-Things", "sample-8-Heard"


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        '{"version": 0}',
        '{"version": 2}',
        '{"version": 1}',
        *(
            json.dumps({"version": 1, **SECTIONS, section: value})
            for section in SECTIONS
            for value in ([], None)
        ),
        *(
            json.dumps({"version": 1, **SECTIONS, section: value})
            for section, value in (
                ("clockOffset", -1),
                ("tables", {TABLE: [{"id": "no type"}]}),
                ("tables", {TABLE: {"id": {"S": "no list"}}}),
                ("messages", {QUEUE: ["no object"]}),
                ("twilio", {"calls": [{"sid": "CA0"}]}),
            )
        ),
    ],
)
def test_a_state_file_that_cannot_be_used_is_refused_and_not_changed(tmp_path: Path, content: str) -> None:
    file = tmp_path / "state.json"
    file.write_text(content)
    with pytest.raises(UnreadableStateError, match=r"state\.json .* move it away"):
        sample_platform("000000000008", data=tmp_path).start()
    assert file.read_text() == content


def test_a_data_directory_can_be_used_by_one_platform_at_a_time(tmp_path: Path) -> None:
    with sample_platform("000000000005", data=tmp_path) as platform:
        Sample(platform).act("claim", id="mine")
        with pytest.raises(UnreadableStateError, match=rf"in use by another run \(process {os.getpid()}\)"):
            sample_platform("000000000006", data=tmp_path).start()
        assert Sample(platform).act("claim", id="mine").json() == {"won": True}
    with sample_platform("000000000005", data=tmp_path) as platform:
        table = platform.resource_name("Things")
        item = platform.aws.client("dynamodb").get_item(TableName=table, Key={"id": {"S": "mine"}})["Item"]
    assert item["n"] == {"N": "2"}


def test_a_lone_surrogate_is_stored_and_read_back(tmp_path: Path) -> None:
    with sample_platform("000000000011", data=tmp_path) as platform:
        sid = "SM" + "5" * 32
        platform.stand_in.texts.messages[sid] = Message(
            sid, "+12025550177", "+12025550100", "half \ud83d", "inbound", "received", platform.clock.now()
        )
    with sample_platform("000000000011", data=tmp_path) as platform:
        answer = Caller(platform).send("GET", "/_local/phone/texts?phone=%2B12025550177")
    assert [one["body"] for one in answer.json()] == ["half \ud83d"]


def test_a_survey_continues_after_a_restart_of_the_platform(tmp_path: Path) -> None:
    def application() -> Platform:
        names = Names("kept", "000000000010")
        return Platform(0, tmp_path, names=names, watch=False, terminal=Terminal(quiet=True))

    person = {"from": "+12025550177", "to": "+12025550100"}
    replies = []
    for body in ("Hello", "GO"):
        with application() as platform:
            caller = Caller(platform)
            sent = caller.local("POST", "/phone/texts", {**person, "body": body})
            replies.append([text["body"] for text in sent["replies"]])
            thread = caller.local("GET", "/phone/texts?phone=%2B12025550177")
    assert replies[0]
    assert replies[1]
    assert replies[0] != replies[1]
    assert [text["body"] for text in thread] == ["Hello", *replies[0], "GO", *replies[1]]
