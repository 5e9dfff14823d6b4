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
    assert switchboard("ivr", "report", "--flow", recorded.flow_sid, "--out", out).code == 0
    assert "greeting" in out.read_text(encoding="utf-8")
    assert switchboard("ivr", "report", "--flow", "FW" + "f" * 32, "--out", out).code == 1


def test_without_a_platform_the_command_shows_sample_calls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORT", "1")
    done = switchboard("ivr", "report", "--out", tmp_path / "report.html")
    assert done.code == 0
    assert "made-up sample calls" in done.out
