"""Functions run as in Lambda: own processes and environments, timeouts, warm reuse."""

import contextlib
import io
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from local.lambda_runtime.concurrency import Concurrency
from local.log_lines import Terminal
from tests.integration.local.sample import JSON, Sample, sample_platform
from tests.processes import alive
from tests.support import eventually


def test_a_function_sees_its_own_environment_layer_and_context(sample: Sample) -> None:
    seen = sample.echo()
    environment, context = seen["environment"], seen["context"]
    assert environment["TABLE"] == sample.platform.resource_name("Things")
    assert environment["BUS"] == "sample-local"
    assert environment["AWS_ENDPOINT_URL"] == sample.platform.aws_endpoint
    assert environment["TWILIO_API_BASE_URL"] == sample.platform.twilio_api
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == context["name"] == sample.platform.resource_name("Echo")
    assert "PYTHONPATH" not in environment
    assert seen["layer"] == "shared layer"
    assert context["arn"].endswith(f":function:{context['name']}")
    assert context["requestId"] == sample.invocations("Echo")[-1]["requestId"]
    assert 0 < context["remaining"] <= 5000


def test_environments_stay_warm_and_a_second_invocation_at_once_gets_its_own(
    sample: Sample, tmp_path: Path
) -> None:
    sample.platform.functions.recycle()

    def meet(_: int) -> int:
        return int(sample.act("meet", place=str(tmp_path), count=2).json()["pid"])

    with ThreadPoolExecutor(2) as threads:
        both = list(threads.map(meet, range(2)))
    assert len(set(both)) == 2
    assert sample.act("sleep", seconds=0).json()["pid"] in both
    assert [item["coldStart"] for item in sample.invocations("Act")[-3:]] == [True, True, False]


@pytest.mark.parametrize(
    ("what", "settings", "outcome", "error"),
    [
        ("raise", {"message": "no"}, "error", {"errorType": "ValueError", "errorMessage": "no"}),
        ("exit", {}, "crash", {"errorType": "Runtime.ExitError"}),
    ],
)
def test_a_function_that_fails_is_answered_with_500_and_its_error_is_recorded(
    sample: Sample, what: str, settings: dict[str, object], outcome: str, error: dict[str, str]
) -> None:
    answer = sample.act(what, **settings)
    assert (answer.status, answer.json()) == (500, {"message": "Internal Server Error"})
    record = sample.invocations("Act")[-1]
    assert record["outcome"] == outcome
    assert record["error"].items() >= error.items()
    assert sample.act("answer").status == 200


@pytest.mark.parametrize(("what", "settings"), [("sleep", {"seconds": 20}), ("spin", {})])
def test_an_invocation_that_exceeds_its_timeout_is_ended(
    sample: Sample, what: str, settings: dict[str, object]
) -> None:
    answer = sample.send("POST", "/hasty", json.dumps({"do": what, **settings}).encode(), JSON)
    assert (answer.status, answer.json()) == (500, {"message": "Internal Server Error"})
    record = sample.invocations("Hasty")[-1]
    assert (record["outcome"], record["error"]["errorType"]) == ("timeout", "Sandbox.Timedout")
    assert sample.invocations("Hasty")[-1]["durationMs"] == 1000


def test_a_handler_that_cannot_be_imported_is_answered_with_500(sample: Sample) -> None:
    assert sample.get("/broken").status == 500
    assert sample.invocations("Broken")[-1]["error"]["errorType"] == "ModuleNotFoundError"


def test_calls_to_aws_and_twilio_are_counted_for_each_invocation(sample: Sample) -> None:
    sample.act("count")
    sample.act("answer")
    counted, idle = sample.invocations("Act")[-2:]
    assert counted["aws"] == ["dynamodb.GetItem", "dynamodb.PutItem"]
    assert (counted["awsCalls"], counted["twilioCalls"]) == (2, 1)
    assert counted["twilio"] == ["GET https://api.twilio.com/2010-04-01/Accounts.json"]
    assert (idle["awsCalls"], idle["twilioCalls"]) == (0, 0)
    assert counted["trigger"], counted["source"] == ("http", "POST /act")
    assert counted["durationMs"] > 0
    assert counted["cpuMs"] > 0


