"""The page is whole in itself, and its records come from the table or from the archive."""

import json
import re
from pathlib import Path

import pytest

from local.platform import Platform
from local.template import parameters
from local.twilio.studio.flow import RECEPTION, sample_flows
from tests.command import switchboard
from tests.integration.ivr_path.calls import StudioCall, bucket
from tests.support import Caller
from tools.ivr_report import records
from tools.ivr_report.page import page
from tools.ivr_report.paths import summarise
from tools.ivr_report.sample import sample_records

SAMPLE = list(sample_records(sample_flows(parameters.PUBLIC_BASE_URL), 60))


@pytest.fixture
def recorded(platform: Platform, caller: Caller) -> StudioCall:
    call = StudioCall(platform, caller)
    call.in_studio(call.walk("greeting", "<b>menu</b>"))
    call.link()
    call.status()
    call.recorded()
    return call


def test_the_page_loads_nothing_from_the_network() -> None:
    document = page(summarise(SAMPLE), "Reception")
    outside = re.sub(r"<script>.*?</script>", "", document, count=1, flags=re.DOTALL)  # the library itself
    assert not re.search(r"""(src|href)\s*=|@import|url\(""", outside)
    assert "Plotly.newPlot" in outside


def test_the_page_shows_moves_hang_ups_and_times() -> None:
    document = page(summarise(SAMPLE), "Reception")
    for text in ("sankey", "hung up", "which_day", "Where they hang up", "How long it takes", "60"):
        assert text in document


def test_a_few_hang_ups_are_counted_in_whole_numbers() -> None:
    assert re.search(r'"dtick":1\b', page(summarise(SAMPLE[:8]), "Reception"))
    assert '"dtick":' not in page(summarise(SAMPLE * 20), "Reception")


def test_names_are_escaped_in_the_page() -> None:
    nasty = json.loads(json.dumps(SAMPLE[0]).replace("greeting", "</script><script>alert(1)"))
    document = page(summarise([nasty]), "<script>")
    assert "<script>alert(1)" not in document
    assert "<title>&lt;script&gt;</title>" in document


def test_records_are_read_from_the_table(platform: Platform, recorded: StudioCall) -> None:
    table = platform.resource_name("IvrPaths")
    client = platform.aws.client("dynamodb")
    (found,) = records.from_table(client, table, recorded.flow_sid)
    assert found["callSid"] == recorded.sid
    assert recorded.sid in [one["callSid"] for one in records.from_table(client, table, None)]


def test_records_are_read_from_the_archive(platform: Platform, recorded: StudioCall, tmp_path: Path) -> None:
    client = platform.aws.client("s3")
    url = f"s3://{bucket(platform)}/ivr-paths/"
    (found,) = records.from_bucket(client, url, recorded.flow_sid)
    assert found["callSid"] == recorded.sid
    (tmp_path / "day=1").mkdir()
    (tmp_path / "day=1" / "CA.json").write_text(json.dumps(found) + "\n", encoding="utf-8")
    assert [one["callSid"] for one in records.from_directory(tmp_path, None)] == [recorded.sid]
    assert list(records.from_directory(tmp_path, RECEPTION)) == []


def test_the_command_reads_a_running_platform(
    platform: Platform, recorded: StudioCall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORT", platform.base_url.rpartition(":")[2])
    out = tmp_path / "report.html"
    done = switchboard("ivr", "report", "--flow", recorded.flow_sid, "--out", out)
    assert (done.code, done.err) == (0, "")
    assert re.match(r"1 call from |[0-9,]+ calls from ", done.out)
    assert not done.out.startswith("1 calls")
    assert "greeting" in out.read_text(encoding="utf-8")
    done = switchboard("ivr", "report", "--flow", "FW" + "f" * 32, "--out", out)
    assert (done.code, done.out) == (1, "")
    assert done.err == (
        "the platform on this machine has recorded no call of that flow: "
        "call one of its numbers that have a Studio flow, as in `make phone`, and hang up\n"
    )


def test_without_a_platform_the_command_shows_sample_calls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORT", "1")
    done = switchboard("ivr", "report", "--out", tmp_path / "report.html")
    assert done.code == 0
    assert "made-up sample calls" in done.out


@pytest.mark.parametrize(
    ("options", "region", "reason"),
    [
        (("--table", "nope"), "us-east-1", "nope cannot be read: .*ResourceNotFoundException.*"),
        (("--archive", "s3://nope/x"), "us-east-1", "s3://nope/x cannot be read: .*NoSuchBucket.*"),
        (("--archive", "s3:///x"), "us-east-1", "s3:///x cannot be read: .*bucket name.*"),
        (("--table", "nope"), None, "nope cannot be read: You must specify a region."),
        (("--archive", "/nonexistent"), None, "/nonexistent: there is no such folder"),
        (("--out", "/nonexistent/page.html"), None, "/nonexistent/page.html: cannot be written: .*"),
    ],
)
def test_what_the_report_cannot_read_or_write_is_said_in_one_line(
    platform: Platform,
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
    region: str | None,
    reason: str,
) -> None:
    keys = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_CONFIG_FILE": "/nonexistent"}
    for name, value in {**keys, "AWS_ENDPOINT_URL": platform.aws.endpoint}.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION"):
        if region:
            monkeypatch.setenv(name, region)
        else:
            monkeypatch.delenv(name, raising=False)
    done = switchboard("ivr", "report", *options, "--port", "1")
    assert (done.code, done.out) == (1, "")
    assert re.fullmatch(reason + "\n", done.err)


@pytest.mark.parametrize(
    "line",
    [
        *(b"not JSON", b"[]", b"{}", b"\xff", b"[" * 100_000, b'{"executions": [1]}'),
        b'{"executions": [], "startedAt": "2026-03-01", "endedReason": null, "steps": [{"widget": "menu"}]}',
    ],
)
def test_a_line_of_the_archive_that_is_no_record_is_named(tmp_path: Path, line: bytes) -> None:
    file = tmp_path / "2026.json"
    file.write_bytes(json.dumps(SAMPLE[0]).encode() + b"\n" + line + b"\n")
    done = switchboard("ivr", "report", "--archive", tmp_path, "--out", tmp_path / "page.html")
    assert (done.code, done.err) == (1, f"{file}: line 2 is no record of a call\n")
