"""What use costs, and which quota comes first: worked out from files, and the page that shows it."""

import json
import re
from datetime import date
from typing import Any

import pytest

from local.lambda_runtime.environment import PROJECT_ROOT
from tests.command import switchboard
from tools.cost import page
from tools.cost.files import Quota, prices, quotas, read, samples
from tools.cost.limits import Load, loads, most_per_minute
from tools.cost.price import amounts, dollars, duration_ms, sample_amounts
from tools.cost.scenarios import SCENARIOS
from tools.cost.standing import monthly, runs_a_month, snapshots
from tools.cost.tables import costs, measured, price_rows

FUNCTION = {"invocations": 2, "memoryMb": 512, "cpuMs": 10.24, "awsCalls": 4, "twilioCalls": 1}
TAKE: dict[str, Any] = {
    "requests": 2,
    "functions": {"SurveySmsWebhook": FUNCTION},
    "aws": {"s3.GetObject": 5, "s3.PutObject": 1, "events.PutEvents": 2, "sqs.SendMessage": 1},
    "queueMessages": 1,
    "readUnits": 8,
    "writeUnits": 4,
    "logBytes": 1024**3 // 1000,
}


def test_a_function_runs_for_its_cpu_time_at_its_share_of_a_cpu_and_for_its_calls() -> None:
    # Two calls to AWS of 5 ms, and half a call to Twilio of 150 ms, for each of the two invocations.
    assert duration_ms(FUNCTION) == pytest.approx(10.24 * 1769 / 512 + 2 * 5 + 150 / 2)


def test_a_thousand_cost_what_the_counts_and_the_prices_say() -> None:
    seconds = 2 * duration_ms(FUNCTION) / 1000
    assert dollars(amounts(TAKE)) == pytest.approx(
        {
            "Lambda": 2000 * 0.2 / 1e6 + 1000 * seconds * 512 / 1024 * 0.0000133334,
            "API Gateway": 2000 * 1.0 / 1e6,
            "DynamoDB": 8000 * 0.125 / 1e6 + 4000 * 0.625 / 1e6,
            "S3": 5 * 0.0004 + 0.005,
            "EventBridge": 2000 / 1e6,
            "SQS": 3000 * 0.4 / 1e6,
            "Logs": pytest.approx(0.5, rel=1e-5),
        }
    )


def test_a_sample_pays_for_a_rest_api_and_for_lambda_on_x86() -> None:
    taken = sample_amounts(samples()["survey-sms"])
    assert taken["restApiRequests"] == 5
    assert taken["lambdaX86GbSeconds"] == pytest.approx((46 * 0.005 + 8 * 0.15) * 128 / 1024)
    assert "httpApiRequests" not in taken


def test_a_rate_takes_a_share_of_each_quota_and_the_fullest_comes_first() -> None:
    found = {load.quota: load.demand for load in loads("survey-sms", TAKE, 60)}
    assert found["apiGateway"] == found["apiSetting"] == 2
    assert found["tableWrites"] == 4
    assert found["lambda"] == found["ssm"] == pytest.approx(2 * duration_ms(FUNCTION) / 1000)
    assert found["keySetting"] == 60
    assert found["mps"] == 5
    assert "eventStreamSetting" not in found
    shares = [load.share for load in loads("survey-sms", TAKE, 60)]
    assert shares == sorted(shares, reverse=True)


def test_batches_of_event_streams_have_a_quota_of_their_own() -> None:
    take = TAKE | {"functions": {"EventStreamReceive": FUNCTION}}
    found = {load.quota: load.demand for load in loads("callback", take, 60)}
    assert found["eventStreamSetting"] == 2
    assert "apiSetting" not in found
    assert "keySetting" not in found


def test_a_quota_is_full_at_the_rate_that_it_allows() -> None:
    for quota, most in most_per_minute("survey-sms", TAKE).items():
        (load,) = (one for one in loads("survey-sms", TAKE, most) if one.quota == quota)
        assert load.share == pytest.approx(1)


def test_ten_a_minute_fit_and_a_hundred_thousand_do_not() -> None:
    for scenario in SCENARIOS:
        take = measured()["scenarios"][scenario.name]
        assert all(load.share < 1 for load in loads(scenario.name, take, 10)), scenario.name
        assert loads(scenario.name, take, 100_000)[0].share > 1, scenario.name


