"""How first answers are measured: in a fresh process, and in one that is restored from a snapshot."""

import json
import os
from pathlib import Path

import pytest

from tools.bench.cold_start import FirstAnswerError, Interpreter, Started
from tools.bench.document import document
from tools.bench.functions import Cost, Cpu, rows

_MODULE = """
import os, socket, time
from snapshot_restore_py import register_after_restore, register_before_snapshot

done = ["imported"]
ours, theirs = socket.socketpair()

@register_before_snapshot
def first():
    done.append("registered first")

@register_before_snapshot
def second():
    done.append("registered second")

@register_after_restore
def restored():
    done.append("restored")

def handler(event, context):
    done.append(event)
    try:
        ours.send(b"x")
        connection = "alive"
    except OSError:
        connection = "dead"
    return {"done": [*done], "connection": connection, "process": os.getpid()}

def slow(event, context):
    started = time.process_time()
    while time.process_time() < started + event:
        pass
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sample.py").write_text(_MODULE)
    return tmp_path


def start(folder: Path, how: str, *events: object, handler: str = "sample.handler") -> Started:
    environment = {"AWS_LAMBDA_INITIALIZATION_TYPE": how, "PATH": os.environ["PATH"]}
    return Interpreter().start(handler, events, environment, [str(folder)])


def test_a_plain_start_answers_all_events_in_one_process(folder: Path) -> None:
    started = start(folder, "on-demand", "one", "two")
    assert [answer["done"][-1] for answer in started.answers] == ["one", "two"]
    assert started.answers[0]["done"][0] == "imported"
    assert len({answer["process"] for answer in started.answers}) == 1
    assert "sample" in started.modules


def test_each_event_of_a_snapshot_is_answered_by_a_process_of_its_own_after_lambdas_hooks(
    folder: Path,
) -> None:
    started = start(folder, "snap-start", "one", "two")
    before = ["imported", "registered second", "registered first", "restored"]
    assert [answer["done"] for answer in started.answers] == [[*before, "one"], [*before, "two"]]
    assert len({answer["process"] for answer in started.answers}) == 2


def test_no_connection_outlives_a_snapshot(folder: Path) -> None:
    assert start(folder, "on-demand", "one").answers[0]["connection"] == "alive"
    assert start(folder, "snap-start", "one").answers[0]["connection"] == "dead"


def test_cpu_time_counts_from_the_start_of_the_process_or_from_the_restore(folder: Path) -> None:
    plain = start(folder, "on-demand", 0.05, 0.05, handler="sample.slow")
    assert plain.ready_ms > 0
    assert plain.answered_ms[0] >= plain.ready_ms + 50
    assert plain.answered_ms[1] >= plain.answered_ms[0] + 50
    restored = start(folder, "snap-start", 0.05, 0.0, handler="sample.slow")
    assert restored.answered_ms[0] >= 50 > restored.answered_ms[1]


@pytest.mark.parametrize("how", ["on-demand", "snap-start"])
def test_a_function_that_fails_is_an_error_with_what_it_wrote(folder: Path, how: str) -> None:
    (folder / "sample.py").write_text(
        _MODULE + "\ndef handler(event, context):\n    raise ValueError(event)\n"
    )
    with pytest.raises(FirstAnswerError, match="ValueError: one"):
        start(folder, how, "one")


def test_costs_are_a_document_for_scripts() -> None:
    cost = Cost(2, 0, 1, Cpu(2.1, 0.014), Cpu(290, 1.93), Cpu(14, 0.0933), yardstick_ms=150, held_mb=200)
    tables = {
        "survey": (("surveys", "AWS calls", "CPU ms"), [("SMS: a reply", "1,002", "3.1"), ("x", "n/a", "")])
    }
    made = document("3.13", 150.0, {"SurveySmsWebhook": cost}, tables)
    assert json.loads(json.dumps(made)) == made
    assert (made["python"], made["yardstickMs"]) == ("3.13", 150.0)
    function = made["functions"]["SurveySmsWebhook"]
    assert (function["awsCalls"], function["plain"]) == (2, {"ms": 290, "yardsticks": 1.93})
    assert function["byMemory"]["128"] is None
    assert function["byMemory"]["1769"]["firstMs"] == pytest.approx(290 + 2 * 5)
    assert made["tables"]["survey"] == [
        {"surveys": "SMS: a reply", "AWS calls": 1002, "CPU ms": 3.1},
        {"surveys": "x", "AWS calls": "n/a", "CPU ms": ""},
    ]


def test_a_line_ends_with_both_kinds_of_first_answers_in_yardsticks() -> None:
    cost = Cost(2, 0, 1, Cpu(2.1, 0.014), Cpu(290, 1.93), Cpu(14, 0.0933), yardstick_ms=150, held_mb=70)
    assert list(rows({"SurveySmsWebhook": cost})) == [
        ("SurveySmsWebhook", "2", "0", "1", "2.1", "290", "14.0", "0.014", "1.93", "0.09")
    ]
