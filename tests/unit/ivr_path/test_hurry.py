"""Work beside an answer: its result if it comes in time, and never a wait without end."""

import threading

from ivr_path.hurry import within


def test_work_that_is_done_in_time_gives_its_result() -> None:
    assert within(5, lambda: "done", "late") == "done"


def test_work_that_takes_too_long_is_not_waited_for() -> None:
    gate = threading.Event()
    assert within(0.05, lambda: gate.wait(10), otherwise=False) is False
    gate.set()


def test_no_time_left_is_no_time() -> None:
    gate = threading.Event()
    assert within(-1, lambda: gate.wait(10), otherwise=False) is False
    gate.set()


def test_work_that_fails_gives_the_other_answer() -> None:
    assert within(5, lambda: str(1 / 0), "failed") == "failed"