def test_the_quotas_of_the_stack_are_the_defaults_of_its_parameters() -> None:
    template = (PROJECT_ROOT / "template.yaml").read_text(encoding="utf-8")
    for name, parameter in (
        ("apiSetting", "ApiRequestsPerSecond"),
        ("eventStreamSetting", "EventStreamRequestsPerSecond"),
        ("keySetting", "KeyMessagesPerMinute"),
    ):
        declared = re.search(rf"^  {parameter}:\n(?:    .*\n)*?    Default: (\d+)", template, re.MULTILINE)
        assert declared, parameter
        assert quotas()[name].limit == int(declared[1])
        assert parameter in quotas()[name].moves


@pytest.mark.parametrize(
    ("expression", "runs"), [("rate(1 minute)", 43_200), ("rate(2 hours)", 360), ("rate(1 day)", 30)]
)
def test_a_schedule_runs_so_often_a_month(expression: str, runs: float) -> None:
    assert runs_a_month(expression) == runs


def test_what_stands_is_counted_in_the_template() -> None:
    template = "Type: AWS::CloudWatch::Alarm\n" * 7 + "Type: AWS::CloudWatch::Dashboard\n      Type: SQS\n"
    found = monthly({"metrics": 4, "schedules": {}}, template)
    assert found["alarms"] == pytest.approx(0.7)
    assert found["custom metrics"] == pytest.approx(1.2)
    assert found["dashboard"] == 3
    assert found["waiting for queues"] == pytest.approx(15 * 43_200 * 0.4 / 1e6)


def test_snapshots_cost_what_the_page_about_cold_starts_says() -> None:
    text = (PROJECT_ROOT / "docs/cold-start.md").read_text(encoding="utf-8")
    assert f"that is {snapshots()['month']:.2f} dollars a month for each function" in text
    assert f"{100 * snapshots()['restores']:.0f} cents for a thousand cold starts" in text


def test_prices_and_quotas_have_a_day_and_a_page() -> None:
    for file in ("prices.json", "quotas.json"):
        assert date.fromisoformat(read(file)["lookedUp"]).year >= 2026
    pages = [one.source for one in (*prices().values(), *quotas().values())]
    assert all(one == "template.yaml" or one.startswith("https://") for one in pages)


def test_the_page_is_what_the_files_say_now() -> None:
    text = page.FILE.read_text(encoding="utf-8")
    assert page.page(text) == text, "run: switchboard cost --write"


def test_prices_are_written_without_exponents() -> None:
    cells = {cell for row in price_rows() for cell in row[1:]}
    assert {"0.0000133334", "0.625", "1,000,000", "0"} <= cells
    assert not [cell for cell in cells if re.search(r"[0-9]e[-+]", cell)]


def test_the_page_keeps_its_words_when_its_tables_are_written_again() -> None:
    text = "Before.\n<!-- standing: written by switchboard cost --write -->\nold\n<!-- end -->\nAfter.\n"
    written = page.page(text)
    assert written.startswith(
        "Before.\n<!-- standing: written by switchboard cost --write -->\n| by the month |"
    )
    assert written.endswith("|\n<!-- end -->\nAfter.\n")
    assert page.page(written) == written


def test_the_command_shows_tables_without_marks() -> None:
    done = switchboard("cost")
    assert done.code == 0
    for text in ("surveys by SMS", "API Gateway", "in all", "100,000 a minute", "ApiRequestsPerSecond"):
        assert text in done.out
    assert "`" not in done.out
    assert max(map(len, done.out.splitlines())) < 250


def test_the_command_gives_the_same_as_json() -> None:
    found = json.loads(switchboard("cost", "--json").out)
    assert found["dollarsPerThousand"] == costs()
    first = found["limits"]["survey-voice"]["1000"][0]
    assert (first["quota"], first["share"] > 1) == ("cps", True)
    assert first["moves"] == quotas()["cps"].moves
    assert switchboard("cost", "--json") == switchboard("cost", "--json")


def test_a_load_is_a_share_of_its_quota() -> None:
    assert isinstance(quotas()["cps"], Quota)
    assert Load("ssm", 20).share == 0.5
