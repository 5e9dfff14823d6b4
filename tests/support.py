"""Helpers for tests of every folder: callers of the platform, waiting for it, and looking at stored data."""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from local.platform import Platform
from tools.caller import FORM, Caller, Form

__all__ = [
    "FORM",
    "Caller",
    "Form",
    "check_durations",
    "empty_table",
    "eventually",
    "header_names",
    "in_parallel",
    "make_ready_for_sample",
    "sets_off",
]

T = TypeVar("T")
R = TypeVar("R")


def eventually(look: Callable[[], T], within: float = 30.0) -> T:
    """Call ``look`` until what it returns is true, and return that; what it last returned once time is up.

    The seconds are those of a machine that does nothing else: a busy one has as many more as it is busy.
    """
    waited, pause = 0.0, 0.01
    while not (found := look()) and waited < within:
        began = time.monotonic()
        time.sleep(pause)
        waited += (time.monotonic() - began) / max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
        pause = min(1.3 * pause, 0.15)  # looking all the time would slow down what is looked for
    return found


def in_parallel(work: Callable[[T], R], things: Sequence[T]) -> list[R]:
    """Call a function for all things concurrently; return the results in their order."""
    with ThreadPoolExecutor(len(things) or 1) as threads:
        return list(threads.map(work, things))


@contextmanager
def sets_off(platform: Platform, function: str, times: int = 1) -> Iterator[None]:
    """Check that the block makes a function run at least so often, and wait until the platform is idle."""
    before = {one.request_id for one in platform.invocations.all()}
    yield
    assert platform.wait_until_idle(30)
    ran = [one for one in platform.invocations.all() if one.function == function]
    assert sum(one.request_id not in before for one in ran) >= times


def check_durations(invocations: Iterable[Mapping[str, Any]], seconds: Mapping[str, float]) -> None:
    """Check that every invocation of these functions succeeded within the seconds that its caller waits.

    Invocations of other functions are left alone.
    """
    asked = [ran for ran in invocations if ran["trigger"] == "http" and ran["function"] in seconds]
    assert asked
    for ran in asked:
        assert ran["outcome"] == "success", ran
        assert ran["durationMs"] < seconds[ran["function"]] * 1000, ran


def make_ready_for_sample(platform: Platform, function: str) -> None:
    """Remove the data of other tests that a sample event would run into.

    That is its respondent in mid-survey, or its call's path as a process without the platform's clock has
    written it: expired, where the clock is days ahead.
    """
    if function.startswith("SurveyInitiate"):
        empty_table(platform, platform.resource_name("SurveySessions"))
    if function == "IvrPathGetPath":
        empty_table(platform, platform.resource_name("IvrPaths"))


def empty_table(platform: Platform, name: str) -> None:
    """Delete every item of a table, by its name in AWS."""
    client = platform.aws.client("dynamodb")
    keys = [key["AttributeName"] for key in client.describe_table(TableName=name)["Table"]["KeySchema"]]
    for page in client.get_paginator("scan").paginate(TableName=name):
        for item in page["Items"]:
            client.delete_item(TableName=name, Key={key: item[key] for key in keys})


def header_names(headers: Iterable[tuple[str, str]]) -> set[str]:
    """Return the names of headers, in lower case."""
    return {name.lower() for name, _ in headers}
