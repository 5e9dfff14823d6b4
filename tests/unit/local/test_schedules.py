"""Schedules by the platform's clock: they run by themselves, unless the clock is not watched."""

import time
from types import SimpleNamespace
from typing import Any

from local.aws.schedules import Schedules
from local.clock import Clock
from local.template.model import Schedule, Target
from tests.support import eventually

ARN = "arn:aws:lambda:us-east-1:000000000000:function:Sweep"


def _schedules(clock: Clock, ran: list[str]) -> Schedules:
    def invoke(function: str, *_: Any) -> Any:
        ran.append(function)
        return SimpleNamespace(ok=True)

    application: Any = SimpleNamespace(
        schedules=[Schedule("Sweep", "cron(* * * * ? *)", Target(ARN, {"Input": "{}"}))],
        by_arn={ARN: "Sweep"},
        functions={"Sweep": SimpleNamespace(retries=0)},
    )
    functions: Any = SimpleNamespace(invoke=invoke)
    return Schedules(application, functions, clock)


def test_a_schedule_runs_by_itself_only_where_the_clock_is_watched() -> None:
    clock = Clock(offset=60 - time.time() % 60 - 0.5)  # half a second before the next minute
    ran_by_itself: list[str] = []
    ran_on_request: list[str] = []
    watched, unwatched = _schedules(clock, ran_by_itself), _schedules(clock, ran_on_request)
    unwatched.start(watch=False)
    watched.start()
    try:
        assert eventually(lambda: ran_by_itself) == ["Sweep"]
        assert ran_on_request == []
        assert unwatched.run_due() == ["Sweep"]
        assert ran_on_request == ["Sweep"]
    finally:
        watched.stop()
        unwatched.stop()