def test_one_of_several_concurrent_conditional_writes_succeeds(sample: Sample) -> None:
    with ThreadPoolExecutor(8) as threads:
        claims = list(threads.map(lambda _: sample.act("claim", id="raced").json()["won"], range(40)))
    client = sample.platform.aws.client("dynamodb")
    item = client.get_item(TableName=sample.platform.resource_name("Things"), Key={"id": {"S": "raced"}})[
        "Item"
    ]
    assert int(item["n"]["N"]) == sum(claims) > 0


def test_requests_beyond_the_concurrency_limit_wait_until_an_environment_is_free() -> None:
    with sample_platform("000000000003", concurrency=Concurrency(running=3, kept=3)) as platform:
        sample = Sample(platform)
        with ThreadPoolExecutor(30) as threads:
            acts = threads.map(lambda _: int(sample.act("sleep", seconds=0.02).json()["pid"]), range(15))
            echoes = threads.map(lambda _: int(sample.echo()["pid"]), range(15))
            seen = {*acts, *echoes}
        assert eventually(lambda: len(alive(seen)) <= 3)


def test_a_request_is_answered_while_events_take_all_the_environments_that_they_may(tmp_path: Path) -> None:
    event = {"body": json.dumps({"do": "meet", "place": str(tmp_path), "count": 8})}
    with (
        sample_platform("000000000008", concurrency=Concurrency(running=4, kept=4)) as platform,
        ThreadPoolExecutor(8) as threads,
    ):
        invoke = platform.functions.invoke
        events = [threads.submit(invoke, "Act", event, "rule", "Sample") for _ in range(8)]
        assert eventually(lambda: len(list(tmp_path.iterdir())) == 2)
        answered = Sample(platform).echo()["pid"]
        for number in range(6):
            (tmp_path / str(-number)).touch()
        assert answered
        assert [one.result().kind for one in events] == ["success"] * 8


def test_stopping_the_platform_ends_the_invocations_under_way(tmp_path: Path) -> None:
    platform = sample_platform("000000000004")
    platform.start()
    sample = Sample(platform)
    with ThreadPoolExecutor(3) as threads:
        under_way = [threads.submit(sample.act, "meet", place=str(tmp_path), count=4) for _ in range(3)]
        assert eventually(lambda: len(list(tmp_path.iterdir())) == 3)
        platform.stop()
        ended = {int(path.name) for path in tmp_path.iterdir()}
        assert eventually(lambda: not alive(ended))  # killed, and gone when the kernel says
        for future in under_way:
            with contextlib.suppress(OSError):  # cut off: as good an end as any
                assert future.result(10).status >= 500
    platform.stop()  # once more does no harm


def test_a_function_that_is_initializing_is_ended_before_the_services_it_calls() -> None:
    shown = io.StringIO()
    platform = sample_platform("000000000007", terminal=Terminal(shown))
    platform.start()
    with ThreadPoolExecutor(1) as threads:
        answer = threads.submit(Sample(platform).get, "/slow-start")
        assert eventually(lambda: "starting" in shown.getvalue())
        pid = int(shown.getvalue().split("starting ")[1].split()[0])
        platform.stop()
        assert eventually(lambda: not alive({pid}))
        with contextlib.suppress(OSError):  # cut off: as good an end as any
            assert answer.result(10).status >= 500
    assert "Error" not in shown.getvalue()


def test_a_stopped_platform_leaves_no_thread_and_no_connection_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The platform that other tests share may start threads meanwhile: only those that begin here count.
    own, start = {threading.current_thread()}, threading.Thread.start

    def note(thread: threading.Thread) -> None:
        if threading.current_thread() in own:
            own.add(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", note)
    platform = sample_platform("000000000009", watch=True)
    with platform, contextlib.closing(HTTPConnection(urlsplit(platform.base_url).netloc, timeout=10)) as kept:
        for _ in range(2):
            kept.request("POST", "/act", json.dumps({"do": "send", "bodies": [{"id": "left"}]}), JSON)
            assert kept.getresponse().read()
        platform.stop()
        assert kept.sock.recv(1) == b""
    assert len(own) > 5
    own.remove(threading.current_thread())
    assert eventually(lambda: not own & set(threading.enumerate())), own & set(threading.enumerate())


def test_a_second_platform_with_the_same_account_is_refused_and_the_first_keeps_working(
    sample: Sample,
) -> None:
    with pytest.raises(RuntimeError, match="another platform here uses account 000000000002"):
        sample_platform("000000000002").start()
    assert sample.act("count").status == 200
